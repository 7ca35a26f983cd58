import type { z } from 'zod';
import type { GithubRest } from '../preview-comment/github-rest.ts';

/**
 * What is on all pages of a list that is narrowed down.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export async function listed<T>(
  github: GithubRest,
  path: string,
  query: Record<string, string>,
  page: z.ZodType<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let number = 1; ; number += 1) {
    const asked = new URLSearchParams({ ...query, per_page: '100', page: String(number) });
    const { body, headers } = await github.request('GET', `${path}?${asked}`);
    found.push(...page.parse(body));
    if (!headers.get('link')?.includes('rel="next"')) return found;
  }
}
