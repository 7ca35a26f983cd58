/** What the routes have in common: their context, their bodies, their addresses. */
import type { Context } from 'hono';
import type { z } from 'zod';
import { ApiError, invalidRequest } from './errors.ts';
import type { Repository } from './state.ts';

export interface Api {
  Variables: {
    /** Page of GitHub's REST documentation, for the errors. */
    documentation: string;
    /** Its id, as the answer's header has it. */
    request: string;
    /** That of the path; set for each path below a repository. */
    repository: Repository;
  };
}

/** Where the API is on GitHub Enterprise: https://docs.github.com/en/enterprise-server/rest */
export const prefix = '/api/v3';

export function apiUrl(c: Context<Api>, path: string): string {
  return new URL(prefix + path, c.req.url).href;
}

export function htmlUrl(c: Context<Api>, path: string): string {
  return new URL(path, c.req.url).href;
}

export function repositoryPath({ owner, name }: Repository): string {
  return `/repos/${owner}/${name}`;
}

/** @throws ApiError 400 for what is no JSON, 422 for what is not of this form. */
export async function bodyOf<Schema extends z.ZodType>(c: Context<Api>, schema: Schema): Promise<z.output<Schema>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text === '' ? {} : json(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `Invalid property /${path.join('/')}: ${message}.`);
  throw invalidRequest(problems.join('\n'));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}

/** An opaque name in GitHub's GraphQL API. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}
