/** Who asks, and what the token lets it see. */
import type { MiddlewareHandler } from 'hono';
import type { Api } from './api.ts';
import { ApiError, notFound } from './errors.ts';
import type { Repository, Scope, State } from './state.ts';

/** Both words are taken: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api */
const header = /^(?:bearer|token) +(.+)$/i;

export function authenticated(token: string): MiddlewareHandler<Api> {
  return async (c, next) => {
    const given = c.req.header('authorization');
    if (given === undefined) throw new ApiError(401, 'Requires authentication');
    if (header.exec(given)?.[1] !== token) throw new ApiError(401, 'Bad credentials');
    await next();
  };
}

/** The repository of the path, by its name or its id; one that the token cannot see is not there. */
export function visibleRepository(state: State): MiddlewareHandler<Api> {
  return async (c, next) => {
    const [owner, name, id] = [c.req.param('owner'), c.req.param('repository'), c.req.param('id')];
    const found = state.repositories.find((one) =>
      id === undefined ? isNamed(one, owner, name) : String(one.id) === id,
    );
    if (!found || found.permission === 'none') throw notFound();
    c.set('repository', found);
    await next();
  };
}

/** Names of owners and repositories are not case sensitive. */
export function isNamed(repository: Repository, owner = '', name = ''): boolean {
  return sameName(repository.owner, owner) && sameName(repository.name, name);
}

export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Settings are an administrator's; who may only read gets told so. */
export const settingsAccess: MiddlewareHandler<Api> = async (c, next) => {
  const reads = c.req.method === 'GET';
  if (!reads && c.var.repository.permission !== 'admin') {
    throw inaccessible();
  }
  await next();
};

/** What a token lacks a permission for is refused, though the repository is there. */
export function readable(scope: Scope): MiddlewareHandler<Api> {
  return async (c, next) => {
    if (c.var.repository.withheld.includes(scope)) throw inaccessible();
    await next();
  };
}

function inaccessible(): ApiError {
  return new ApiError(403, 'Resource not accessible by personal access token');
}

export function documented(page: string): MiddlewareHandler<Api> {
  return async (c, next) => {
    c.set('documentation', `https://docs.github.com/rest/${page}`);
    await next();
  };
}
