import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import program from '../../index.ts';
import { startCloudflare } from '../../sandbox/cloudflare-api/server.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { isOnPath, mustRun } from '../../sandbox/run.ts';
import { engineEnvironment, openStack } from '../../sandbox/stack.ts';

// A module of CommonJS, whose default is inside of what Node imports.
const addFormats = addFormatsModule.default;

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

const hasJq = await isOnPath('jq');

describe('S4.4, C.3: the registry, as another tool asks for it', () => {
  const accountId = '0123456789abcdef0123456789abcdef';
  const zone = { id: 'a1'.repeat(16), name: 'sprint.solo.dev' };
  const settings = {
    cloudflare: { accountId, zones: { [zone.name]: { id: zone.id } } },
    servers: {},
    projects: { sprintsolo: { only: 'chats', chats: [{ id: 'abc123', created: 1764547200 }] } },
  };
  let folder: string;
  /** What `pulumi stack output registry` prints. */
  let printed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-registry-'));
    const token = 'token-of-the-test';
    const seed = { accounts: [{ id: accountId, name: 'acme', zones: [zone] }] };
    const cloud = await startCloudflare({ state: join(folder, 'cloudflare.json'), seed, token });
    vi.stubEnv('CLOUDFLARE_API_TOKEN', token);
    vi.stubEnv('CLOUDFLARE_BASE_URL', `http://127.0.0.1:${cloud.port}/client/v4`);
    try {
      const options = { cli: await findPulumi(silent), folder, passphrase: 'of the test' };
      const stack = await openStack({ ...options, name: 'sprintsolo-chat-abc123', program });
      await stack.setConfig('codeb:environment', { value: 'production' });
      for (const [key, value] of Object.entries(settings)) {
        await stack.setConfig(`codeb:${key}`, { value: JSON.stringify(value) });
      }
      await stack.up();
      printed = await mustRun(options.cli, ['stack', 'output', 'registry', '--stack', stack.name], {
        cwd: stack.workspace.workDir,
        env: engineEnvironment(options),
      });
    } finally {
      vi.unstubAllEnvs();
      await cloud.close();
    }
    // The first look for the Pulumi CLI may build it.
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is JSON that follows its published schema, by another implementation of that', async () => {
    const ajv = new Ajv2020();
    addFormats(ajv);
    const schema = new URL('../../stacks/registry.schema.json', import.meta.url);
    const validate = ajv.compile(JSON.parse(await readFile(schema, 'utf8')));
    expect([validate(JSON.parse(printed)), validate.errors]).toEqual([true, null]);
  });

  test.skipIf(!hasJq && process.env.CI !== 'true')(`is read by jq${hasJq ? '' : ' (not on PATH)'}`, async () => {
    const path = '.projects.sprintsolo.environments.production | .url, .status, .sites[].name';
    expect((await mustRun('jq', ['--raw-output', path], { input: printed })).split('\n')).toEqual([
      ...['https://abc123.sprint.solo.dev', 'static', 'sprint-abc123-1764547200'],
      '',
    ]);
  });
});
