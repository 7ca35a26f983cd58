/** The state in one file: whole before a change, whole after it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { emptyState, type State, stateSchema } from './state.ts';

export class Store {
  readonly state: State;
  readonly #path: string;

  /** @throws ZodError for a file that is not this state. */
  constructor(path: string) {
    this.#path = path;
    this.state = existsSync(path)
      ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      : structuredClone(emptyState);
  }

  /** Changes the state and writes it down before the answer is given: one change at a time, as nothing waits inside. */
  change<T>(make: (state: State) => T): T {
    const result = make(this.state);
    const next = `${this.#path}.next`;
    writeFileSync(next, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(next, this.#path);
    return result;
  }
}
