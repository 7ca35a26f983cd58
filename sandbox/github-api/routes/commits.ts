/** What has run for a commit. https://docs.github.com/en/rest/checks/runs, …/rest/commits/statuses */
import { type Context, Hono } from 'hono';
import { documented, readable } from '../access.ts';
import { type CheckRun, type CommitStatus, progressOf } from '../activity.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { ApiError } from '../errors.ts';
import { page } from '../pages.ts';

export function commits(): Hono<Api> {
  return new Hono<Api>()
    .use('/:ref/check-runs', documented('checks/runs'), readable('checks'))
    .use('/:ref/status', documented('commits/statuses'), readable('statuses'))
    .get('/:ref/check-runs', (c) => {
      const sha = shaOf(c);
      const all = c.var.repository.check_runs.filter((one) => one.sha === sha);
      return c.json({ total_count: all.length, check_runs: page(c, all).map((one) => toldRun(c, one)) });
    })
    .get('/:ref/status', (c) => {
      const sha = shaOf(c);
      const all = c.var.repository.statuses.filter((one) => one.sha === sha);
      const path = repositoryPath(c.var.repository);
      const { id, owner, name } = c.var.repository;
      return c.json({
        state: combined(all),
        statuses: page(c, all).map((one) => toldStatus(c, one)),
        sha,
        total_count: all.length,
        repository: { id, name, full_name: `${owner}/${name}` },
        commit_url: apiUrl(c, `${path}/commits/${sha}`),
        url: apiUrl(c, `${path}/commits/${sha}/status`),
      });
    });
}

/** A commit that the repository knows, by its SHA or a branch. */
function shaOf(c: Context<Api>): string {
  const ref = c.req.param('ref') ?? '';
  const { branches, check_runs, statuses, workflow_runs } = c.var.repository;
  const found = branches.find(({ name }) => name === ref)?.sha ?? ref;
  const isKnown = [...branches, ...check_runs, ...statuses, ...workflow_runs].some(({ sha }) => sha === found);
  if (!isKnown) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  return found;
}

function combined(all: readonly CommitStatus[]): string {
  if (all.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return all.length > 0 && all.every(({ state }) => state === 'success') ? 'success' : 'pending';
}

function toldRun(c: Context<Api>, { id, sha, name, outcome, started_at }: CheckRun) {
  const { owner, name: repository } = c.var.repository;
  const progress = progressOf(outcome);
  const html_url = htmlUrl(c, `/${owner}/${repository}/actions/runs/${id}/job/${id}`);
  return {
    id,
    node_id: nodeId('CR', id),
    head_sha: sha,
    external_id: '',
    name,
    ...progress,
    started_at,
    completed_at: progress.conclusion === null ? null : started_at,
    url: apiUrl(c, `${repositoryPath(c.var.repository)}/check-runs/${id}`),
    html_url,
    details_url: html_url,
    output: { title: null, summary: null, text: null, annotations_count: 0 },
    check_suite: { id },
    app: { id: 15368, slug: 'github-actions', name: 'GitHub Actions' },
    pull_requests: [],
  };
}

function toldStatus(c: Context<Api>, { id, sha, context, state, description, target_url, created_at }: CommitStatus) {
  return {
    id,
    node_id: nodeId('SC', id),
    url: apiUrl(c, `${repositoryPath(c.var.repository)}/statuses/${sha}`),
    avatar_url: null,
    state,
    description,
    target_url,
    context,
    created_at,
    updated_at: created_at,
  };
}
