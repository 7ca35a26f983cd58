/** Runs of workflows, to be read. https://docs.github.com/en/rest/actions/workflow-runs */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { documented, readable } from '../access.ts';
import { progressOf, type WorkflowRun } from '../activity.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { invalidRequest, notFound } from '../errors.ts';
import { page } from '../pages.ts';

export function workflowRuns(): Hono<Api> {
  return new Hono<Api>()
    .use(documented('actions/workflow-runs'), readable('actions'))
    .get('/', (c) => {
      const { branch, event, head_sha, created } = c.req.query();
      const isRecent = createdFilter(created);
      const all = c.var.repository.workflow_runs
        .filter((one) => branch === undefined || one.branch === branch)
        .filter((one) => event === undefined || one.event === event)
        .filter((one) => head_sha === undefined || one.sha === head_sha)
        .filter(isRecent)
        .sort((one, other) => other.created_at.localeCompare(one.created_at) || other.id - one.id);
      const workflow_runs = page(c, all).map((one) => told(c, one, one.attempts.length));
      return c.json({ total_count: all.length, workflow_runs });
    })
    .get('/:run/attempts/:attempt', (c) => {
      const found = c.var.repository.workflow_runs.find(({ id }) => String(id) === c.req.param('run'));
      const attempt = Number(c.req.param('attempt'));
      if (found?.attempts[attempt - 1] === undefined) throw notFound();
      return c.json(told(c, found, attempt));
    });
}

/** Of the ranges that GitHub's search takes, those without an end. https://docs.github.com/en/search-github */
function createdFilter(created: string | undefined): (run: WorkflowRun) => boolean {
  if (created === undefined) return () => true;
  const since = /^>=(.+)$/.exec(created)?.[1];
  if (since === undefined || Number.isNaN(Date.parse(since))) {
    throw invalidRequest('Invalid property /created: this stand-in takes a range such as >=2026-11-14T00:00:00Z.');
  }
  return ({ created_at }) => Date.parse(created_at) >= Date.parse(since);
}

function told(c: Context<Api>, run: WorkflowRun, attempt: number) {
  const { id, workflow, run_number, branch, sha, event, attempts, created_at } = run;
  const { repository } = c.var;
  const { owner, name } = repository;
  const url = apiUrl(c, `${repositoryPath(repository)}/actions/runs/${id}`);
  const own = { id: repository.id, name, full_name: `${owner}/${name}` };
  return {
    id,
    node_id: nodeId('WFR', id),
    name: workflow,
    path: `.github/workflows/${workflow.toLowerCase().replaceAll(' ', '-')}.yml`,
    display_title: workflow,
    run_number,
    run_attempt: attempt,
    event,
    head_branch: branch,
    head_sha: sha,
    ...progressOf(attempts[attempt - 1] ?? 'queued'),
    workflow_id: createHash('sha256').update(workflow).digest().readUInt32BE(),
    check_suite_id: id,
    created_at,
    updated_at: created_at,
    run_started_at: created_at,
    url,
    html_url: htmlUrl(c, `/${owner}/${name}/actions/runs/${id}`),
    previous_attempt_url: attempt > 1 ? `${url}/attempts/${attempt - 1}` : null,
    pull_requests: [],
    repository: own,
    head_repository: own,
  };
}
