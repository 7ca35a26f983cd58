/** Comments on issues and pull requests. https://docs.github.com/en/rest/issues/comments */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { documented } from '../access.ts';
import { type Api, apiUrl, bodyOf, htmlUrl, nodeId, repositoryPath } from '../api.ts';
import { after, now } from '../clock.ts';
import { ApiError, notFound, validationFailed } from '../errors.ts';
import { page } from '../pages.ts';
import type { Comment, Issue, State } from '../state.ts';
import type { Store } from '../store.ts';
import { toldUser } from './people.ts';

/** Characters. */
const longest = 65_536;

export function comments(store: Store): Hono<Api> {
  const { state } = store;
  return new Hono<Api>()
    .use(documented('issues/comments'))
    .get('/:number/comments', (c) => {
      const issue = issueOf(c);
      return c.json(page(c, issue.comments).map((one) => told(c, state, issue, one)));
    })
    .post('/:number/comments', async (c) => {
      const issue = issueOf(c);
      const body = await textOf(c);
      const time = now();
      const made = { id: store.nextId(), user: state.viewer, body, created_at: time, updated_at: time };
      issue.comments.push(made);
      return c.json(told(c, state, issue, made), 201);
    })
    .get('/comments/:comment', (c) => {
      const { issue, comment } = commentOf(c);
      return c.json(told(c, state, issue, comment));
    })
    .patch('/comments/:comment', async (c) => {
      const { issue, comment } = commentOf(c);
      // An administrator may change others' words, and nobody else.
      if (comment.user !== state.viewer && c.var.repository.permission !== 'admin') {
        throw new ApiError(403, 'Must have admin rights to Repository.');
      }
      Object.assign(comment, { body: await textOf(c), updated_at: after(comment.updated_at) });
      return c.json(told(c, state, issue, comment));
    });
}

async function textOf(c: Context<Api>): Promise<string> {
  const { body } = await bodyOf(c, z.object({ body: z.string() }));
  const says = (message: string) =>
    validationFailed({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message });
  if (body.trim() === '') throw says('Body cannot be blank');
  if ([...body].length > longest) throw says(`Body is too long (maximum is ${longest} characters)`);
  return body;
}

function issueOf(c: Context<Api>): Issue {
  const found = c.var.repository.issues.find(({ number }) => String(number) === c.req.param('number'));
  if (!found) throw notFound();
  return found;
}

function commentOf(c: Context<Api>): { issue: Issue; comment: Comment } {
  for (const issue of c.var.repository.issues) {
    const comment = issue.comments.find(({ id }) => String(id) === c.req.param('comment'));
    if (comment) return { issue, comment };
  }
  throw notFound();
}

function told(c: Context<Api>, state: State, { number, pull }: Issue, { id, user, ...words }: Comment) {
  const { repository } = c.var;
  const { owner, name } = repository;
  const kind = pull ? 'pull' : 'issues';
  return {
    id,
    node_id: nodeId('IC', id),
    ...words,
    user: toldUser(c, state, user),
    author_association: 'MEMBER',
    url: apiUrl(c, `${repositoryPath(repository)}/issues/comments/${id}`),
    issue_url: apiUrl(c, `${repositoryPath(repository)}/issues/${number}`),
    html_url: htmlUrl(c, `/${owner}/${name}/${kind}/${number}#issuecomment-${id}`),
  };
}
