import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answer, type GithubServer, sealedFor, startGithub, token, world } from './github-server.ts';

let github: GithubServer;
beforeEach(async () => {
  github = await startGithub();
});
afterEach(() => github.close());

const repository = '/repos/codeb/infra';
const environment = `${repository}/environments/production`;
const identified = z.object({ id: z.int() });
const idOf = (body: unknown) => identified.parse(body).id;

describe('who asks', () => {
  test('another token is refused in the words of GitHub, and none as well', async () => {
    const refused = await github.ask('GET', repository, undefined, { authorization: 'Bearer other' });
    expect(refused).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
    });
    expect(await answer(`${github.url}api/v3/user`, 'GET')).toMatchObject({ status: 401 });
    expect(await github.ask('GET', '/user')).toMatchObject({ status: 200, body: { login: 'codeb-bot' } });
  });

  test('what a token cannot see is not there; what it may only read it cannot change', async () => {
    const missing = { status: 404, body: { message: 'Not Found', status: '404' } };
    expect(await github.ask('GET', '/repos/codeb/hidden')).toMatchObject(missing);
    expect(await github.ask('GET', '/repos/codeb/nothing')).toMatchObject(missing);
    expect(await github.ask('GET', '/no/such/path')).toMatchObject(missing);
    expect(await github.ask('GET', '/repos/codeb/readable')).toMatchObject({ status: 200 });
    expect(await github.ask('PUT', '/repos/codeb/readable/environments/production', {})).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
  });
});

test('people, teams and repositories are found by name, whatever its case', async () => {
  expect(await github.ask('GET', '/users/ALICE')).toMatchObject({
    status: 200,
    body: { login: 'alice', type: 'User' },
  });
  expect(await github.ask('GET', '/users/nobody')).toMatchObject({ status: 404 });
  const team = await github.ask('GET', '/orgs/codeb/teams/ops');
  expect(team).toMatchObject({ status: 200, body: { name: 'Operations', slug: 'ops' } });
  expect(await github.ask('GET', '/orgs/codeb/teams/ops/members')).toMatchObject({
    body: [{ login: 'alice' }, { login: 'bob' }],
  });
  const found = await github.ask('GET', '/repos/CodeB/Infra');
  expect(found.body).toMatchObject({
    full_name: 'codeb/infra',
    default_branch: 'main',
    owner: { type: 'Organization' },
  });
  expect(await github.ask('GET', `/repositories/${idOf(found.body)}`)).toMatchObject({
    body: { full_name: 'codeb/infra' },
  });
});

describe('S3.1: environments', () => {
  test('are made, changed, listed and removed', async () => {
    const user = idOf((await github.ask('GET', '/users/alice')).body);
    const team = idOf((await github.ask('GET', '/orgs/codeb/teams/ops')).body);
    const made = await github.ask('PUT', environment, {
      wait_timer: 30,
      prevent_self_review: true,
      reviewers: [
        { type: 'User', id: user },
        { type: 'Team', id: team },
      ],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      name: 'production',
      can_admins_bypass: true,
      protection_rules: [
        { type: 'wait_timer', wait_timer: 30 },
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [
            { type: 'User', reviewer: { login: 'alice' } },
            { type: 'Team', reviewer: { slug: 'ops' } },
          ],
        },
        { type: 'branch_policy' },
      ],
    });
    const bare = await github.ask('PUT', environment, {});
    expect(bare.body).toMatchObject({ id: idOf(made.body), protection_rules: [], deployment_branch_policy: null });
    expect(await github.ask('GET', `${repository}/environments`)).toMatchObject({
      body: { total_count: 1, environments: [{ name: 'production' }] },
    });
    expect(await github.ask('DELETE', environment)).toMatchObject({ status: 204 });
    expect(await github.ask('GET', environment)).toMatchObject({ status: 404 });
  });

  test('a name with a slash is one name', async () => {
    await github.ask('PUT', `${repository}/environments/${encodeURIComponent('preview/pr 12')}`, {});
    const listed = await github.ask('GET', `${repository}/environments`);
    expect(listed.body).toMatchObject({ environments: [{ name: 'preview/pr 12' }] });
  });

  test.each([
    ['a wait of more than 30 days', { wait_timer: 43_201 }, 'Invalid property /wait_timer'],
    ['seven reviewers', { reviewers: Array(7).fill({ type: 'User', id: 1 }) }, 'Invalid property /reviewers'],
    ['a reviewer who is not there', { reviewers: [{ type: 'User', id: 1 }] }, 'Validation Failed'],
    [
      'two policies at once',
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
      'cannot have the same value',
    ],
    [
      'neither policy',
      { deployment_branch_policy: { protected_branches: false, custom_branch_policies: false } },
      'cannot have the same value',
    ],
  ])('%s is refused', async (_what, body, message) => {
    const refused = await github.ask('PUT', environment, body);
    expect(refused).toMatchObject({ status: 422, body: { message: expect.stringContaining(message), status: '422' } });
    expect(await github.ask('GET', environment)).toMatchObject({ status: 404 });
  });

  test('what is no JSON is said to be none', async () => {
    expect(await github.ask('PUT', environment, '{')).toMatchObject({
      status: 400,
      body: { message: 'Problems parsing JSON' },
    });
  });
});

describe('S3.1: branches and tags that may be deployed', () => {
  const policies = `${environment}/deployment-branch-policies`;

  test('belong to an environment with policies of its own', async () => {
    await github.ask('PUT', environment, {});
    expect(await github.ask('POST', policies, { name: 'main' })).toMatchObject({ status: 404 });
    const custom = { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };
    await github.ask('PUT', environment, custom);
    const main = await github.ask('POST', policies, { name: 'main' });
    expect(main).toMatchObject({ status: 200, body: { name: 'main', type: 'branch' } });
    expect(await github.ask('POST', policies, { name: 'main' })).toMatchObject({ status: 303 });
    expect(await github.ask('POST', policies, { name: 'v*', type: 'tag' })).toMatchObject({ body: { type: 'tag' } });
    const one = `${policies}/${idOf(main.body)}`;
    expect(await github.ask('PUT', one, { name: 'release/*' })).toMatchObject({
      body: { name: 'release/*', type: 'branch' },
    });
    expect(await github.ask('DELETE', one)).toMatchObject({ status: 204 });
    expect(await github.ask('GET', one)).toMatchObject({ status: 404 });
    expect(await github.ask('GET', policies)).toMatchObject({
      body: { total_count: 1, branch_policies: [{ name: 'v*' }] },
    });
    await github.ask('PUT', environment, {});
    await github.ask('PUT', environment, custom);
    expect(await github.ask('GET', policies)).toMatchObject({ body: { total_count: 0 } });
  });
});

describe('S3.3: secrets', () => {
  const secret = `${environment}/secrets/database_url`;
  beforeEach(() => github.ask('PUT', environment, {}));

  test('are taken sealed and never shown; only their digest can be told', async () => {
    const value = 'postgres://app:hunter2hunter2@db/app';
    const sealed = await sealedFor(github, environment, value);
    expect(await github.ask('PUT', secret, sealed)).toMatchObject({ status: 201 });
    const shown = await github.ask('GET', secret);
    expect(Object.keys(z.object({}).loose().parse(shown.body))).toEqual(['name', 'created_at', 'updated_at']);
    expect(shown.body).toMatchObject({ name: 'DATABASE_URL' });
    const digest = await github.control('GET', '/secrets/codeb/infra/production/DATABASE_URL');
    expect(digest.body).toEqual({ sha256: createHash('sha256').update(value).digest('hex') });
    expect(await github.stateFile()).not.toContain('hunter2');
    expect(await github.stateFile()).toContain(sealed.encrypted_value);
  });

  test('a change is seen by its time, however soon it comes', async () => {
    const times = z.object({ created_at: z.string(), updated_at: z.string() });
    await github.ask('PUT', secret, await sealedFor(github, environment, 'one'));
    const first = times.parse((await github.ask('GET', secret)).body);
    expect(await github.ask('PUT', secret, await sealedFor(github, environment, 'two'))).toMatchObject({ status: 204 });
    const second = times.parse((await github.ask('GET', secret)).body);
    expect(second.created_at).toBe(first.created_at);
    expect(second.updated_at > first.updated_at).toBe(true);
  });

  test('a value that the API cannot open is refused', async () => {
    const message = 'Bad request - validation failed due to an improperly encrypted secret';
    const good = await sealedFor(github, environment, 'value');
    await github.ask('PUT', `${repository}/environments/staging`, {});
    const other = await sealedFor(github, `${repository}/environments/staging`, 'value');
    const plain = Buffer.from('value').toString('base64');
    for (const body of [{ ...good, encrypted_value: plain }, { ...good, key_id: '1' }, other]) {
      expect(await github.ask('PUT', secret, body)).toMatchObject({ status: 422, body: { message } });
    }
    expect(await github.ask('PUT', secret, { encrypted_value: good.encrypted_value })).toMatchObject({
      status: 422,
      body: { message: `Invalid request.\n\n"key_id" wasn't supplied.` },
    });
    expect(await github.ask('GET', secret)).toMatchObject({ status: 404 });
  });

  test('names follow the rules, the older path leads to them, and they can be removed', async () => {
    const sealed = await sealedFor(github, environment, 'value');
    for (const name of ['GITHUB_THING', '1ST', 'A-B']) {
      expect(await github.ask('PUT', `${environment}/secrets/${name}`, sealed)).toMatchObject({ status: 422 });
    }
    const id = idOf((await github.ask('GET', repository)).body);
    const older = `/repositories/${id}/environments/production/secrets/database_url`;
    expect(await github.ask('PUT', older, sealed)).toMatchObject({ status: 201 });
    expect(await github.ask('GET', `${environment}/secrets`)).toMatchObject({ body: { total_count: 1 } });
    expect(await github.ask('DELETE', secret)).toMatchObject({ status: 204 });
    expect(await github.ask('DELETE', secret)).toMatchObject({ status: 404 });
  });
});

test('S3.3: variables are made once, changed, listed and removed', async () => {
  const variables = `${environment}/variables`;
  await github.ask('PUT', environment, {});
  expect(await github.ask('POST', variables, { name: 'log_level', value: 'info' })).toMatchObject({ status: 201 });
  expect(await github.ask('POST', variables, { name: 'LOG_LEVEL', value: 'x' })).toMatchObject({
    status: 409,
    body: { message: 'Already exists - Variable already exists' },
  });
  expect(await github.ask('PATCH', `${variables}/LOG_LEVEL`, { value: 'debug' })).toMatchObject({ status: 204 });
  expect(await github.ask('GET', variables)).toMatchObject({
    body: { total_count: 1, variables: [{ name: 'LOG_LEVEL', value: 'debug' }] },
  });
  expect(await github.ask('POST', variables, { name: 'BIG', value: 'x'.repeat(49_153) })).toMatchObject({
    status: 422,
  });
  expect(await github.ask('DELETE', `${variables}/LOG_LEVEL`)).toMatchObject({ status: 204 });
  expect(await github.ask('GET', `${variables}/LOG_LEVEL`)).toMatchObject({ status: 404 });
});

test('S3.1: rulesets are made, changed, listed and removed; a mistaken rule is named', async () => {
  const rulesets = `${repository}/rulesets`;
  const check = {
    type: 'required_status_checks',
    parameters: { required_status_checks: [{ context: 'preview' }], strict_required_status_checks_policy: true },
  };
  const main = {
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [check, { type: 'deletion' }],
  };
  const made = await github.ask('POST', rulesets, main);
  expect(made).toMatchObject({ status: 201, body: { ...main, target: 'branch', source_type: 'Repository' } });
  expect(made.headers.get('etag')).toMatch(/^W\/"/);
  expect(await github.ask('POST', rulesets, main)).toMatchObject({
    status: 422,
    body: { message: 'Validation Failed', errors: ['Name must be unique'] },
  });
  const mistaken = { ...main, name: 'other', rules: [{ type: 'deletion' }, { type: 'required_status_checks' }] };
  expect(await github.ask('POST', rulesets, mistaken)).toMatchObject({
    status: 422,
    body: { message: 'Invalid request.\n\nInvalid property /rules/1: data matches no possible input.' },
  });
  const one = `${rulesets}/${idOf(made.body)}`;
  expect(await github.ask('PUT', one, { ...main, rules: [] })).toMatchObject({ status: 200, body: { rules: [] } });
  const listed = await github.ask('GET', rulesets);
  expect(listed.body).toMatchObject([{ name: 'main', enforcement: 'active' }]);
  expect(JSON.stringify(listed.body)).not.toContain('rules"');
  expect(await github.ask('DELETE', one)).toMatchObject({ status: 204 });
  expect(await github.ask('GET', one)).toMatchObject({ status: 404 });
});

describe('pull requests and their comments', () => {
  const pull = (number: number, state = 'open') => ({
    number,
    title: `change ${number}`,
    user: 'alice',
    state,
    pull: { head: { ref: `feature/${number}`, sha: 'a'.repeat(40) }, base: { ref: 'main', sha: 'b'.repeat(40) } },
  });
  const sow = (...issues: object[]) =>
    github.control('POST', '/seed', { repositories: [{ owner: 'codeb', name: 'infra', issues }] });

  test('C.3: are read by state, and moved by another seed', async () => {
    await sow(pull(1), pull(2, 'closed'), { number: 3, title: 'no pull request', user: 'bob' });
    expect(await github.ask('GET', `${repository}/pulls`)).toMatchObject({ body: [{ number: 1 }] });
    expect(await github.ask('GET', `${repository}/pulls?state=all`)).toMatchObject({
      body: [{ number: 2 }, { number: 1 }],
    });
    expect(await github.ask('GET', `${repository}/pulls?state=half`)).toMatchObject({ status: 422 });
    expect(await github.ask('GET', `${repository}/pulls/3`)).toMatchObject({ status: 404 });
    await sow({ ...pull(1), pull: { ...pull(1).pull, base: { ref: 'main', sha: 'c'.repeat(40) } } });
    expect(await github.ask('GET', `${repository}/pulls/1`)).toMatchObject({
      body: { head: { ref: 'feature/1' }, base: { sha: 'c'.repeat(40) }, user: { login: 'alice' } },
    });
  });

  test('C.3: a comment is written, changed, and not longer than GitHub takes', async () => {
    await sow({ ...pull(1), comments: [{ user: 'bob', body: 'first' }] });
    const comments = `${repository}/issues/1/comments`;
    const made = await github.ask('POST', comments, { body: 'hello' });
    expect(made).toMatchObject({ status: 201, body: { body: 'hello', user: { login: 'codeb-bot' } } });
    const one = `${repository}/issues/comments/${idOf(made.body)}`;
    expect(await github.ask('PATCH', one, { body: '😀'.repeat(65_536) })).toMatchObject({ status: 200 });
    expect(await github.ask('PATCH', one, { body: 'x'.repeat(65_537) })).toMatchObject({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [{ resource: 'IssueComment', message: 'Body is too long (maximum is 65536 characters)' }],
      },
    });
    expect(await github.ask('POST', `${repository}/issues/9/comments`, { body: 'x' })).toMatchObject({ status: 404 });
    expect(await github.ask('GET', comments)).toMatchObject({ body: [{ body: 'first', user: { login: 'bob' } }, {}] });
  });

  test('lists come in pages, each naming those around it', async () => {
    await sow({ ...pull(1), comments: Array.from({ length: 65 }, (_, n) => ({ user: 'bob', body: `${n}` })) });
    const comments = `${repository}/issues/1/comments`;
    const bodies = async (query: string) => {
      const { body, headers } = await github.ask('GET', comments + query);
      return { count: z.array(z.unknown()).parse(body).length, link: headers.get('link') };
    };
    const at = (page: number) => `<${github.url}api/v3${comments}?page=${page}>`;
    expect(await bodies('')).toEqual({ count: 30, link: `${at(2)}; rel="next", ${at(3)}; rel="last"` });
    expect(await bodies('?page=3')).toEqual({ count: 5, link: `${at(2)}; rel="prev", ${at(1)}; rel="first"` });
    expect(await bodies('?per_page=1000')).toEqual({ count: 65, link: null });
    expect(await bodies('?per_page=many')).toMatchObject({ count: 30 });
  });
});

describe('faults on demand', () => {
  test('a secondary limit says how long, and counts who does not wait', async () => {
    await github.control('POST', '/faults', { status: 403, retryAfter: 60, method: 'GET', path: '/repos/codeb' });
    expect(await github.ask('GET', '/user')).toMatchObject({ status: 200 });
    const limited = await github.ask('GET', repository);
    expect(limited).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('You have exceeded a secondary rate limit'), status: '403' },
    });
    expect(limited.headers.get('retry-after')).toBe('60');
    expect(limited.headers.get('x-ratelimit-limit')).toBe('5000');
    expect(await github.ask('GET', '/user')).toMatchObject({ status: 429 });
    expect((await github.control('GET', '/faults')).body).toEqual({ waiting: [], early: 1 });
    await github.control('DELETE', '/faults');
    expect(await github.ask('GET', '/user')).toMatchObject({ status: 200 });
  });

  test('a server error comes as often as asked, before the change or after it', async () => {
    await github.control('POST', '/faults', { status: 503, count: 2, method: 'put' });
    for (const status of [503, 503, 200]) expect((await github.ask('PUT', environment, {})).status).toBe(status);
    await github.control('POST', '/faults', { status: 502, applied: true, method: 'DELETE' });
    const lost = await github.ask('DELETE', environment);
    expect(lost).toMatchObject({ status: 502, body: undefined });
    expect(lost.headers.get('content-type')).toContain('text/html');
    expect(await github.ask('GET', environment)).toMatchObject({ status: 404 });
  });

  test('another fault is refused', async () => {
    expect(await github.control('POST', '/faults', { status: 418 })).toMatchObject({ status: 422 });
  });
});

test('everything is there again after a restart, secrets with their key', async () => {
  await github.ask('PUT', environment, { wait_timer: 5 });
  await github.ask('PUT', `${environment}/secrets/A`, await sealedFor(github, environment, 'value'));
  const before = await github.ask('GET', environment);
  await github.restart();
  expect((await github.ask('GET', environment)).body).toEqual(before.body);
  const digest = await github.control('GET', '/secrets/codeb/infra/production/A');
  expect(digest.body).toEqual({ sha256: createHash('sha256').update('value').digest('hex') });
  const made = await github.ask('PUT', `${repository}/environments/staging`, {});
  expect(idOf(made.body)).toBeGreaterThan(idOf(before.body));
});

describe('as a process', () => {
  const script = resolve(import.meta.dirname, '../../sandbox/github-api/main.ts');
  const running: ChildProcess[] = [];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codeb-github-'));
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  async function start(...args: string[]): Promise<{ child: ChildProcess; url: string }> {
    const options = [script, '--state', join(folder, 'state.json'), '--port', '0', ...args];
    const child = spawn(process.execPath, options, { env: { ...process.env, GITHUB_TOKEN: token } });
    running.push(child);
    for await (const port of createInterface({ input: child.stdout }))
      return { child, url: `http://127.0.0.1:${port}` };
    throw new Error('it ended without a port');
  }
  const ask = (url: string, method: string, path: string) =>
    answer(`${url}/api/v3${path}`, method, method === 'GET' ? undefined : {}, { authorization: `token ${token}` });

  test('it prints its port, sows its seed, keeps what was answered though it is killed, and ends when told', async () => {
    const seedFile = join(folder, 'seed.json');
    await writeFile(seedFile, JSON.stringify(world));
    const first = await start('--seed', seedFile);
    expect(await ask(first.url, 'PUT', environment)).toMatchObject({ status: 200 });
    first.child.kill('SIGKILL');
    const second = await start();
    expect(await ask(second.url, 'GET', environment)).toMatchObject({ status: 200 });
    expect((await stat(join(folder, 'state.json'))).mode & 0o777).toBe(0o600);
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });

  test('without a token it does not begin', async () => {
    const child = spawn(process.execPath, [script, '--state', join(folder, 'x')], { env: { GITHUB_TOKEN: '' } });
    running.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toContain('GITHUB_TOKEN is not set');
  });
});
