/** Pull requests, to be read. https://docs.github.com/en/rest/pulls/pulls */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented } from '../access.ts';
import { type Api, apiUrl, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { invalidRequest, notFound } from '../errors.ts';
import { page } from '../pages.ts';
import type { Issue, State } from '../state.ts';
import { toldLabels } from './issues.ts';
import { toldUser } from './people.ts';

const states = z.enum(['open', 'closed', 'all']).default('open');

type Pull = Issue & { pull: NonNullable<Issue['pull']> };

export function pullRequests(state: State): Hono<Api> {
  return new Hono<Api>()
    .use(documented('pulls/pulls'))
    .get('/', (c) => {
      const wanted = states.safeParse(c.req.query('state'));
      if (!wanted.success) throw invalidRequest('Invalid property /state: expected open, closed or all.');
      const found = c.var.repository.issues.filter(isPull).filter((one) => [one.state, 'all'].includes(wanted.data));
      const newestFirst = found.sort((one, other) => other.number - one.number);
      return c.json(page(c, newestFirst).map((one) => told(c, state, one)));
    })
    .get('/:number', (c) => {
      const found = c.var.repository.issues.find(({ number }) => String(number) === c.req.param('number'));
      if (!found || !isPull(found)) throw notFound();
      return c.json(told(c, state, found));
    });
}

function isPull(issue: Issue): issue is Pull {
  return issue.pull !== null;
}

function told(c: Context<Api>, state: State, { id, number, user, labels, pull, comments, ...words }: Pull) {
  const { repository } = c.var;
  const { owner, name } = repository;
  const end = (commit: Pull['pull']['head']) => ({
    ...commit,
    label: `${owner}:${commit.ref}`,
    repo: { id: repository.id, name, full_name: `${owner}/${name}` },
  });
  return {
    id,
    node_id: nodeId('PR', id),
    number,
    ...words,
    labels: toldLabels(c, labels),
    draft: false,
    merged_at: null,
    user: toldUser(c, state, user),
    head: end(pull.head),
    base: end(pull.base),
    comments: comments.length,
    url: apiUrl(c, `${repositoryPath(repository)}/pulls/${number}`),
    html_url: htmlUrl(c, `/${owner}/${name}/pull/${number}`),
    comments_url: apiUrl(c, `${repositoryPath(repository)}/issues/${number}/comments`),
  };
}
