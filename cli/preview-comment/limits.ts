/** How long a limit keeps a token out: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */

/** Seconds, where the answer does not say how long. */
const unsaid = 60;

/** Seconds to wait, or nothing for an answer that is no limit. */
export function limitOf(status: number, headers: Headers, text: string, now: number = Date.now()): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null) return Number(retryAfter);
  if (headers.get('x-ratelimit-remaining') === '0') {
    return Math.max(0, Math.ceil(Number(headers.get('x-ratelimit-reset')) - now / 1000));
  }
  return status === 429 || text.includes('secondary rate limit') ? unsaid : undefined;
}
