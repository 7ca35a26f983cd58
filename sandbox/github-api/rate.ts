/** The headers that tell how much is left: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Api } from './api.ts';

/** Requests an hour of a user's token. */
const limit = 5000;
const hour = 3600;

/** Counts as GitHub does; nobody is turned away for it here. */
export function rateHeaders(): MiddlewareHandler<Api> {
  let used = 0;
  let reset = 0;
  return async (c, next) => {
    const second = Math.floor(Date.now() / 1000);
    if (second >= reset) [used, reset] = [0, second + hour];
    used += 1;
    c.set('request', randomBytes(8).toString('hex').toUpperCase());
    c.header('x-github-request-id', c.var.request);
    c.header('x-ratelimit-limit', String(limit));
    c.header('x-ratelimit-remaining', String(Math.max(0, limit - used)));
    c.header('x-ratelimit-used', String(used));
    c.header('x-ratelimit-reset', String(reset));
    c.header('x-ratelimit-resource', 'core');
    await next();
  };
}
