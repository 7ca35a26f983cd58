/** What a dead run has locked is freed on request, with the lock as Pulumi's file backend writes it. */
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../sandbox/run.ts';
import { type GithubServer, startGithub, token } from '../sandbox/github-server.ts';
import { type Backend, startBackend } from './sweep/backend.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'unlock.ts');
const dead = 4_190_000;

let backend: Backend;
const unlock = (stack: string, env = {}) =>
  run(process.execPath, [command, '--stack', stack], { cwd: backend.work, env: { ...backend.environment, ...env } });
const locks = () =>
  readdir(join(backend.folder, 'state', '.pulumi', 'locks', 'organization', 'codeb-infra', 'production'));
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

beforeAll(async () => {
  backend = await startBackend();
  await backend.make('production');
}, 600_000);
beforeEach(async () => {
  await run('pulumi', ['cancel', '--yes', '--stack', 'production'], { cwd: backend.work, env: backend.environment });
});
afterAll(() => backend.end());

describe('S3.1: a lock of production', () => {
  test('whose process on this machine has ended is freed', async () => {
    await backend.lock('production', { pid: dead, hostname: hostname(), timestamp: hoursAgo(0) });
    const { code, stdout, stderr } = await unlock('production');
    expect(stderr).toBe('');
    expect(stdout).toContain(`production is free; it was held by process ${dead} on ${hostname()} since 20`);
    expect(code).toBe(0);
    expect(await locks()).toEqual([]);
    expect(await unlock('production')).toMatchObject({ code: 0, stdout: 'production is not locked\n' });
  });

  test('of a run elsewhere that is older than any may be is freed', async () => {
    await backend.lock('production', { pid: 12, hostname: 'elsewhere', timestamp: hoursAgo(4) });
    expect(await unlock('production')).toMatchObject({ code: 0 });
    expect(await locks()).toEqual([]);
  });

  test.each([
    ['this machine, alive', { pid: process.pid, hostname: hostname() }, {}],
    ['elsewhere, an hour old', { pid: dead, hostname: 'elsewhere' }, {}],
    ['a runner of GitHub with the same name', { pid: dead, hostname: hostname() }, { GITHUB_ACTIONS: 'true' }],
  ])('of %s stays, and its owner is named', async (_, owner, env) => {
    const timestamp = hoursAgo(1);
    await backend.lock('production', { ...owner, timestamp });
    const { code, stderr } = await unlock('production', env);
    const since = `${timestamp.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}.000Z`;
    expect(stderr).toContain(`production is held by process ${owner.pid} on ${owner.hostname} since ${since}`);
    expect(stderr).toContain('nothing was changed');
    expect(code).toBe(1);
    expect(await locks()).toEqual([`${owner.pid}.json`]);
  });

  describe('of a run of a workflow', () => {
    let server: GithubServer;
    /** Its second attempt goes on. */
    let id: number;
    beforeAll(async () => {
      const run = { workflow: 'Up', run_number: 7, branch: 'main', attempts: ['cancelled', 'in_progress'] };
      const runs = [{ ...run, sha: 'a'.repeat(40), created_at: '2026-11-20T00:00:00Z' }];
      server = await startGithub({ repositories: [{ owner: 'example', name: 'infra', workflow_runs: runs }] });
      const { body } = await server.ask('GET', '/repos/example/infra/actions/runs');
      id = z.object({ workflow_runs: z.tuple([z.object({ id: z.int() })]) }).parse(body).workflow_runs[0].id;
    });
    afterAll(() => server.close());

    const ask = () =>
      unlock('production', {
        ...{ GITHUB_ACTIONS: 'true', GITHUB_API_URL: `${server.url}api/v3`, GITHUB_REPOSITORY: 'example/infra' },
        RUNS_GITHUB_TOKEN: token,
      });
    const lockedBy = (hostname: string) => backend.lock('production', { pid: 12, hostname, timestamp: hoursAgo(0) });

    test('that is over is freed', async () => {
      await lockedBy(`codeb-run-${id}-1`);
      expect(await ask()).toMatchObject({ code: 0, stderr: '' });
      expect(await locks()).toEqual([]);
    });

    test('that goes on, or that GitHub does not know, stays', async () => {
      for (const name of [`codeb-run-${id}-2`, `codeb-run-${id + 1}-1`]) {
        await lockedBy(name);
        expect((await ask()).stderr).toContain(`production is held by process 12 on ${name} since`);
        expect(await locks()).toEqual(['12.json']);
      }
    });
  });

  test('with one of a living run beside it stays', async () => {
    await backend.lock('production', { pid: dead, hostname: hostname(), timestamp: hoursAgo(0) });
    await backend.lock('production', { pid: process.pid, hostname: hostname(), timestamp: hoursAgo(0) });
    expect(await unlock('production')).toMatchObject({ code: 1 });
    expect(await locks()).toHaveLength(2);
  });
});

test('what else is wrong is said in the engine’s own words', async () => {
  const { code, stderr } = await unlock('staging');
  expect(stderr).toContain("no stack named 'staging' found");
  expect(code).toBe(1);
});
