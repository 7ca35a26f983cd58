/** `node cli/sweep.ts` on a real backend of Pulumi, and on GitHub and Cloudflare as the sandbox has them. */
import { rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { removeFromCloudflare } from '../../../cli/sweep/cloudflare.ts';
import { cloudflareFrom } from '../../../cloudflare/api.ts';
import { startCloudflare } from '../../../sandbox/cloudflare-api/server.ts';
import { run } from '../../../sandbox/run.ts';
import { cloudflare as account } from '../../../sandbox/stand-ins.ts';
import { type GithubServer, startGithub, token } from '../../sandbox/github-server.ts';
import { type Backend, startBackend } from './backend.ts';

const command = resolve(import.meta.dirname, '..', '..', '..', 'cli', 'sweep.ts');
const commit = { ref: 'feature', sha: 'a'.repeat(40) };
const pull = (number: number, state: 'open' | 'closed' = 'open') => ({
  ...{ number, state, title: `Pull request ${number}`, user: 'alice' },
  pull: { head: commit, base: commit },
});
/** More than a page has. */
const many = Array.from({ length: 120 }, (_, index) => pull(index + 1, index + 1 === 13 ? 'closed' : 'open'));
const world = {
  repositories: [
    { owner: 'ai-code-battle', name: 'ai-code-battle', issues: many },
    { owner: 'celly', name: 'celly-creative' },
    { owner: 'codeb', name: 'api' },
    { owner: 'share-paint', name: 'share-paint', issues: [pull(3, 'closed')] },
    { owner: 'sprintsolo', name: 'sprintsolo.dev', issues: [pull(13, 'closed')] },
  ],
};

const report = z.object({
  previews: z.array(
    z.object({ project: z.string(), pullRequest: z.number(), verdict: z.string(), outcome: z.unknown().optional() }),
  ),
  unmatched: z.array(z.object({ kind: z.string(), name: z.string() })),
  problems: z.array(z.string()),
});

let github: GithubServer;
let cloud: Awaited<ReturnType<typeof startCloudflare>>;
let backend: Backend;

beforeEach(async () => {
  backend = await startBackend({ 'codeb:environment': 'preview', 'codeb:pullRequest': 1, 'codeb:cloudflare': account });
  github = await startGithub(world);
  const zones = Object.entries(account.zones).map(([name, { id }]) => ({ id, name }));
  const seed = { accounts: [{ id: account.accountId, name: 'test', zones }] };
  cloud = await startCloudflare({ state: join(backend.folder, 'cloudflare.json'), token, seed });
}, 600_000);
afterEach(async () => {
  await Promise.all([github.close(), cloud.close()]);
  await backend.end();
});

async function onCloudflare(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${cloud.port}/client/v4${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = z
    .object({ success: z.boolean(), errors: z.unknown(), result: z.unknown() })
    .parse(await response.json());
  expect([path, answer.errors]).toEqual([path, []]);
  return answer.result;
}

const projects = `/accounts/${account.accountId}/pages/projects`;
const buckets = `/accounts/${account.accountId}/r2/buckets`;
const records = `/zones/${account.zones['sprint.solo.dev'].id}/dns_records`;
const environments = '/repos/ai-code-battle/ai-code-battle/environments';

const names = z.array(z.object({ name: z.string() })).transform((all) => all.map(({ name }) => name).sort());
const namesOn = async (path: string) => names.parse(await onCloudflare('GET', path));
const bucketNames = async () => z.object({ buckets: names }).parse(await onCloudflare('GET', buckets)).buckets;
const environmentNames = async () =>
  z.object({ environments: names }).parse((await github.ask('GET', environments)).body).environments;
const stackNames = async () => {
  const { stdout } = await run('pulumi', ['stack', 'ls', '--json'], { cwd: backend.work, env: backend.environment });
  return names.parse(JSON.parse(stdout));
};

/** A site by the chat, with its domain and its name. */
async function makeSite(name: string, domain: string): Promise<void> {
  await onCloudflare('POST', projects, { name, production_branch: 'main' });
  const record = { type: 'CNAME', name: domain, content: `${name}.pages.dev`, ttl: 1, proxied: true, comment: 'codeb' };
  await onCloudflare('POST', records, record);
  await onCloudflare('POST', `${projects}/${name}/domains`, { name: domain });
}

async function makeToken(name: string): Promise<void> {
  const [group] = z
    .array(z.object({ id: z.string() }))
    .parse(await onCloudflare('GET', '/user/tokens/permission_groups'));
  const resources = { [`com.cloudflare.api.account.${account.accountId}`]: '*' };
  const policies = [{ effect: 'allow', permission_groups: [group], resources }];
  await onCloudflare('POST', '/user/tokens', { name, policies });
}

/** The preview 13 of two projects whose pull requests are closed, and beside them what has to stay. */
async function makeWorld(): Promise<void> {
  await backend.fill('code-battle-pr-13');
  await backend.make('production', 'preview', 'code-battle-pr-12', 'blog-pr-13', 'code-battle-pr-5');
  for (const name of ['production', 'pr-12', 'pr-13']) await github.ask('PUT', `${environments}/${name}`, {});
  for (const name of ['code-battle', 'code-battle-pr-12', 'code-battle-pr-13']) {
    await onCloudflare('POST', buckets, { name });
    await makeToken(`codeb ${name}-bucket`);
  }
  await makeSite('sprint-abc-17', 'abc.sprint.solo.dev');
  await makeSite('sprint-abc-17-pr-13', 'pr-13.abc.sprint.solo.dev');
  // A chat of production that is called like a preview.
  await makeSite('sprint-a-5-pr-13', 'a-5-pr.sprint.solo.dev');
  await onCloudflare('POST', records, { type: 'A', name: 'pr-13.sprint.solo.dev', content: '192.0.2.1', ttl: 300 });
}

const sweep = (args: string[], instead: Record<string, string> = {}) =>
  run(process.execPath, [command, ...args], {
    cwd: backend.work,
    env: {
      ...backend.environment,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: `${github.url}api/v3`,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${cloud.port}/client/v4`,
      ...instead,
    },
  });

const update = 'engine refresh --yes --skip-preview --non-interactive --stack code-battle-pr-5';

const reportOf = (text: string) => {
  const { previews, unmatched, problems } = report.parse(JSON.parse(text));
  const verdicts = previews.map(({ project, pullRequest, verdict }) => [`${project}-pr-${pullRequest}`, verdict]);
  return { previews, unmatched: unmatched.map(({ kind, name }) => `${kind} ${name}`), problems, verdicts };
};

describe('S3.1, S3.2: the sweep', { timeout: 120_000 }, () => {
  test('shows what goes and what stays, and changes nothing', async () => {
    await makeWorld();
    const before = [await stackNames(), await github.stateFile(), await bucketNames(), await namesOn(records)];
    const { code, stdout, stderr } = await sweep([]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/code-battle-pr-13 +│ goes: closed +│ pull request 13 is not open/);
    expect(stdout).toMatch(/code-battle-pr-5 +│ stays/);
    expect(stdout).toContain('Pulumi: stack blog-pr-13');
    expect([await stackNames(), await github.stateFile(), await bucketNames(), await namesOn(records)]).toEqual(before);
  });

  test('a bucket that still has objects is emptied first, which takes Cloudflare a day or two', async () => {
    const bucket = `${buckets}/code-battle-pr-13`;
    await onCloudflare('POST', buckets, { name: 'code-battle-pr-13' });
    await onCloudflare('PUT', `${bucket}/objects/upload`, {});
    const early = await sweep(['--yes']);
    expect(early.code).toBe(1);
    expect(early.stdout).toContain('10008 The bucket you tried to delete is not empty');
    expect(await onCloudflare('GET', `${bucket}/lifecycle`)).toMatchObject({
      rules: [{ enabled: true, deleteObjectsTransition: { condition: { type: 'Age', maxAge: 86_400 } } }],
    });
    await onCloudflare('DELETE', `${bucket}/objects/upload`);
    expect(await sweep(['--yes'])).toMatchObject({ code: 0 });
    expect(await bucketNames()).toEqual([]);
  });

  test('what is gone since it was listed, as with its stack, is no error', async () => {
    const environment = {
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_BASE_URL: `http://127.0.0.1:${cloud.port}/client/v4`,
    };
    const at = Date.now();
    const api = cloudflareFrom(environment);
    await removeFromCloudflare(api, account.accountId, { kind: 'bucket', name: 'code-battle-pr-13', at });
    await removeFromCloudflare(api, account.accountId, { kind: 'API token', id: 'f'.repeat(32), name: 'gone' });
  });

  test('removes what is left of closed pull requests, and nothing else', async () => {
    await makeWorld();
    const { code, stdout, stderr } = await sweep(['--yes', '--json']);
    expect(stderr).toBe('');
    const { verdicts, unmatched, problems } = reportOf(stdout);
    expect(problems).toEqual([]);
    expect(verdicts).toEqual([
      ['code-battle-pr-5', 'stays'],
      ['code-battle-pr-12', 'stays'],
      ['code-battle-pr-13', 'closed'],
      ['sprintsolo-pr-13', 'closed'],
    ]);
    expect(unmatched.sort()).toEqual([
      'DNS record a-5-pr.sprint.solo.dev',
      'pages project sprint-a-5-pr-13',
      'stack blog-pr-13',
    ]);
    expect(code, stdout).toBe(0);
    expect(await stackNames()).toEqual([
      'blog-pr-13',
      'code-battle-pr-12',
      'code-battle-pr-5',
      'preview',
      'production',
    ]);
    expect(await environmentNames()).toEqual(['pr-12', 'production']);
    expect(await bucketNames()).toEqual(['code-battle', 'code-battle-pr-12']);
    expect(await namesOn('/user/tokens')).toEqual(['codeb code-battle-bucket', 'codeb code-battle-pr-12-bucket']);
    expect(await namesOn(projects)).toEqual(['sprint-a-5-pr-13', 'sprint-abc-17']);
    expect(await namesOn(records), 'and records that are not ours').toEqual([
      'a-5-pr.sprint.solo.dev',
      'abc.sprint.solo.dev',
      'pr-13.sprint.solo.dev',
    ]);
    expect(reportOf((await sweep(['--json'])).stdout).verdicts).toEqual([
      ['code-battle-pr-5', 'stays'],
      ['code-battle-pr-12', 'stays'],
    ]);
  });

  test('finishes what a dead run has locked, and says what one holds that is alive', async () => {
    const timestamp = new Date().toISOString();
    await backend.fill('code-battle-pr-13');
    await backend.make('paintshare-pr-3', 'sprintsolo-pr-13');
    await backend.lock('code-battle-pr-13', { pid: 4_190_000, hostname: hostname(), timestamp });
    await backend.lock('paintshare-pr-3', { pid: process.pid, hostname: hostname(), timestamp });
    const { code, stdout } = await sweep(['--yes']);
    expect(code).toBe(1);
    expect(await stackNames()).toEqual(['paintshare-pr-3']);
    expect(stdout).toMatch(/paintshare-pr-3: stack: .*locked by 1 lock/);
    await backend.lock('paintshare-pr-3', {
      pid: process.pid,
      hostname: hostname(),
      timestamp: '2026-01-01T00:00:00Z',
    });
    expect(await sweep(['--yes'])).toMatchObject({ code: 0 });
    expect(await stackNames()).toEqual([]);
  });

  test('leaves one alone that was too old and has been updated meanwhile', async () => {
    await backend.fill('code-battle-pr-5');
    await backend.age('code-battle-pr-5', '2026-01-01T00:00:00Z');
    const bin = join(backend.folder, 'bin');
    await rename(join(bin, 'pulumi'), join(bin, 'engine'));
    const updating = `#!/bin/sh
engine "$@" || exit
case "$1 $2" in
  "stack ls") mv '${bin}/pulumi' '${bin}/used' && ln -s engine '${bin}/pulumi' && ${update} >&2 ;;
esac
`;
    await writeFile(join(bin, 'pulumi'), updating, { mode: 0o755 });
    const late = await sweep(['--yes', '--json']);
    expect(late).toMatchObject({ code: 0 });
    expect(reportOf(late.stdout).previews).toMatchObject([
      { verdict: 'too old', outcome: { kind: 'left', why: 'its stack has been updated meanwhile' } },
    ]);
    expect(await stackNames()).toEqual(['code-battle-pr-5']);
    expect(reportOf((await sweep(['--yes', '--json'])).stdout).verdicts).toEqual([['code-battle-pr-5', 'stays']]);
    await backend.age('code-battle-pr-5', '2026-01-01T00:00:00Z');
    expect(await sweep(['--yes'])).toMatchObject({ code: 0 });
    expect(await stackNames()).toEqual([]);
  });

  test('leaves all of a project alone whose pull requests cannot be asked', async () => {
    await backend.make('paintshare-pr-3', 'code-battle-pr-13');
    await github.control('POST', '/faults', { status: 503, path: '/repos/share-paint', count: 20 });
    const { code, stdout } = await sweep(['--yes', '--json']);
    expect(code).toBe(1);
    const { verdicts, problems } = reportOf(stdout);
    expect(verdicts).toEqual([
      ['code-battle-pr-13', 'closed'],
      ['paintshare-pr-3', 'stays'],
    ]);
    expect(problems.join('\n')).toMatch(/pull requests of paintshare: GET .*503/);
    expect(await stackNames()).toEqual(['paintshare-pr-3']);
  });

  test('removes nothing past stacks that nobody can list, and nothing of a pull request that never was', async () => {
    await backend.make('paintshare-pr-99');
    await github.ask('PUT', `${environments}/pr-13`, {});
    const blind = await sweep(['--yes', '--json'], { PULUMI_BACKEND_URL: `file://${join(backend.folder, 'nowhere')}` });
    expect(blind.code).toBe(1);
    expect(reportOf(blind.stdout).problems.join('\n')).toMatch(/^stacks: pulumi stack ls/);
    expect(await environmentNames()).toEqual(['pr-13']);
    const seeing = await sweep(['--yes', '--json']);
    expect(seeing).toMatchObject({ code: 0 });
    expect(reportOf(seeing.stdout).previews).toMatchObject([
      { project: 'code-battle', outcome: { kind: 'removed' } },
      { project: 'paintshare', outcome: { kind: 'left', why: 'there is no pull request 99' } },
    ]);
    expect(await environmentNames()).toEqual([]);
    expect(await stackNames()).toEqual(['paintshare-pr-99']);
  });

  test('without a token of GitHub everything stays', async () => {
    await backend.make('code-battle-pr-13');
    const { code, stdout } = await sweep(['--yes'], { GITHUB_TOKEN: '' });
    expect(code).toBe(1);
    expect(stdout).toContain('GITHUB_TOKEN');
    expect(await stackNames()).toEqual(['code-battle-pr-13']);
  });
});
