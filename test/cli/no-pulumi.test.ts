import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../sandbox/run.ts';

const cli = resolve(import.meta.dirname, '..', '..', 'cli');

test.each([
  ['unlock', ['--stack', 'production']],
  ['preflight', ['--stack', 'production']],
  ['drift', ['--stack', 'production', '--report', 'report']],
])('%s says what to install where there is no Pulumi', async (name, args) => {
  const folder = await mkdtemp(join(tmpdir(), 'codeb-no-pulumi-'));
  const env = { PATH: folder };
  const { code, stderr } = await run(process.execPath, [join(cli, `${name}.ts`), ...args], { cwd: folder, env });
  expect(stderr).toBe(
    "'pulumi' is not on PATH: install Pulumi (https://www.pulumi.com/docs/install/), nothing was asked or changed\n",
  );
  expect(code).toBe(1);
  await rm(folder, { recursive: true });
});
