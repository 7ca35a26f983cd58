import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Target } from './proxy.ts';

/** A delaying proxy in a process of its own, so that it shares no event loop with what it delays. */
export interface Delayed {
  /** On 127.0.0.1. */
  readonly port: number;
  end(): void;
}

/** @param roundTrip milliseconds */
export async function startDelay({ host, port }: Target, roundTrip: number): Promise<Delayed> {
  const args = [join(import.meta.dirname, 'main.ts'), host, String(port), String(roundTrip / 2)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => undefined)]);
  if (said === undefined) throw new Error(`the delaying proxy in front of ${host}:${port} did not start`);
  return { port: Number(String(said[0])), end: () => child.stdin.end() };
}
