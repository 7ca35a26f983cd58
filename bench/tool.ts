/** What is compared: tools that do the same work, each a program that is run once an operation. */

export const operations = ['first', 'no-op', 'change', 'drift'] as const;
/** First run on a clean server, a run with nothing to do, a run with one changed file, a look that changes nothing. */
export type Operation = (typeof operations)[number];

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Tool {
  /** Makes what the runs from this folder need and a user has as well before the first of them; not measured. */
  prepare?(folder: string): Promise<void>;
  /** `folder` holds `job.json` and is the tool's own. */
  command(operation: Operation, folder: string): Command;
}
