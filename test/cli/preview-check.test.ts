import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../sandbox/run.ts';
import { environments } from '../../stacks/environments.ts';
import { type GithubServer, startGithub, token } from '../sandbox/github-server.ts';
import { type Backend, startBackend } from './sweep/backend.ts';

const command = resolve(import.meta.dirname, '..', '..', 'cli', 'preview-check.ts');
const commit = { ref: 'feature', sha: 'a'.repeat(40) };
const pull = (number: number, state: 'open' | 'closed') => ({
  ...{ number, state, title: `Pull request ${number}`, user: 'alice' },
  pull: { head: commit, base: commit },
});
const atMost = environments.preview.lifetime?.atMost ?? 0;

let github: GithubServer;
let backend: Backend;
beforeAll(async () => {
  backend = await startBackend();
  github = await startGithub({
    repositories: [{ owner: 'example', name: 'shop', issues: [pull(7, 'open'), pull(8, 'closed')] }],
  });
}, 600_000);
afterAll(async () => {
  await github.close();
  await backend.end();
});

const check = (pullRequest: number, action: string, GITHUB_TOKEN = token) =>
  run(
    process.execPath,
    [
      ...[command, '--project', 'celly-creative', '--repository', 'example/shop'],
      ...['--pull-request', String(pullRequest), '--action', action],
    ],
    { cwd: backend.work, env: { ...backend.environment, GITHUB_TOKEN, GITHUB_API_URL: `${github.url}api/v3` } },
  );

describe('S3.1: before a preview is made', { timeout: 120_000 }, () => {
  test.each([
    [7, 'up', 'action=up\n', ''],
    [8, 'destroy', 'action=destroy\n', ''],
    [8, 'up', '', "asked for 'up', and pull request 8 is closed: nothing is done\n"],
    [7, 'destroy', '', "asked for 'destroy', and pull request 7 is open: nothing is done\n"],
    [9, 'up', '', "asked for 'up', and pull request 9 is not there: nothing is done\n"],
  ])('pull request %i, asked for %s', async (pullRequest, action, stdout, stderr) => {
    expect(await check(pullRequest, action)).toMatchObject({ code: 0, stdout, stderr });
  });

  test('what cannot be asked is an error', async () => {
    const refused = await check(7, 'up', 'wrong');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('401: Bad credentials');
    expect((await check(7, 'rm')).code).toBe(1);
  });

  test('a project has no more previews than it may have', async () => {
    const others = Array.from({ length: atMost - 1 }, (_, index) => `celly-creative-pr-${100 + index}`);
    await backend.make(...others, 'code-battle-pr-1', 'celly-creative-staging');
    expect(await check(7, 'up')).toMatchObject({ code: 0, stdout: 'action=up\n' });
    await backend.make('celly-creative-pr-200');
    const refused = await check(7, 'up');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`project 'celly-creative' may have ${atMost} previews at a time`);
    expect(refused.stderr).toContain('celly-creative-pr-200 are there, and nothing was changed');
    await backend.make('celly-creative-pr-7');
    expect(await check(7, 'up'), 'one that is there may change').toMatchObject({ code: 0 });
  });
});
