/** The server of the tests: one box for all of them, booted before the first one (`global-setup.ts`). */
import { describe, inject } from 'vitest';
import { type Box, type BoxOptions, bootBox, findBox, removeBox } from '../../sandbox/box.ts';
import { silent } from '../../sandbox/progress.ts';
import type { TestServer } from './global-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer;
  }
}

/** Tests that need the server; on a machine that cannot run one they are skipped by name, with the reason. */
export function describeOnServer(name: string, tests: () => void): void {
  const server = inject('server');
  if (server.kind === 'able') describe(name, tests);
  else describe.skip(`${name} [no server here: ${server.reasons.join('; ')}]`, tests);
}

export async function testBox(): Promise<Box> {
  const server = inject('server');
  const box = server.kind === 'able' ? await findBox(server.box) : undefined;
  if (!box) throw new Error('the box of the tests is gone');
  return box;
}

/** A server beside it; one that a killed run has left is not as it was. */
export async function newBox(options: BoxOptions): Promise<Box> {
  await removeBox(options.name);
  return bootBox(options, silent);
}
