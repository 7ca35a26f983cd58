/** Pages of a list: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
import type { Context } from 'hono';
import type { Api } from './api.ts';

const defaultSize = 30;
const largestSize = 100;

/** The page that the request asks for; the `Link` header names those around it. */
export function page<T>(c: Context<Api>, all: readonly T[]): T[] {
  const size = Math.min(positive(c.req.query('per_page')) ?? defaultSize, largestSize);
  const number = positive(c.req.query('page')) ?? 1;
  const last = Math.max(1, Math.ceil(all.length / size));
  const around = [
    number > 1 && link(c, 'prev', Math.min(number - 1, last)),
    number < last && link(c, 'next', number + 1),
    number < last && link(c, 'last', last),
    number > 1 && link(c, 'first', 1),
  ].filter((one) => one !== false);
  if (around.length > 0) c.header('link', around.join(', '));
  return all.slice((number - 1) * size, number * size);
}

function link(c: Context<Api>, rel: string, to: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set('page', String(to));
  return `<${url.href}>; rel="${rel}"`;
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
