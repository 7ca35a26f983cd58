import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

test('the state is in files that change as a whole, with none of attributes beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-stack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const options = { cli: await findPulumi(silent), folder, passphrase: 'of the test' };
  const stack = await openStack({ ...options, name: 'empty', program: async () => ({}) });
  await stack.up();
  await stack.up();
  const files = await readdir(join(folder, 'state'), { recursive: true });
  expect(files.filter((file) => file.endsWith('empty.json'))).not.toEqual([]);
  expect(files.filter((file) => file.endsWith('.attrs'))).toEqual([]);
});
