/** One server for the length of one Pulumi operation: the connection, and what has been read over it. */
import { flushCompileCache } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { Agent, Payload } from './agent.ts';
import type { ProviderConfig } from './schema.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';

/** Milliseconds until the engine has asked for what it held back until a change was through. */
const engineTurn = 50;

export class Session {
  readonly config: ProviderConfig;
  #agent: Promise<Agent> | undefined;
  #snapshot: Promise<Snapshot> | undefined;
  readonly #changes = new Set<Promise<unknown>>();

  constructor(config: ProviderConfig) {
    this.config = config;
  }

  /** Asks without changing anything. */
  async look(operation: string, parameters: (string | number)[] = [], payload?: Payload): Promise<string> {
    this.#agent ??= startAgent(this.config);
    return (await this.#agent).request(operation, parameters, payload);
  }

  /** Changes the server; what was read of it before no longer counts. */
  async change(operation: string, parameters: (string | number)[] = [], payload?: Payload): Promise<string> {
    this.#snapshot = undefined;
    const change = this.look(operation, parameters, payload);
    this.#changes.add(change);
    return change.finally(() => this.#changes.delete(change));
  }

  /** Waits until no change is under way, at the most so many milliseconds; not at all where none is. */
  async quiet(longest: number): Promise<void> {
    const deadline = performance.now() + longest;
    for (let left = longest; this.#changes.size > 0 && left > 0; left = deadline - performance.now()) {
      await Promise.race([Promise.allSettled(this.#changes), setTimeout(left)]);
      await setTimeout(engineTurn);
    }
  }

  /** Everything the server holds: one round trip, however many resources ask. */
  snapshot(): Promise<Snapshot> {
    this.#snapshot ??= this.look('snapshot').then(parseSnapshot);
    return this.#snapshot;
  }

  async close(): Promise<void> {
    const agent = await this.#agent?.catch(() => undefined);
    agent?.close();
  }
}

/** SSH is loaded when it is first needed: most previews ask no server. */
async function startAgent(config: ProviderConfig): Promise<Agent> {
  const { Agent } = await import('./agent.ts');
  const agent = Agent.start(config);
  // The server is waited for now, and the engine ends its providers without a word.
  flushCompileCache();
  return agent;
}
