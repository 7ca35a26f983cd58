import { open, readFile, rename } from 'node:fs/promises';
import { type State, state as stateSchema } from './state.ts';

const nothing: State = { last_id: 1000, viewer: 'octocat', users: [], teams: [], repositories: [] };

/** The state, and the one file that keeps it. */
export class Store {
  readonly state: State;
  readonly #path: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string, state: State) {
    this.#path = path;
    this.state = state;
  }

  /** @throws Error for a file that is there and is no state. */
  static async open(path: string): Promise<Store> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return new Store(path, structuredClone(nothing));
    const parsed = stateSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new Error(`${path} is no state of this stand-in: ${parsed.error.message}`);
    return new Store(path, parsed.data);
  }

  nextId(): number {
    this.state.last_id += 1;
    return this.state.last_id;
  }

  /** Written beside and put in its place, one after the other: a reader finds the old one or the new one, whole. */
  async save(): Promise<void> {
    const saved = this.#saving.catch(() => {}).then(() => this.#write());
    this.#saving = saved;
    await saved;
  }

  async #write(): Promise<void> {
    const beside = `${this.#path}.new`;
    // The environments' private keys are in it.
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(this.state, undefined, 2));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
  }
}
