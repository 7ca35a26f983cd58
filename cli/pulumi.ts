/** The Pulumi CLI of this machine, for what a stack's files do not say. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Bytes of an answer. */
const largest = 64 * 1024 * 1024;

/**
 * What a command of Pulumi's prints, in the folder that this process is in.
 *
 * @throws Error with the command and Pulumi's own words, which hold no secret
 */
export async function pulumi(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('pulumi', args, { maxBuffer: largest });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`pulumi ${args.join(' ')}: ${said || String(error)}`);
  }
}
