/** One server for the length of one Pulumi operation: the connection, and what has been read over it. */
import type { Agent, Payload } from './agent.ts';
import type { ProviderConfig } from './schema.ts';
import { parseSnapshot, type Snapshot } from './snapshot.ts';

export class Session {
  readonly config: ProviderConfig;
  /** Ports that previews of this run have promised already. */
  readonly promisedPorts = new Set<number>();
  #agent: Promise<Agent> | undefined;
  #snapshot: Promise<Snapshot> | undefined;

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
    return this.look(operation, parameters, payload);
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
  return Agent.start(config);
}
