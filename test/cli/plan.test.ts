import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
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
    expect(stdout).toMatch(/^Stage production$/m);
    expect(stdout).toMatch(/app +\d+-\d+ +\S+\/app/);
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

  test.each(['{}', '[]', 'null', '{"plan":7}'])('%s is no earlier plan', async (text) => {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-since-'));
    const file = join(folder, 'before.json');
    await writeFile(file, text);
    await expect(plan('--stack', 'staging', '--since', file)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${file}: expected what 'npm run plan -- --json' has printed, and it is no plan\n`,
    });
    await rm(folder, { recursive: true });
  });

  test('S3.1: against one that was refused, all is new', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'codeb-since-'));
    const file = join(folder, 'before.json');
    await writeFile(file, '{"kind":"refused","problems":[]}');
    const { stdout } = await plan('--stack', 'staging', '--since', file);
    expect(stdout).toContain(`The plan of 'staging' changes, against ${file}`);
    expect(stdout).toMatch(/^\+ \S+:\d\S+$/m);
    expect(stdout).not.toMatch(/^- /m);
    await rm(folder, { recursive: true });
  });

  test('ends quietly where its reader has enough', async () => {
    const child = spawn(process.execPath, [script, '--stack', 'production', '--json']);
    const said = text(child.stderr);
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([code, await said]).toEqual([0, '']);
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

  test('that is no YAML is refused by its name and line', async () => {
    const reading = inFolder('config:\n  a: [1\n', (folder) => readStackConfig(folder, 'one'));
    await expect(reading).rejects.toThrow(/^Pulumi\.one\.yaml: .* at line 3/);
  });
});
