/** Issues and pull requests alike, to be read. https://docs.github.com/en/rest/issues/issues */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented, readable, sameName } from '../access.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { invalidRequest } from '../errors.ts';
import { page } from '../pages.ts';
import type { Issue, State } from '../state.ts';
import { toldUser } from './people.ts';

const states = z.enum(['open', 'closed', 'all']).default('open');

export function issues(state: State): Hono<Api> {
  return new Hono<Api>().get('/', documented('issues/issues'), readable('issues'), (c) => {
    const wanted = states.safeParse(c.req.query('state'));
    if (!wanted.success) throw invalidRequest('Invalid property /state: expected open, closed or all.');
    const labels = (c.req.query('labels') ?? '').split(',').filter((label) => label !== '');
    const found = c.var.repository.issues
      .filter((one) => [one.state, 'all'].includes(wanted.data))
      .filter((one) => labels.every((label) => one.labels.some((own) => sameName(own, label))))
      .sort((one, other) => other.created_at.localeCompare(one.created_at) || other.number - one.number);
    return c.json(page(c, found).map((one) => told(c, state, one)));
  });
}

export function toldLabels(c: Context<Api>, labels: readonly string[]) {
  const path = `${repositoryPath(c.var.repository)}/labels`;
  return labels.map((name) => ({
    url: apiUrl(c, `${path}/${encodeURIComponent(name)}`),
    name,
    color: 'ededed',
    default: false,
    description: null,
  }));
}

function told(c: Context<Api>, state: State, issue: Issue) {
  const { id, number, title, body, labels, pull, comments, created_at, updated_at, closed_at } = issue;
  const { repository } = c.var;
  const { owner, name } = repository;
  const kind = pull ? 'pull' : 'issues';
  const html_url = htmlUrl(c, `/${owner}/${name}/${kind}/${number}`);
  return {
    id,
    node_id: nodeId('I', id),
    number,
    title,
    body,
    state: issue.state,
    user: toldUser(c, state, issue.user),
    labels: toldLabels(c, labels),
    comments: comments.length,
    created_at,
    updated_at,
    closed_at,
    ...(pull && { pull_request: { url: apiUrl(c, `${repositoryPath(repository)}/pulls/${number}`), html_url } }),
    url: apiUrl(c, `${repositoryPath(repository)}/issues/${number}`),
    html_url,
  };
}
