/** The Pulumi CLI of this machine, for what a stack's files do not say; the project is that of the working folder. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Bytes of an answer. */
const largest = 64 * 1024 * 1024;

/** Also of those that start it themselves. */
export const notThere =
  "'pulumi' is not on PATH: install Pulumi (https://www.pulumi.com/docs/install/), nothing was asked or changed";

/** Whether a program could not be started since it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

type Stream = 'stdout' | 'stderr';

/**
 * What a command that only asks prints.
 *
 * @throws Error with the command and Pulumi's own words, which hold no secret
 */
export function pulumi(...args: string[]): Promise<string> {
  // What it prints on the other stream may be a secret.
  return run(args, ['stderr']);
}

/**
 * What a command prints that changes a stack.
 *
 * @throws Error with the command and all that it printed: an update tells on standard output what went wrong
 */
export function pulumiChange(...args: string[]): Promise<string> {
  return run(args, ['stdout', 'stderr']);
}

async function run(args: readonly string[], telling: readonly Stream[]): Promise<string> {
  const all = [...args, '--non-interactive', '--color', 'never'];
  try {
    return (await promisify(execFile)('pulumi', all, { maxBuffer: largest })).stdout;
  } catch (error) {
    if (isMissing(error)) throw new Error(notThere, { cause: error });
    const said = telling.map((name) => (error instanceof Error ? String(Reflect.get(error, name) ?? '') : ''));
    throw new Error(`pulumi ${args.join(' ')}: ${said.join('\n').trim() || String(error)}`);
  }
}
