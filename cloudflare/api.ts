/** Cloudflare's API with the token of CLOUDFLARE_API_TOKEN; CLOUDFLARE_BASE_URL leads elsewhere. */
import { z } from 'zod';
import { parsedBy } from '../stacks/problems.ts';

/** Source: https://developers.cloudflare.com/fundamentals/api/reference/responses/ */
const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ per_page: z.number(), total_count: z.number() }).partial().nullish(),
});

const variables = z.object({
  CLOUDFLARE_API_TOKEN: z.string('is missing').min(1, 'is missing'),
  CLOUDFLARE_BASE_URL: z.url().default('https://api.cloudflare.com/client/v4'),
});

/** Milliseconds for one request. */
const deadline = 60_000;

export interface CloudflareApi {
  get<T>(path: string, result: z.ZodType<T>): Promise<T>;
  post<T>(path: string, result: z.ZodType<T>): Promise<T>;
  /** What is on all pages of a list. */
  list<T>(path: string, page: z.ZodType<T[]>): Promise<T[]>;
  /** How long a list is, by its first page. */
  count(path: string): Promise<number>;
  /** To what is not there any more it does nothing, without an error; so does `remove`. */
  put(path: string, body: object): Promise<void>;
  remove(path: string): Promise<void>;
}

/** @throws Error where there is no token; its functions, Error with the request and Cloudflare's own words */
export function cloudflareFrom(environment: NodeJS.ProcessEnv): CloudflareApi {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_BASE_URL: base } = parsedBy(variables, environment);

  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadline),
    }).catch((error: unknown) => {
      const { message, cause } = error instanceof Error ? error : new Error(String(error));
      const why = cause instanceof Error ? cause.message : message;
      throw new Error(`${method} ${path}: no answer from ${base}: ${why}`, { cause: error });
    });
    const text = await response.text();
    const { status } = response;
    if ((method === 'PUT' || method === 'DELETE') && status === 404) return undefined;
    const answer = envelope.safeParse(text === '' ? { success: response.ok } : json(text)).data;
    if (response.ok && answer?.success) return answer;
    const said = answer?.errors.map(({ code, message }) => `${code} ${message}`).join('; ');
    throw new Error(`${method} ${path}: ${status} ${said || text.slice(0, 300)}`);
  };

  return {
    get: async (path, result) => result.parse((await ask('GET', path))?.result),

    post: async (path, result) => result.parse((await ask('POST', path))?.result),

    async list(path, page) {
      const found = [];
      for (let number = 1, last = 1; number <= last; number++) {
        const answer = await ask('GET', `${path}?page=${number}`);
        found.push(...page.parse(answer?.result));
        const { per_page: size = 1, total_count: total = 0 } = answer?.result_info ?? {};
        last = Math.ceil(total / size);
      }
      return found;
    },

    async count(path) {
      const total = (await ask('GET', path))?.result_info?.total_count;
      if (total === undefined) throw new Error(`GET ${path}: expected result_info.total_count, which is not there`);
      return total;
    },

    put: async (path, body) => void (await ask('PUT', path, body)),

    remove: async (path) => void (await ask('DELETE', path)),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
