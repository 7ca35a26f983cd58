import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as github from '@pulumi/github';
import type { CustomResourceOptions } from '@pulumi/pulumi';
import * as pulumi from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Properties } from '../../provider/property-values.ts';
import { GithubClient } from '../../sandbox/github-provider/client.ts';
import { limitOf } from '../../cli/preview-comment/limits.ts';
import { github as standIn } from '../../sandbox/github-provider/provider.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';
import { type GithubServer, sealedFor, startGithub, token } from './github-server.ts';

const minutes = 60_000;
const repository = '/repos/codeb/infra';
const production = `${repository}/environments/production`;
const value = 'postgres://app:hunter2hunter2@db/app';

let cli: string;
let server: GithubServer;
let folder: string;
let shown: string;

beforeAll(async () => {
  cli = await findPulumi(silent);
}, 10 * minutes);
beforeEach(async () => {
  server = await startGithub();
  folder = await mkdtemp(join(tmpdir(), 'codeb-github-stack-'));
  shown = '';
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

type Program = (opts: CustomResourceOptions) => Record<string, unknown> | undefined;

function stack(program: Program, config: github.ProviderArgs = {}): Promise<Stack> {
  const args = { owner: 'codeb', token, baseUrl: server.url, retryDelayMs: 10, ...config };
  return openStack({
    ...{ cli, folder, project: 'stand-in', name: 'test', passphrase: 'of-the-test' },
    program: async () => program({ provider: new github.Provider('github', args) }),
  });
}

const output = { onOutput: (text: string) => (shown += text), color: 'never' } as const;
const at = { repository: 'infra', environment: 'production' };
const custom = { protectedBranches: false, customBranchPolicies: true };

/** All that there is, as a program for a hosted project would have it. */
function whole(
  change: { wait?: number; value?: string; pattern?: string; level?: string; checks?: string[] } = {},
): Program {
  return (opts) => {
    const user = github.getUserOutput({ username: 'alice' }, opts);
    const team = github.getTeamOutput({ slug: 'ops' }, opts);
    const found = github.getRepositoryOutput({ name: 'infra' }, opts);
    const environment = new github.RepositoryEnvironment(
      'production',
      {
        ...at,
        repository: found.name,
        waitTimer: change.wait ?? 30,
        preventSelfReview: true,
        reviewers: [{ users: [user.id.apply(Number)], teams: [team.id.apply(Number)] }],
        deploymentBranchPolicy: custom,
      },
      opts,
    );
    const inside = { ...opts, dependsOn: [environment] };
    const policy = new github.RepositoryEnvironmentDeploymentPolicy(
      'main',
      { ...at, branchPattern: change.pattern ?? 'main' },
      inside,
    );
    new github.RepositoryEnvironmentDeploymentPolicy('releases', { ...at, tagPattern: 'v*' }, inside);
    const secret = new github.ActionsEnvironmentSecret(
      'database-url',
      { ...at, secretName: 'DATABASE_URL', value: pulumi.secret(change.value ?? value) },
      inside,
    );
    new github.ActionsEnvironmentVariable(
      'log-level',
      { ...at, variableName: 'LOG_LEVEL', value: change.level ?? 'info' },
      inside,
    );
    const ruleset = new github.RepositoryRuleset(
      'main',
      {
        repository: 'infra',
        name: 'main',
        target: 'branch',
        enforcement: 'active',
        conditions: { refName: { includes: ['~DEFAULT_BRANCH'], excludes: [] } },
        rules: {
          deletion: true,
          requiredStatusChecks: {
            requiredChecks: (change.checks ?? ['preview', 'lint']).map((context) => ({ context })),
            strictRequiredStatusChecksPolicy: true,
          },
        },
      },
      opts,
    );
    return {
      ids: pulumi.all([environment.id, policy.id, secret.id, ruleset.id]),
      repositoryId: environment.repositoryId,
      members: team.members,
      branch: found.defaultBranch,
      written: secret.updatedAt,
    };
  };
}

async function changes(running: Stack): Promise<Record<string, number>> {
  const { changeSummary } = await running.preview({ ...output, diff: true });
  return Object.fromEntries(Object.entries(changeSummary).filter(([kind]) => kind !== 'same'));
}

describe('S3.1, S3.3: the life of what a project has on GitHub', () => {
  test('it is made, stays, changes, and goes', { timeout: 5 * minutes }, async () => {
    const first = await stack(whole());
    expect(await changes(first)).toEqual({ create: 8 });
    const { outputs } = await first.up(output);
    const policies = await server.ask('GET', `${production}/deployment-branch-policies`);
    expect(policies.body).toMatchObject({
      branch_policies: expect.arrayContaining([
        expect.objectContaining({ name: 'main', type: 'branch' }),
        expect.objectContaining({ name: 'v*', type: 'tag' }),
      ]),
    });
    const [environmentId, policyId, secretId, rulesetId] = z.array(z.string()).parse(outputs.ids?.value);
    expect(environmentId).toBe('infra:production');
    expect(policyId).toMatch(/^infra:production:\d+$/);
    expect(secretId).toBe('infra:production:DATABASE_URL');
    expect(outputs.members?.value).toEqual(['alice', 'bob']);
    expect(outputs.branch?.value).toBe('main');
    expect(outputs.written?.value).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    expect(await server.ask('GET', production)).toMatchObject({
      body: {
        protection_rules: [
          { wait_timer: 30 },
          { prevent_self_review: true, reviewers: [{ type: 'Team' }, { type: 'User' }] },
          { type: 'branch_policy' },
        ],
      },
    });
    const ruleset = await server.ask('GET', `${repository}/rulesets/${rulesetId}`);
    expect(ruleset.body).toMatchObject({ rules: [{ type: 'deletion' }, { type: 'required_status_checks' }] });
    expect(await changes(first)).toEqual({});
    await first.refresh({ ...output, expectNoChanges: true });

    const second = await stack(
      whole({ wait: 5, value: 'another', pattern: 'release/*', level: 'debug', checks: ['preview'] }),
    );
    expect(await changes(second)).toEqual({ update: 5 });
    await second.up(output);
    expect(await changes(second)).toEqual({});
    expect(await server.ask('GET', `${production}/variables/LOG_LEVEL`)).toMatchObject({ body: { value: 'debug' } });
    const digest = await server.control('GET', '/secrets/codeb/infra/production/DATABASE_URL');
    expect(digest.body).toEqual({ sha256: createHash('sha256').update('another').digest('hex') });

    await second.destroy(output);
    expect(await server.ask('GET', `${repository}/environments`)).toMatchObject({ body: { total_count: 0 } });
    expect(await server.ask('GET', `${repository}/rulesets`)).toMatchObject({ body: [] });
  });
});

/** One resource, made anew each time the program runs. */
const variable =
  (change: Partial<github.ActionsEnvironmentVariableArgs> = {}, more: CustomResourceOptions = {}): Program =>
  (opts) => {
    new github.ActionsEnvironmentVariable(
      'log-level',
      { ...at, variableName: 'LOG_LEVEL', value: 'info', ...change },
      { ...opts, ...more },
    );
    return undefined;
  };

/** Everything that stands in the files of a folder. */
async function written(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

const typeOf = (name: string) => `github:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

class Raw extends pulumi.CustomResource {}

const told = z.object({ id: z.int() });
const idOf = (body: unknown) => told.parse(body).id;
const listed = async (path: string) => JSON.stringify((await server.ask('GET', path)).body);

describe('S3.3: secrets', () => {
  test('the value is nowhere but sealed on GitHub', { timeout: 2 * minutes }, async () => {
    const running = await stack(whole());
    await running.preview({ ...output, diff: true });
    await running.up({ ...output, diff: true, showSecrets: false });
    await (await stack(whole({ value: `${value}-2` }))).up({ ...output, diff: true });
    await (await stack(whole({ value: `${value}-2` }))).refresh(output);
    expect(shown).toContain('[secret]');
    const state = await written(join(folder, 'state'));
    expect(state).toContain('infra:production:DATABASE_URL');
    for (const text of [shown, state, await server.stateFile()]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(Buffer.from(value).toString('base64').slice(0, 30));
    }
    expect(shown + state).not.toContain(token);
    const digest = await server.control('GET', '/secrets/codeb/infra/production/DATABASE_URL');
    expect(digest.body).toEqual({ sha256: createHash('sha256').update(`${value}-2`).digest('hex') });
  });

  test('one that somebody else has set is set again', { timeout: 2 * minutes }, async () => {
    const running = await stack(whole());
    await running.up(output);
    const secret = `${production}/secrets/DATABASE_URL`;
    await server.ask('PUT', secret, await sealedFor(server, production, 'of somebody else'));
    expect(await changes(running)).toEqual({});
    const refreshed = await running.refresh(output);
    expect(refreshed.summary.resourceChanges).toMatchObject({ update: 1 });
    expect(await changes(running)).toEqual({ update: 1 });
    await running.refresh(output);
    await running.up(output);
    expect(await changes(running)).toEqual({});
    await running.refresh({ ...output, expectNoChanges: true });
    const digest = await server.control('GET', '/secrets/codeb/infra/production/DATABASE_URL');
    expect(digest.body).toEqual({ sha256: createHash('sha256').update(value).digest('hex') });
  });
});

test('what was changed or removed by hand is seen, named and put right', { timeout: 2 * minutes }, async () => {
  const running = await stack(whole());
  const { outputs } = await running.up(output);
  const ids = z.array(z.string()).parse(outputs.ids?.value);
  const policy = `${production}/deployment-branch-policies/${ids[1]?.split(':').at(-1)}`;
  await server.ask('PUT', policy, { name: 'anything/*' });
  await server.ask('PATCH', `${production}/variables/LOG_LEVEL`, { value: 'trace' });
  await server.ask('DELETE', `${production}/secrets/DATABASE_URL`);
  const { body } = await server.ask('GET', `${repository}/rulesets/${ids[3]}`);
  const ruleset = z.looseObject({ rules: z.array(z.unknown()) }).parse(body);
  await server.ask('PUT', `${repository}/rulesets/${ids[3]}`, { ...ruleset, rules: ruleset.rules.slice(1) });
  await running.refresh(output);
  shown = '';
  expect(await changes(running)).toEqual({ create: 1, update: 3 });
  expect(shown).toMatch(/branchPattern *: "anything\/\*" => "main"/);
  expect(shown).toMatch(/value *: "trace" => "info"/);
  expect(shown).toMatch(/\+ deletion *: true/);
  await running.up(output);
  await running.refresh({ ...output, expectNoChanges: true });
  await server.ask('DELETE', production);
  await running.refresh(output);
  expect(await changes(running)).toEqual({ create: 5 });
});

test('what is there is taken over by its id', { timeout: 2 * minutes }, async () => {
  const odd = 'preview:pr/12';
  const path = `${repository}/environments/${encodeURIComponent(odd)}`;
  const settings = {
    wait_timer: 7,
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  };
  await server.ask('PUT', path, settings);
  const policy = idOf((await server.ask('POST', `${path}/deployment-branch-policies`, { name: 'main' })).body);
  await server.ask('POST', `${path}/variables`, { name: 'LOG_LEVEL', value: 'info' });
  await server.ask('PUT', `${path}/secrets/KEY`, await sealedFor(server, path, 'kept'));
  const rules = { name: 'main', enforcement: 'active', rules: [{ type: 'deletion' }] };
  const ruleset = idOf((await server.ask('POST', `${repository}/rulesets`, rules)).body);
  const place = { repository: 'infra', environment: odd };
  const program: Program = (opts) => {
    const imported = (id: string) => ({ ...opts, import: id });
    const id = 'infra:preview??pr/12';
    new github.RepositoryEnvironment(
      'preview',
      { ...place, waitTimer: 7, deploymentBranchPolicy: custom },
      imported(id),
    );
    new github.RepositoryEnvironmentDeploymentPolicy(
      'main',
      { ...place, branchPattern: 'main' },
      imported(`${id}:${policy}`),
    );
    new github.ActionsEnvironmentVariable(
      'log-level',
      { ...place, variableName: 'LOG_LEVEL', value: 'info' },
      imported(`${id}:LOG_LEVEL`),
    );
    new github.ActionsEnvironmentSecret('key', { ...place, secretName: 'KEY', value: 'kept' }, imported(`${id}:KEY`));
    const made = new github.RepositoryRuleset(
      'main',
      { repository: 'infra', name: 'main', target: 'branch', enforcement: 'active', rules: { deletion: true } },
      imported(`infra:${ruleset}`),
    );
    return { ruleset: made.id };
  };
  const running = await stack(program);
  const { summary, outputs } = await running.up(output);
  expect(summary.resourceChanges).toMatchObject({ import: 5 });
  expect(outputs.ruleset?.value).toBe(String(ruleset));
  expect(await changes(running)).toEqual({});
  await running.refresh({ ...output, expectNoChanges: true });
  await running.destroy(output);
  expect(await server.ask('GET', path)).toMatchObject({ status: 404 });

  const missing = await stack(variable({ environment: odd }, { import: 'infra:preview' }));
  await expect(missing.up(output)).rejects.toThrow(/expected <repository>:<environment>:<variable_name>/);
});

describe('limits', () => {
  const client = () => new GithubClient({ owner: 'codeb', token, baseUrl: server.url, maxRetries: 0, retryDelayMs: 0 });
  const headers = (given: Record<string, string>) => new Headers(given);

  test('nothing is sent before the time that GitHub gives', async () => {
    await server.control('POST', '/faults', { status: 429, retryAfter: 1, count: 2 });
    expect((await client().request('GET', '/user')).body).toMatchObject({ login: 'codeb-bot' });
    expect((await server.control('GET', '/faults')).body).toEqual({ waiting: [], early: 0 });
  });

  test('one that takes too long is told instead', async () => {
    await server.control('POST', '/faults', { status: 403, retryAfter: 901 });
    await expect(client().request('GET', '/user')).rejects.toThrow(/GET \S+\/user: 403: .*secondary rate limit/);
  });

  test('the wait is what the headers say, or else a minute', () => {
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1007' };
    expect(limitOf(429, headers({ 'retry-after': '7', ...reset }), '')).toBe(7);
    expect(limitOf(403, headers(reset), '', 1_000_500)).toBe(7);
    expect(limitOf(429, headers({}), '')).toBe(60);
    expect(limitOf(403, headers({}), 'You have exceeded a secondary rate limit.')).toBe(60);
    expect(limitOf(403, headers({ 'x-ratelimit-remaining': '10' }), 'Must have admin rights')).toBeUndefined();
    expect(limitOf(500, headers({ 'retry-after': '7' }), '')).toBeUndefined();
  });
});

describe('GitHub in trouble', () => {
  const fault = (body: object) => server.control('POST', '/faults', body);

  test('an answer that is lost neither loses nor doubles anything', { timeout: 2 * minutes }, async () => {
    const made = ['deployment-branch-policies', 'variables'].map((path) => `${production}/${path}`);
    for (const path of [`${repository}/rulesets`, ...made])
      await fault({ status: 502, applied: true, method: 'POST', path });
    for (const path of [`${production}/secrets`, production])
      await fault({ status: 502, applied: true, method: 'PUT', path });
    const running = await stack(whole());
    await running.up(output);
    await fault({ status: 504, applied: true, method: 'PATCH' });
    await (await stack(whole({ level: 'debug' }))).up(output);
    expect(await changes(await stack(whole({ level: 'debug' })))).toEqual({});
    expect(await server.ask('GET', `${production}/deployment-branch-policies`)).toMatchObject({
      body: { total_count: 2 },
    });
    expect((await listed(`${repository}/rulesets`)).match(/"name":"main"/g)).toHaveLength(1);
    for (const path of ['rulesets', 'environments/production']) {
      await fault({ status: 500, applied: true, method: 'DELETE', path: `${repository}/${path}` });
    }
    await running.destroy(output);
    expect((await server.control('GET', '/faults')).body).toMatchObject({ waiting: [] });
    expect(await listed(`${repository}/rulesets`)).toBe('[]');
  });

  test('limits are waited for', { timeout: 2 * minutes }, async () => {
    await fault({ status: 429, retryAfter: 1, method: 'PUT' });
    await fault({ status: 403, retryAfter: 1, method: 'POST', count: 2 });
    const running = await stack(whole());
    await running.up(output);
    expect((await server.control('GET', '/faults')).body).toMatchObject({ waiting: [] });
    expect(await changes(running)).toEqual({});
  });

  test(
    'one that lasts ends with the request and the words, and the next update goes on',
    { timeout: 2 * minutes },
    async () => {
      await server.ask('PUT', production, {});
      const running = await stack(variable(), { maxRetries: 2 });
      await fault({ status: 503, count: 3, method: 'POST' });
      await expect(running.up(output)).rejects.toThrow(
        /POST http:\/\/127.0.0.1:\d+\/api\/v3\/repos\/codeb\/infra\/environments\/production\/variables: 503: Server Error/,
      );
      expect((await server.control('GET', '/faults')).body).toMatchObject({ waiting: [] });
      await running.up(output);
      expect(await changes(running)).toEqual({});
    },
  );
});

describe('what is refused', () => {
  test('what is there already is not taken over, but told how', { timeout: 2 * minutes }, async () => {
    await server.ask('PUT', production, {
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    await server.ask('POST', `${production}/variables`, { name: 'LOG_LEVEL', value: 'info' });
    const policy = idOf((await server.ask('POST', `${production}/deployment-branch-policies`, { name: 'main' })).body);
    const running = await stack((opts) => {
      variable()(opts);
      new github.RepositoryEnvironmentDeploymentPolicy('main', { ...at, branchPattern: 'main' }, opts);
      return undefined;
    });
    await expect(running.up({ ...output, continueOnError: true })).rejects.toThrow();
    expect(shown).toContain('the variable LOG_LEVEL is there already: import it as infra:production:LOG_LEVEL');
    expect(shown).toContain(`the policy branch 'main' is there already: import it as infra:production:${policy}`);
  });

  test("GitHub's own refusals keep its words", { timeout: 2 * minutes }, async () => {
    const running = await stack((opts) => {
      const policy = { protectedBranches: true, customBranchPolicies: true };
      new github.RepositoryEnvironment('production', { ...at, deploymentBranchPolicy: policy }, opts);
      new github.RepositoryEnvironment('hidden', { repository: 'hidden', environment: 'production' }, opts);
      return undefined;
    });
    await expect(running.up({ ...output, continueOnError: true })).rejects.toThrow();
    expect(shown).toMatch(
      /PUT \S+\/environments\/production: 422: "custom_branch_policies" and "protected_branches" cannot/,
    );
    expect(shown).toMatch(/GET \S+\/repos\/codeb\/hidden: 404: Not Found/);
  });

  test(
    'inputs that the official provider does not take, before anything is made',
    { timeout: 2 * minutes },
    async () => {
      const refusals: [string, pulumi.Inputs, string][] = [
        ['RepositoryEnvironment', { ...at, waitTime: 5 }, 'is unknown here; there are'],
        ['ActionsEnvironmentSecret', { ...at, secretName: '1', value: pulumi.secret('hunter2') }, 'no digit first'],
        ['BranchProtection', {}, 'needs the official plugin'],
      ];
      for (const [kind, inputs, words] of refusals) {
        const running = await stack((opts) => ({ made: new Raw(typeOf(kind), 'a', inputs, opts).urn }));
        await expect(running.preview(output)).rejects.toThrow();
        expect(shown).toContain(words);
      }
      expect(shown).not.toContain('hunter2');
      expect(await listed(`${repository}/environments`)).toContain('"total_count":0');
    },
  );

  const other = { repository: 'infra', name: 'main', target: 'branch', enforcement: 'active' };
  test.each<[string, Properties, string]>([
    ['RepositoryEnvironment', { waitTimer: 43_201 }, 'waitTimer: Too big'],
    ['RepositoryEnvironment', { reviewers: [{ users: [1, 2, 3, 4], teams: [5, 6, 7] }] }, 'a maximum of 6 reviewers'],
    ['RepositoryEnvironmentDeploymentPolicy', { branchPattern: 'a', tagPattern: 'b' }, 'expected one of branchPattern'],
    ['RepositoryEnvironmentDeploymentPolicy', {}, 'expected one of branchPattern and tagPattern'],
    ['ActionsEnvironmentVariable', { variableName: 'GITHUB_X', value: 'x' }, 'must not begin with GITHUB_'],
    [
      'ActionsEnvironmentSecret',
      { secretName: 'KEY', plaintextValue: 'x' },
      "the stand-in takes the secret's `value` alone",
    ],
    ['ActionsEnvironmentSecret', { secretName: 'KEY' }, 'value: Invalid input'],
    ['RepositoryRuleset', { ...other, rules: { maxFileSize: { maxFileSize: 5 } } }, 'the stand-in has no such rule'],
  ])('%s with %o', (kind, inputs, words) => {
    const resource = standIn.resources[typeOf(kind)];
    const place = kind === 'RepositoryRuleset' ? {} : at;
    const problems = resource?.check(resource.complete({ ...place, ...inputs }, {}, 'a')) ?? [];
    expect(problems.map(({ property, reason }) => `${property}: ${reason}`).join('\n')).toContain(words);
  });

  test('a configuration without what it needs, and any machine but this one', { timeout: 2 * minutes }, async () => {
    const running = await stack(variable(), { owner: '', baseUrl: 'https://api.github.com/' });
    await expect(running.up(output)).rejects.toThrow();
    expect(shown).toContain('github:owner: expected the organization or user');
    expect(shown).toContain('github:baseUrl: the stand-in of the github provider speaks to loopback alone');
  });
});

test(
  'another environment makes another variable; the configuration can come from the environment',
  { timeout: 2 * minutes },
  async () => {
    for (const name of ['production', 'staging']) await server.ask('PUT', `${repository}/environments/${name}`, {});
    const own = { GITHUB_OWNER: 'codeb', GITHUB_TOKEN: token, GITHUB_BASE_URL: server.url };
    const before = { ...process.env };
    Object.assign(process.env, own);
    try {
      const bare = (environment: string) =>
        openStack({
          ...{ cli, folder, project: 'stand-in', name: 'bare', passphrase: 'of-the-test' },
          program: async () => variable({ environment })({}),
        });
      await (await bare('production')).up(output);
      const moved = await bare('staging');
      expect((await moved.preview(output)).changeSummary).toMatchObject({ replace: 1 });
      await moved.up(output);
    } finally {
      process.env = before;
    }
    expect(await server.ask('GET', `${production}/variables`)).toMatchObject({ body: { total_count: 0 } });
    expect(await server.ask('GET', `${repository}/environments/staging/variables`)).toMatchObject({
      body: { total_count: 1 },
    });
  },
);
