/** Gathers what arrives while a batch waits or is under way, so that twenty sites cost one reload, not twenty. */

type Waiting<Item> = { item: Item; resolve: () => void; reject: (error: unknown) => void };

export class Batches<Key extends object, Item> {
  readonly #gather: (key: Key) => Promise<void>;
  readonly #run: (key: Key, items: Item[]) => Promise<void>;
  readonly #isRefusal: (error: unknown) => boolean;
  readonly #waiting = new Map<Key, Waiting<Item>[]>();
  readonly #busy = new Set<Key>();

  /**
   * @param gather what to wait for before a batch is taken
   * @param run does a batch, all or nothing
   * @param isRefusal whether an error may be the fault of one item: then each is tried alone, and only the bad one fails
   */
  constructor(
    gather: (key: Key) => Promise<void>,
    run: (key: Key, items: Item[]) => Promise<void>,
    isRefusal: (error: unknown) => boolean,
  ) {
    this.#gather = gather;
    this.#run = run;
    this.#isRefusal = isRefusal;
  }

  add(key: Key, item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(key) ?? [];
      waiting.push({ item, resolve, reject });
      this.#waiting.set(key, waiting);
      if (!this.#busy.has(key)) void this.#drain(key);
    });
  }

  async #drain(key: Key): Promise<void> {
    this.#busy.add(key);
    // What was asked for in the same moment goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.has(key)) {
      await this.#gather(key);
      await this.#settle(key, this.#take(key));
    }
    this.#busy.delete(key);
  }

  #take(key: Key): Waiting<Item>[] {
    const batch = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return batch;
  }

  async #settle(key: Key, batch: Waiting<Item>[]): Promise<void> {
    try {
      await this.#run(
        key,
        batch.map(({ item }) => item),
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1 && this.#isRefusal(error)) {
        for (const one of batch) await this.#settle(key, [one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
