import { setTimeout as delay } from 'node:timers/promises';

const PAUSE = 100;

/**
 * Asks again until `ask` gives something, and gives that.
 * @param deadline milliseconds
 * @throws Error `{what}: not within … s`, with the last error as its cause.
 */
export async function waitFor<T>(what: string, deadline: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + deadline;
  let cause: unknown;
  for (;;) {
    try {
      const value = await ask();
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${deadline / 1000} s`, { cause });
    await delay(PAUSE);
  }
}
