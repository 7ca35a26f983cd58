import { z } from 'zod';

const body = z.object({ message: z.string(), errors: z.array(z.unknown()).default([]) });

/** An answer that is none of success, or none at all (status 0). */
export class GithubError extends Error {
  readonly status: number;
  /** A try of this request had no certain answer: it may have been carried out. */
  readonly doubtful: boolean;

  constructor(request: string, { status, reason }: { status: number; reason: string }, doubtful: boolean) {
    const told = body.safeParse(json(reason)).data;
    const words = told ? [told.message, ...told.errors.map((one) => JSON.stringify(one))].join('; ') : reason;
    super(`${request}: ${status === 0 ? 'no answer' : status}: ${words}`);
    this.status = status;
    this.doubtful = doubtful;
  }
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing where GitHub says that there is nothing. */
export async function ifThere<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof GithubError && error.status === 404) return undefined;
    throw error;
  }
}
