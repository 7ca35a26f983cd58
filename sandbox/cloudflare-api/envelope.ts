/** The envelope of every answer: https://developers.cloudflare.com/fundamentals/api/reference/responses/ */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';

/** What the API says no to; `code` is Cloudflare's own. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: number;

  constructor(status: ContentfulStatusCode, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function answer(c: Context, result: unknown, more: Record<string, unknown> = {}): Response {
  return c.json({ success: true, errors: [], messages: [], result, ...more });
}

export function refuse(c: Context, { status, code, message }: Refusal): Response {
  return c.json({ success: false, errors: [{ code, message }], messages: [], result: null }, status);
}

/** One page of a list, `page` counted from 1. */
export function answerPage<T>(
  c: Context,
  all: readonly T[],
  sizes: { usual: number; most: number },
  show: (one: T) => unknown,
): Response {
  const whole = z.coerce.number().int().positive();
  const asked = z
    .object({ page: whole.default(1), per_page: whole.max(sizes.most).default(sizes.usual) })
    .safeParse(c.req.query());
  if (!asked.success) throw new Refusal(400, 1001, `Invalid page or per_page: at most ${sizes.most} a page`);
  const { page, per_page } = asked.data;
  const shown = all.slice((page - 1) * per_page, page * per_page);
  const total_pages = Math.max(1, Math.ceil(all.length / per_page));
  const result_info = { page, per_page, count: shown.length, total_count: all.length, total_pages };
  return answer(c, shown.map(show), { result_info });
}

/** The body as JSON of this shape. @throws Refusal with `code` that names every field that is wrong. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>, code: number): Promise<T> {
  const given: unknown = await c.req.json().catch(() => {
    throw new Refusal(400, 6007, 'Malformed JSON in request body');
  });
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Refusal(400, code, wrong.join('; '));
}
