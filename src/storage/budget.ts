/**
 * A bound on how many large buffers a storage holds at once, whatever is under way.
 *
 * @module
 */

/** Places for buffers, handed out in the order in which they are asked for. */
export class Budget {
  /** Memory of buffers that were given back, for the next ones: new memory is slow to be freed. */
  readonly spare: ArrayBuffer[] = [];
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Waits for a place. Give it back with {@linkcode Budget.release}. */
  acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place back. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  /** Does work that needs a place. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }
}
