/** Stacks of small programs against the server of the tests, and what an operation of the engine came to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js';
import { CodebServer } from '../../components/codeb.ts';
import type { Box } from '../../sandbox/box.ts';
import { silent } from '../../sandbox/progress.ts';
import { findPulumi } from '../../sandbox/pulumi-cli.ts';
import { openStack } from '../../sandbox/stack.ts';

export const passphrase = 'of the tests';

export type Program = () => Promise<Record<string, unknown> | undefined>;

export interface Outcome {
  failed: boolean;
  /** Everything the engine printed. */
  text: string;
  /** Number of resources by what was done to them: `create`, `update`, `same`, … */
  changes: Partial<Record<string, number>>;
}

/** Where a provider instance finds the box; each part can be replaced, to see it refused. */
export function connectionTo(
  box: Box,
  instead: Partial<{ host: string; port: number; user: string; privateKey: string; hostKey: string }> = {},
) {
  return {
    host: box.host,
    port: box.sshPort,
    user: box.user,
    privateKey: box.privateKey,
    hostKey: box.hostKey,
    ...instead,
  };
}

/** An explicit provider instance of the box. */
export function serverOf(box: Box, name = 'box'): CodebServer {
  return new CodebServer(name, { connection: connectionTo(box), privilege: 'root' });
}

export class Stacks {
  readonly folder: string;
  readonly #opened: Stack[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async begin(): Promise<Stacks> {
    return new Stacks(await mkdtemp(join(tmpdir(), 'codeb-test-')));
  }

  async open(name: string, program: Program, environment?: Readonly<Record<string, string>>): Promise<Stack> {
    const cli = await findPulumi(silent);
    const stack = await openStack({ cli, folder: this.folder, name, passphrase, program, environment });
    this.#opened.push(stack);
    return stack;
  }

  /** Destroys what is left in every stack, then the state itself. */
  async end(): Promise<void> {
    for (const stack of this.#opened) {
      if (stack.workspace instanceof LocalWorkspace) await stack.destroy({ remove: true }).catch(() => {});
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

type Operation = 'up' | 'refresh' | 'destroy';

type Shown = { onOutput: (text: string) => void; onError: (text: string) => void; color: 'never'; parallel: number };

/** What came of it, good or bad. */
async function outcomeOf(work: (shown: Shown) => Promise<Outcome['changes'] | undefined>): Promise<Outcome> {
  const lines: string[] = [];
  const show = (text: string): void => void lines.push(text);
  try {
    const changes = await work({ onOutput: show, onError: show, color: 'never', parallel: 32 });
    return { failed: false, text: lines.join(''), changes: changes ?? {} };
  } catch (error) {
    return { failed: true, text: `${lines.join('')}\n${error instanceof Error ? error.message : error}`, changes: {} };
  }
}

/** Runs an operation to its end. */
export function run(stack: Stack, operation: Operation): Promise<Outcome> {
  return outcomeOf(async (shown) => (await stack[operation](shown)).summary.resourceChanges);
}

/** What an `up` would do. */
export function preview(stack: Stack): Promise<Outcome> {
  return outcomeOf(async (shown) => (await stack.preview({ ...shown, diff: true })).changeSummary);
}
