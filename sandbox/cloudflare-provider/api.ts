/** Cloudflare's API over HTTP: https://developers.cloudflare.com/fundamentals/api/ */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { safeJson } from '../../provider/grpc-messages.ts';

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })),
  result: z.unknown(),
  result_info: z.object({ page: z.number(), total_pages: z.number() }).nullish(),
});

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/client/v4`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API's no, or none of its answers within the tries. */
export class CloudflareError extends Error {
  /** `refused`: nothing was done. `lost`: whether it was done is not known. */
  readonly outcome: 'refused' | 'lost';
  readonly status: number | undefined;
  readonly codes: readonly number[];

  constructor(message: string, outcome: CloudflareError['outcome'], status?: number, codes: readonly number[] = []) {
    super(message);
    this.outcome = outcome;
    this.status = status;
    this.codes = codes;
  }
}

/** How often one request is sent, whatever the reason. */
const tries = 5;
/** Milliseconds before the second try, doubled before each further one, where the API does not say. */
const firstPause = 250;
/** Seconds; an update does not hang longer than this on one answer. */
const longestWait = 60;

export class CloudflareApi {
  readonly #base: string;
  readonly #token: string;

  /** @param base ends in `/client/v4` */
  constructor(base: string, token: string) {
    this.#base = base.replace(/\/$/, '');
    this.#token = token;
  }

  /**
   * Sends a request that may be sent again: one that reads, or leaves the same behind however often it is carried out.
   * @throws CloudflareError
   */
  async ask<T>(request: Request, result: z.ZodType<T>): Promise<T> {
    return result.parse((await this.#repeated(request)).result);
  }

  /** The same; 404 is `undefined`. */
  async find<T>(request: Request, result: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await this.ask(request, result);
    } catch (error) {
      if (error instanceof CloudflareError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Every page of a list; `path` has a query already. */
  async list<T>(path: string, item: z.ZodType<T>): Promise<T[]> {
    const found: T[] = [];
    for (let page = 1; ; page++) {
      const answer = await this.#repeated({ method: 'GET', path: `${path}&page=${page}` });
      found.push(...z.array(item).parse(answer.result));
      if (page >= (answer.result_info?.total_pages ?? 1)) return found;
    }
  }

  /**
   * Makes a thing once. When the answer is lost, `look` says whether it is there; only if not is the request sent again.
   * @param look asks for the thing as this request made it, at or after `since` (milliseconds, this machine's clock)
   * @throws CloudflareError
   */
  async make<T>(request: Request, result: z.ZodType<T>, look: (since: number) => Promise<T | undefined>): Promise<T> {
    const since = Date.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return result.parse((await this.#sent(request, attempt)).result);
      } catch (error) {
        if (!(error instanceof CloudflareError) || error.outcome !== 'lost') throw error;
        const made = await look(since);
        if (made !== undefined) return made;
        if (attempt >= tries) throw new CloudflareError(error.message, 'refused', error.status, error.codes);
        await delay(pauseBefore(attempt));
      }
    }
  }

  async #repeated(request: Request): Promise<z.output<typeof envelope>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sent(request, attempt);
      } catch (error) {
        if (!(error instanceof CloudflareError) || error.outcome !== 'lost' || attempt >= tries) throw error;
        await delay(pauseBefore(attempt));
      }
    }
  }

  /** One answer. A request that is only told to come later has not been carried out, so it is always sent again. */
  async #sent(request: Request, firstAttempt: number): Promise<z.output<typeof envelope>> {
    const { method, path } = request;
    for (let attempt = firstAttempt; ; attempt++) {
      const response = await this.#fetched(request);
      const text = await response.text();
      const parsed = envelope.safeParse(safeJson(text));
      if (response.ok && parsed.success && parsed.data.success) return parsed.data;
      const errors = parsed.success ? parsed.data.errors : [];
      const said = errors.map(({ code, message }) => `${code}: ${message}`).join('; ') || text.slice(0, 200);
      const message = `Cloudflare: ${method} ${path}: HTTP ${response.status}: ${said}`;
      const codes = errors.map(({ code }) => code);
      if (response.status !== 429) {
        throw new CloudflareError(message, response.status >= 500 ? 'lost' : 'refused', response.status, codes);
      }
      const wait = secondsToWait(response) ?? pauseBefore(attempt) / 1000;
      if (attempt >= tries || wait > longestWait) {
        const why = wait > longestWait ? `asks to wait ${wait} s` : `asked to wait ${attempt} times`;
        throw new CloudflareError(`${message} (${why})`, 'refused', response.status, codes);
      }
      await delay(wait * 1000);
    }
  }

  async #fetched({ method, path, body, headers }: Request): Promise<Response> {
    try {
      return await fetch(`${this.#base}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CloudflareError(`Cloudflare: ${method} ${path}: no answer from ${this.#base}: ${cause}`, 'lost');
    }
  }
}

const pauseBefore = (attempt: number): number => firstPause * 2 ** (attempt - 1);

/** RFC 9110, section 10.2.3; Cloudflare gives seconds. */
function secondsToWait(response: Response): number | undefined {
  const given = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(given) ? given : undefined;
}
