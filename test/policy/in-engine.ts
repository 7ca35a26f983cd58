/** The policy pack in the real engine, over programs whose server is never reached. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll } from 'vitest';
import { CodebServer } from '../../components/codeb.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

export const pack = resolve(import.meta.dirname, '..', '..', 'policy');

type Program = Parameters<typeof openStack>[0]['program'];

/** A folder for the tests of a file, in which stacks are opened. */
export function stacksInEngine(): (name: string, program: Program) => Promise<Stack> {
  let folder: string;
  let cli: string;
  beforeAll(async () => {
    cli = await findPulumi(silent);
    folder = await mkdtemp(join(tmpdir(), 'codeb-policy-'));
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name, program) => openStack({ cli, folder, name, passphrase: 'policy', program });
}

export function unreachable(): CodebServer {
  const connection = { host: '127.0.0.1', port: 1, hostKey: 'ssh-ed25519 AAAA' };
  return new CodebServer('box', { connection, privilege: 'root' });
}

/** What a preview that is held to the pack says, if it does not let the stack through. */
export async function verdictOf(stack: Stack): Promise<string> {
  return await stack.preview({ policyPacks: [pack], color: 'never' }).then(
    () => 'let through',
    (error: unknown) => String(error),
  );
}
