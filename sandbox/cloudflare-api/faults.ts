/** Errors on demand: Cloudflare's own troubles, which no request can be made to cause. */
import { Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { Refusal, refuse } from './envelope.ts';
import { prefix, type Api } from './api.ts';

const fault = z.strictObject({
  status: z.literal([429, 500, 502, 503, 504]),
  /** How many requests meet it. */
  count: z.int().min(1).default(1),
  /** Seconds, for 429; requests that come sooner are refused as well, and counted as `early`. */
  retryAfter: z.int().min(0).optional(),
  method: z.string().toUpperCase().optional(),
  /** Beginning of the path below `/client/v4`. */
  path: z.string().startsWith('/').optional(),
  /** Whether the request is carried out all the same, and only its answer is lost. */
  applied: z.boolean().default(false),
});

type Fault = z.output<typeof fault>;

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
    const limited = new Refusal(429, 971, 'Please wait and consider throttling your request speed');
    const seconds = Math.ceil((this.#closedUntil - Date.now()) / 1000);
    if (seconds > 0) {
      this.#early += 1;
      c.header('retry-after', String(seconds));
      return refuse(c, limited);
    }
    const found = this.#take(c.req.method, c.req.path.slice(prefix.length));
    if (!found) return await next();
    if (found.status === 429) {
      this.#closedUntil = Date.now() + (found.retryAfter ?? 0) * 1000;
      if (found.retryAfter !== undefined) c.header('retry-after', String(found.retryAfter));
      return refuse(c, limited);
    }
    if (found.applied) {
      await next();
      c.res = undefined;
    }
    // The machines before the API answer in plain text.
    c.res = new Response(`error code: ${found.status}`, { status: found.status });
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
