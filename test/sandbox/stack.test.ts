import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Provider } from '@pulumi/cloudflare/provider.js';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import program from '../../index.ts';
import { startCloudflare } from '../../sandbox/cloudflare-api/server.ts';
import { sdkVersion } from '../../sandbox/contract/version.ts';
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

describe('an official plugin that its user has installed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-plugins-'));
    vi.stubEnv('PULUMI_HOME', join(folder, 'home'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  /** What starts the stand-in, where the CLI would install the plugin. */
  const install = async (version: string) => {
    const plugin = join(folder, 'home', 'plugins', `resource-cloudflare-v${version}`);
    await mkdir(plugin, { recursive: true });
    const name = 'pulumi-resource-cloudflare';
    const started = new URL(`../../sandbox/cloudflare-provider/bin/${name}`, import.meta.url).pathname;
    await symlink(started, join(plugin, name));
  };
  const stackOf = async () => {
    const options = { cli: await findPulumi(silent), folder, passphrase: 'of the test', name: 'plugins' };
    return openStack({
      ...options,
      program: async () => ({ made: new Provider('cloudflare', { apiToken: 'x'.repeat(40) }).id }),
    });
  };
  const replaced = async (stack: Stack) => {
    const settings = await readFile(join(stack.workspace.workDir, 'Pulumi.yaml'), 'utf8');
    return settings.includes('cloudflare-provider');
  };

  test('is used, from where the CLI keeps it', async () => {
    await install(sdkVersion('cloudflare'));
    const stack = await stackOf();
    expect(await replaced(stack)).toBe(false);
    expect((await stack.up()).summary.result).toBe('succeeded');
  });

  test('of another version than the SDK is left to its stand-in', async () => {
    await install('1.0.0');
    const stack = await stackOf();
    expect(await replaced(stack)).toBe(true);
    expect((await stack.up()).summary.result).toBe('succeeded');
  });
});
