/** Errors on demand: GitHub's own troubles, which no request can be made to cause. */
import type { Context, MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { z } from 'zod';
import { type Api, prefix } from './api.ts';

const fault = z.strictObject({
  /** 403 and 429 are a secondary rate limit, the others are errors of the server. */
  status: z.literal([403, 429, 500, 502, 503, 504]),
  /** How many requests meet it. */
  count: z.int().min(1).default(1),
  /** Seconds; requests that come sooner are refused as well, and counted as `early`. */
  retryAfter: z.int().min(0).optional(),
  method: z.string().toUpperCase().optional(),
  /** Beginning of the path below `/api/v3`. */
  path: z.string().startsWith('/').optional(),
  /** For an error of the server: whether the request is carried out all the same, and only its answer is lost. */
  applied: z.boolean().default(false),
});

type Fault = z.output<typeof fault>;

const limited =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to ' +
  'GitHub Support for help, please include the request ID';
const limitsPage =
  'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';

export class Faults {
  #waiting: Fault[] = [];
  #closedUntil = 0;
  #early = 0;

  /** The control: POST one, GET those that wait still, DELETE them all. */
  readonly routes = new Hono()
    .post('/', async (c) => {
      const parsed = fault.safeParse(await c.req.json());
      if (!parsed.success) return c.json({ message: parsed.error.message }, 422);
      this.#waiting.push(parsed.data);
      return c.json(this.#told(), 201);
    })
    .get('/', (c) => c.json(this.#told()))
    .delete('/', (c) => {
      this.#waiting = [];
      this.#closedUntil = 0;
      return c.json(this.#told());
    });

  readonly middleware: MiddlewareHandler<Api> = async (c, next) => {
    const seconds = Math.ceil((this.#closedUntil - Date.now()) / 1000);
    if (seconds > 0) {
      this.#early += 1;
      return limit(c, 429, seconds);
    }
    const found = this.#take(c.req.method, c.req.path.slice(prefix.length));
    if (!found) return await next();
    if (found.status === 403 || found.status === 429) {
      this.#closedUntil = Date.now() + (found.retryAfter ?? 0) * 1000;
      return limit(c, found.status, found.retryAfter);
    }
    if (!found.applied) return broken(c, found.status);
    await next();
    c.res = undefined;
    c.res = broken(c, found.status);
  };

  #take(method: string, path: string): Fault | undefined {
    const found = this.#waiting.find((one) => (one.method ?? method) === method && path.startsWith(one.path ?? '/'));
    if (!found) return undefined;
    found.count -= 1;
    this.#waiting = this.#waiting.filter(({ count }) => count > 0);
    return found;
  }

  #told() {
    return { waiting: this.#waiting, early: this.#early };
  }
}

/** The machines before the API answer in HTML. */
function broken(c: Context<Api>, status: 500 | 502 | 503 | 504): Response {
  if (status === 502 || status === 504) return c.html('<html><title>Unicorn!</title></html>', status);
  return c.json({ message: 'Server Error' }, status);
}

function limit(c: Context<Api>, status: 403 | 429, retryAfter: number | undefined): Response {
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  const body = { message: `${limited} ${c.var.request}.`, documentation_url: limitsPage, status: String(status) };
  return c.json(body, status);
}
