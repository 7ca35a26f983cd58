/** All four operations of one case, from a clean server, each seen to have done its work. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bounds, measure, type Run } from './measure/run.ts';
import { look, type Seen, whatIsWrong } from './seen.ts';
import type { BenchServer } from './server.ts';
import { type Operation, operations, type Tool } from './tool.ts';
import { type Job, type Project, projects, withChangedImage } from './work.ts';

export interface RoundOptions {
  readonly tool: Tool;
  /** How many. */
  readonly projects: number;
  /** Round trip in milliseconds. */
  readonly delay: number;
  readonly bounds: Bounds;
}

/** What each operation came to; those after a failure, or after one that took too long, are not there. */
export type Round = Partial<Record<Operation, Run>>;

export async function runRound(server: BenchServer, options: RoundOptions): Promise<Round> {
  const { tool, bounds } = options;
  await server.reset();
  const folder = await server.roundFolder();
  const endpoint = await server.endpoint(options.delay);
  const give = (wanted: Project[]): Promise<void> =>
    writeFile(join(folder, 'job.json'), JSON.stringify({ server: endpoint, projects: wanted } satisfies Job));

  const atFirst = projects(options.projects);
  const changed = withChangedImage(atFirst);
  await give(atFirst);
  await tool.prepare?.(folder);
  const round: Round = {};
  let before = await look(server);
  for (const operation of operations) {
    if (operation === 'change') await give(changed);
    const run = await measure(tool.command(operation, folder), bounds);
    round[operation] = run;
    if (run.kind !== 'took') break;
    const after = await look(server);
    const wanted = operation === 'first' || operation === 'no-op' ? atFirst : changed;
    const wrong = whatIsWrong(after, wanted) ?? whatWasTouched(operation, before, after);
    if (wrong !== undefined) {
      round[operation] = { kind: 'failed', reason: wrong };
      break;
    }
    before = after;
  }
  return round;
}

function whatWasTouched(operation: Operation, before: Seen, after: Seen): string | undefined {
  if (operation === 'first' || operation === 'change' || before.text === after.text) return undefined;
  const known = new Set(before.text.split('\n'));
  return `nothing was to change, and yet: ${after.text.split('\n').find((line) => !known.has(line))}`;
}
