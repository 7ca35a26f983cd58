/** How a command ends that has failed. */
import { z } from 'zod';
import { messageOf } from '../provider/operation-error.ts';

/** Says why on standard error; the exit code is 1. */
export function fail(error: unknown): void {
  process.stderr.write(`${error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)}\n`);
  process.exitCode = 1;
}
