/** GitHub's REST API, tried again where that can help. */
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { messageOf } from '../../provider/operation-error.ts';
import { GithubError, json } from './github-error.ts';
import { limitOf } from './limits.ts';

/** How often one request may be turned away for a limit. */
const mostLimits = 10;
/** Seconds; what takes longer is better told than waited for. */
const longestWait = 900;
/** Milliseconds, at most: those that wait do not come back all at once. */
const spread = 250;
/** Milliseconds for one try. */
const deadline = 60_000;

export interface GithubAccess {
  /** `https://api.github.com`, or `…/api/v3` of GitHub Enterprise. */
  readonly apiUrl: string;
  readonly token: string;
  /** How often a server error is tried again. */
  readonly maxRetries: number;
  /** Milliseconds between two tries. */
  readonly retryDelayMs: number;
}

export interface Answer {
  readonly body: unknown;
  readonly headers: Headers;
}

type Outcome =
  | { kind: 'done'; answer: Answer }
  | { kind: 'refused'; reason: string; status: number }
  | { kind: 'limited'; reason: string; status: number; seconds: number }
  /** Nobody can tell whether it was carried out. */
  | { kind: 'uncertain'; reason: string; status: number };

export class GithubRest {
  readonly #access: GithubAccess;
  /** A limit is the token's: every request waits for its end. */
  #closedUntil = 0;

  constructor(access: GithubAccess) {
    this.#access = access;
  }

  /**
   * Asks again after a server error (`maxRetries`) and when a limit is over.
   * @throws GithubError with the request and GitHub's own words.
   */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    return await this.#send(method, this.#access.apiUrl + path, body, this.#access.maxRetries);
  }

  /** Not asked again after a server error: for what would be there twice. The error is `doubtful` then. */
  async requestOnce(method: string, path: string, body?: unknown): Promise<Answer> {
    return await this.#send(method, this.#access.apiUrl + path, body, 0);
  }

  /**
   * What is on all pages of a list, narrowed down by a query.
   * Source: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
   */
  async list<T>(path: string, page: z.ZodType<T[]>, query: Record<string, string> = {}): Promise<T[]> {
    const found: T[] = [];
    const asked = new URLSearchParams({ ...query, per_page: '100' });
    let next: string | undefined = `${this.#access.apiUrl}${path}?${asked}`;
    while (next !== undefined) {
      const { body, headers }: Answer = await this.#send('GET', next, undefined, this.#access.maxRetries);
      found.push(...page.parse(body));
      next = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    return found;
  }

  async #send(method: string, url: string, body: unknown, maxRetries: number): Promise<Answer> {
    let [failures, limits] = [0, 0];
    for (;;) {
      await this.#opened();
      const outcome = await this.#try(method, url, body);
      if (outcome.kind === 'done') return outcome.answer;
      const failed = () => new GithubError(`${method} ${url}`, outcome, failures > 0);
      if (outcome.kind === 'refused') throw failed();
      if (outcome.kind === 'limited') {
        limits += 1;
        if (limits > mostLimits || outcome.seconds > longestWait) throw failed();
        this.#closedUntil = Math.max(this.#closedUntil, Date.now() + outcome.seconds * 1000);
      } else {
        failures += 1;
        if (failures > maxRetries) throw failed();
        await delay(this.#access.retryDelayMs);
      }
    }
  }

  async #opened(): Promise<void> {
    while (Date.now() < this.#closedUntil) await delay(this.#closedUntil - Date.now() + Math.random() * spread);
  }

  async #try(method: string, url: string, body: unknown): Promise<Outcome> {
    try {
      const response = await fetch(url, {
        method,
        // A 303 tells that something is there already.
        redirect: 'manual',
        signal: AbortSignal.timeout(deadline),
        headers: { authorization: `Bearer ${this.#access.token}`, accept: 'application/vnd.github+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return outcomeOf(response.status, response.headers, await response.text());
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { kind: 'uncertain', status: 0, reason: messageOf(cause) };
    }
  }
}

function outcomeOf(status: number, headers: Headers, text: string): Outcome {
  if (status < 300) return { kind: 'done', answer: { headers, body: json(text) } };
  const seconds = limitOf(status, headers, text);
  if (seconds !== undefined) return { kind: 'limited', status, seconds, reason: text };
  return { kind: status >= 500 ? 'uncertain' : 'refused', status, reason: text };
}
