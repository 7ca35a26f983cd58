import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from '../tool.ts';
import { familyOf, memoryOf } from './memory.ts';

/** How a measured run ended. Times in seconds, memory in bytes. */
export type Run =
  | { readonly kind: 'took'; readonly seconds: number; readonly memory: number }
  | { readonly kind: 'over'; readonly deadline: number }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Bounds {
  /** Seconds after which the run is killed. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at the memory, at least. */
const pace = 50;
/** A look takes the kernel a walk through all pages, which would be measured with the run: this share of the time at most. */
const lookingShare = 0.02;
const shownLines = 25;

/** Runs a command to its end and looks at its memory, and that of all it starts, meanwhile. */
export async function measure(command: Command, { deadline, signal }: Bounds): Promise<Run> {
  signal.throwIfAborted();
  const began = performance.now();
  const child = spawn(command.program, command.args, {
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  let ended: { seconds: number; code: number } | undefined;
  const over = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      ended = { seconds: (performance.now() - began) / 1000, code: code ?? 1 };
    });
    child.once('close', () => resolve());
  });

  let memory = 0;
  while (ended === undefined && child.pid !== undefined) {
    const family = familyOf(child.pid);
    if (signal.aborted || performance.now() - began > deadline * 1000) {
      for (const pid of family) kill(pid);
      await over;
      signal.throwIfAborted();
      return { kind: 'over', deadline };
    }
    const looked = performance.now();
    memory = Math.max(memory, memoryOf(family));
    await pause(Math.max(pace, (performance.now() - looked) / lookingShare));
  }
  await over;
  if (ended?.code === 0) return { kind: 'took', seconds: ended.seconds, memory };
  return { kind: 'failed', reason: output.trim().split('\n').slice(-shownLines).join('\n') };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
