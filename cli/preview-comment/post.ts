/** The comment's place on GitHub: one a stack, written again and again in the same place. */
import { z } from 'zod';
import { GithubError } from './github-error.ts';
import type { GithubRest } from './github-rest.ts';
import { markedAs, withStaleness } from './marker.ts';

export interface PullRequest {
  readonly github: GithubRest;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
}

export type Posted = { kind: 'created' | 'updated'; url: string };

const comment = z.object({
  id: z.int(),
  body: z.string(),
  html_url: z.string(),
  user: z.object({ login: z.string() }),
});
const comments = z.array(comment);
const user = z.object({ login: z.string() });

type Comment = z.output<typeof comment>;

/** Who writes with the token of a workflow, which may not ask who it is. */
const workflowUser = 'github-actions[bot]';
/** How often the comment is looked for and written. */
const mostRounds = 3;

/** Writes the comment in the place of the one that this stack has already, and makes it where there is none. */
export async function postComment(pull: PullRequest, body: string): Promise<Posted> {
  const stack = markedAs(body)?.stack;
  if (stack === undefined) throw new Error('the comment does not begin with the marker of its stack');
  for (let round = 1; ; round++) {
    const own = (await ownComments(pull)).find((one) => markedAs(one.body)?.stack === stack);
    try {
      return own ? await update(pull, own, body) : await create(pull, body);
    } catch (error) {
      if (round === mostRounds || !isWorthAnotherLook(error)) throw error;
    }
  }
}

/** A comment whose making had no answer may be there; one that was there may be gone. */
function isWorthAnotherLook(error: unknown): boolean {
  return error instanceof GithubError && (error.doubtful || error.status === 404);
}

/** Says on each stack's comment that was made on another base that it is stale; returns how many are now. */
export async function markStale(pull: PullRequest, base: string): Promise<number> {
  const own = (await ownComments(pull)).filter(({ body }) => markedAs(body));
  for (const one of own) {
    const body = withStaleness(one.body, base);
    if (body !== one.body) await update(pull, one, body);
  }
  return own.filter(({ body }) => markedAs(body)?.base !== base).length;
}

/** By the author as well: anybody can write our marker. */
async function ownComments(pull: PullRequest): Promise<Comment[]> {
  const author = await authorOf(pull);
  const all = await pull.github.list(`${issues(pull)}/${pull.number}/comments`, comments);
  return all.filter(({ user }) => user.login === author);
}

async function authorOf({ github }: PullRequest): Promise<string> {
  try {
    return user.parse((await github.request('GET', '/user')).body).login;
  } catch (error) {
    if (error instanceof GithubError && error.status === 403) return workflowUser;
    throw error;
  }
}

async function update(pull: PullRequest, { id }: Comment, body: string): Promise<Posted> {
  const { body: told } = await pull.github.request('PATCH', `${issues(pull)}/comments/${id}`, { body });
  return { kind: 'updated', url: comment.parse(told).html_url };
}

async function create(pull: PullRequest, body: string): Promise<Posted> {
  const { body: told } = await pull.github.requestOnce('POST', `${issues(pull)}/${pull.number}/comments`, { body });
  return { kind: 'created', url: comment.parse(told).html_url };
}

function issues({ repository }: PullRequest): string {
  return `/repos/${repository}/issues`;
}
