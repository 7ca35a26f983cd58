import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readStackConfig } from '../../cli/stack-config.ts';

const run = promisify(execFile);
const script = resolve(import.meta.dirname, '../../cli/plan.ts');
const plan = (...args: string[]) =>
  run(process.execPath, [script, ...args], { env: { ...process.env, NO_COLOR: '1' } });

describe('npm run plan', () => {
  test('prints the plan of a stack, without colour where there is no terminal', async () => {
    const { stdout } = await plan('--stack', 'production');
    expect(stdout).toContain('https://celly-creative.codeb.one-q.xyz');
    expect(stdout).toMatch(/app +4000-4399 +celly-creative\/app/);
    expect(stdout).not.toContain('\u001b');
  });

  test('prints it as JSON', async () => {
    const { stdout } = await plan('--stack', 'staging', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'ok', plan: { stage: { environment: 'staging' } } });
  });

  test('refuses an earlier plan that is none', async () => {
    await expect(plan('--stack', 'staging', '--since', script)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/plan\.ts: expected what 'npm run plan -- --json' has printed, and it is no JSON/),
    });
  });

  test('names the stacks that there are when it is asked for another', async () => {
    await expect(plan('--stack', 'prod')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no file Pulumi.prod.yaml'),
    });
  });
});

describe('a stack file', () => {
  async function inFolder<T>(text: string, use: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-plan-'));
    try {
      await writeFile(join(folder, 'Pulumi.one.yaml'), text);
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('is read as it stands, encrypted secrets and all', async () => {
    const text = 'config:\n  codeb:environment: staging\n  codeb:credentials:\n    secure: v1:abc\n';
    expect(await inFolder(text, (folder) => readStackConfig(folder, 'one'))).toEqual({
      'codeb:environment': 'staging',
      'codeb:credentials': { secure: 'v1:abc' },
    });
  });

  test('may have no configuration yet', async () => {
    expect(await inFolder('encryptionsalt: v1:abc\n', (folder) => readStackConfig(folder, 'one'))).toEqual({});
  });

  test('of another form is refused by its name', async () => {
    const reading = inFolder('config: [1]\n', (folder) => readStackConfig(folder, 'one'));
    await expect(reading).rejects.toThrow("Pulumi.one.yaml: expected a map with a key 'config'");
  });
});
