/** S3.10: the stand-in of GitHub tells what has run for a commit as GitHub does. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type GithubServer, startGithub } from './github-server.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
const at = '/repos/codeb/infra';
const world = (changes: Record<string, unknown>) => ({
  repositories: [{ owner: 'codeb', name: 'infra', branches: [{ name: 'feature/a', sha: one }], ...changes }],
});

let github: GithubServer;
beforeEach(async () => {
  github = await startGithub(world({}));
});
afterEach(() => github.close());

const sow = (changes: Record<string, unknown>) => github.control('POST', '/seed', world(changes));
const get = (path: string) => github.ask('GET', `${at}${path}`);

test('a branch has its tip, with a slash in its name as well', async () => {
  expect(await get('/branches/feature/a')).toMatchObject({ status: 200, body: { commit: { sha: one } } });
  expect(await get('/branches/feature%2Fa')).toMatchObject({ status: 200, body: { name: 'feature/a' } });
  expect(await get('/branches/none')).toMatchObject({
    status: 404,
    body: { message: 'Branch not found', documentation_url: 'https://docs.github.com/rest/branches/branches' },
  });
  await sow({ branches: [{ name: 'feature/a', sha: two }] });
  expect(await get('/branches')).toMatchObject({ body: [{ name: 'feature/a', commit: { sha: two } }] });
});

describe('check runs and commit statuses', () => {
  test('are those of the commit, page by page, and stay over a restart', async () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ sha: one, name: `part ${index}`, outcome: 'success' }));
    await sow({ check_runs: [...many, { sha: two, name: 'other', outcome: 'failure' }] });
    const first = await get(`/commits/${one}/check-runs?per_page=100`);
    expect(first).toMatchObject({ status: 200, body: { total_count: 101 } });
    expect(z.object({ check_runs: z.array(z.unknown()) }).parse(first.body).check_runs).toHaveLength(100);
    expect(first.headers.get('link')).toMatch(/page=2>; rel="next"/);
    await github.restart();
    expect(await get(`/commits/${two}/check-runs`)).toMatchObject({
      body: { total_count: 1, check_runs: [{ name: 'other', status: 'completed', conclusion: 'failure' }] },
    });
  });

  test('what goes on has no conclusion, and what is sown again is what it became', async () => {
    await sow({ check_runs: [{ sha: one, name: 'test', outcome: 'in_progress' }] });
    const running = { name: 'test', status: 'in_progress', conclusion: null, completed_at: null };
    expect(await get('/commits/feature%2Fa/check-runs')).toMatchObject({ body: { check_runs: [running] } });
    await sow({ check_runs: [{ sha: one, name: 'test', outcome: 'success' }] });
    expect(await get(`/commits/${one}/check-runs`)).toMatchObject({
      body: { total_count: 1, check_runs: [{ status: 'completed', conclusion: 'success' }] },
    });
  });

  test.each([
    [[], 'pending'],
    [['success', 'success'], 'success'],
    [['success', 'pending'], 'pending'],
    [['pending', 'error'], 'failure'],
  ])('statuses %j are %s together', async (states, state) => {
    await sow({ statuses: states.map((own, index) => ({ sha: one, context: `ci/${index}`, state: own })) });
    expect(await get(`/commits/${one}/status`)).toMatchObject({
      body: { state, sha: one, total_count: states.length, statuses: states.map((own) => ({ state: own })) },
    });
  });

  test('a commit that is not there is refused in the words of GitHub', async () => {
    for (const what of ['check-runs', 'status']) {
      expect(await get(`/commits/${two}/${what}`)).toMatchObject({
        status: 422,
        body: { message: `No commit found for SHA: ${two}`, status: '422' },
      });
    }
  });

  test('what the token lacks a permission for is refused, and the rest is not', async () => {
    await github.close();
    github = await startGithub(world({ withheld: ['checks'] }));
    expect(await get(`/commits/${one}/check-runs`)).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
    expect(await get(`/commits/${one}/status`)).toMatchObject({ status: 200 });
  });
});

test('runs of workflows are narrowed down by branch, event and time, and each attempt is there', async () => {
  const run = (run_number: number, changes: Record<string, unknown> = {}) => ({
    ...{ workflow: 'Quality', run_number, branch: 'main', sha: one, attempts: ['success'] },
    created_at: `2026-11-0${run_number}T00:00:00Z`,
    ...changes,
  });
  await sow({
    workflow_runs: [
      run(1),
      run(2, { branch: 'develop' }),
      run(3, { event: 'schedule' }),
      run(4, { attempts: ['failure', 'queued'] }),
    ],
  });
  const numbers = async (query: string) => {
    const { body } = await get(`/actions/runs?${query}`);
    const page = z.object({ workflow_runs: z.array(z.object({ run_number: z.int() })) }).parse(body);
    return page.workflow_runs.map((one) => one.run_number);
  };
  expect(await numbers('')).toEqual([4, 3, 2, 1]);
  expect(await numbers('branch=main&event=push')).toEqual([4, 1]);
  expect(await numbers(`created=${encodeURIComponent('>=2026-11-03T00:00:00Z')}`)).toEqual([4, 3]);
  expect(await get('/actions/runs?created=yesterday')).toMatchObject({ status: 422 });
  const { body } = await get('/actions/runs?per_page=1');
  const [latest] = z.object({ workflow_runs: z.array(z.object({ id: z.int() }).loose()) }).parse(body).workflow_runs;
  expect(latest).toMatchObject({ run_attempt: 2, status: 'queued', conclusion: null, name: 'Quality' });
  expect(await get(`/actions/runs/${latest?.id}/attempts/1`)).toMatchObject({
    body: { run_attempt: 1, conclusion: 'failure' },
  });
  expect(await get(`/actions/runs/${latest?.id}/attempts/3`)).toMatchObject({ status: 404 });
});

test('issues are listed by label and state, pull requests among them, the newest first', async () => {
  const issue = (number: number, changes: Record<string, unknown>) => ({
    ...{ number, title: `issue ${number}`, user: 'alice', labels: ['P1'] },
    created_at: `2026-11-0${number}T00:00:00Z`,
    ...changes,
  });
  const commit = { ref: 'feature/a', sha: one };
  await sow({
    issues: [
      issue(1, {}),
      issue(2, { state: 'closed' }),
      issue(3, { labels: ['P2'] }),
      issue(4, { labels: ['web', 'P1'], pull: { head: commit, base: commit } }),
    ],
  });
  const answer = await get('/issues?labels=p1');
  expect(answer).toMatchObject({
    body: [
      { number: 4, pull_request: {}, labels: [{ name: 'web' }, { name: 'P1' }] },
      { number: 1, created_at: '2026-11-01T00:00:00Z', state: 'open' },
    ],
  });
  expect(JSON.stringify(answer.body).match(/pull_request/g)).toHaveLength(1);
  expect(await get('/issues?labels=P1,web&state=all')).toMatchObject({ body: [{ number: 4 }] });
  expect(await get('/issues?state=half')).toMatchObject({ status: 422 });
  expect(await get('/pulls/4')).toMatchObject({ body: { labels: [{ name: 'web' }, { name: 'P1' }] } });
});
