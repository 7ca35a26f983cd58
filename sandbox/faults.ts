/** Errors on demand: a service's own troubles, which no request can be made to cause. */
import { type Context, type Env, Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';

const fault = z.strictObject({
  /** 403 and 429 are a limit, the others are errors of the server. */
  status: z.literal([403, 429, 500, 502, 503, 504]),
  /** How many requests meet it. */
  count: z.int().min(1).default(1),
  /** Seconds, for a limit; requests that come sooner are refused as well, and counted as `early`. */
  retryAfter: z.int().min(0).optional(),
  method: z.string().toUpperCase().optional(),
  /** Beginning of the path below the API's own. */
  path: z.string().startsWith('/').optional(),
  /** For an error of the server: whether the request is carried out all the same, and only its answer is lost. */
  applied: z.boolean().default(false),
});

type Fault = z.output<typeof fault>;
export type Limit = 403 | 429;
export type ServerError = Exclude<Fault['status'], Limit>;

/** How a service says it. */
export interface Words<E extends Env> {
  /** What every path of the API begins with. */
  readonly prefix: string;
  /** The header `retry-after` is set already. */
  limited(c: Context<E>, status: Limit): Response;
  broken(c: Context<E>, status: ServerError): Response;
}

export class Faults<E extends Env> {
  readonly #words: Words<E>;
  #waiting: Fault[] = [];
  #closedUntil = 0;
  #early = 0;

  constructor(words: Words<E>) {
    this.#words = words;
  }

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

  readonly middleware: MiddlewareHandler<E> = async (c, next) => {
    const seconds = Math.ceil((this.#closedUntil - Date.now()) / 1000);
    if (seconds > 0) {
      this.#early += 1;
      return this.#limited(c, 429, seconds);
    }
    const found = this.#take(c.req.method, c.req.path.slice(this.#words.prefix.length));
    if (!found) return await next();
    if (found.status === 403 || found.status === 429) {
      this.#closedUntil = Date.now() + (found.retryAfter ?? 0) * 1000;
      return this.#limited(c, found.status, found.retryAfter);
    }
    if (!found.applied) return this.#words.broken(c, found.status);
    await next();
    c.res = undefined;
    c.res = this.#words.broken(c, found.status);
  };

  #limited(c: Context<E>, status: Limit, retryAfter: number | undefined): Response {
    if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
    return this.#words.limited(c, status);
  }

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
