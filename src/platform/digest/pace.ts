/**
 * The rhythm of synchronous bulk work: progress is told and the event loop turns some twenty times
 * a second.
 *
 * @module
 */
import { breathe, stopIfAborted } from "../pool.ts";
import type { HashOptions } from "./hash_work.ts";

const INTERVAL = 50;

/** Counts work and knows when to pause. */
export class Pace {
  readonly #options: HashOptions;
  #files = 0;
  #bytes = 0;
  #next = performance.now() + INTERVAL;

  constructor(options: HashOptions) {
    this.#options = options;
  }

  count(files: number, bytes: number): void {
    this.#files += files;
    this.#bytes += bytes;
  }

  /** Whether it is time for {@linkcode Pace.pause}. */
  due(): boolean {
    return performance.now() >= this.#next;
  }

  /** Tells the progress, lets the event loop turn, and throws if the work shall stop. */
  async pause(): Promise<void> {
    this.tell();
    await breathe();
    if (this.#options.signal !== undefined) stopIfAborted(this.#options.signal);
    this.#next = performance.now() + INTERVAL;
  }

  /** Tells the progress. */
  tell(): void {
    if (this.#files > 0 || this.#bytes > 0) this.#options.onProgress?.(this.#files, this.#bytes);
    this.#files = this.#bytes = 0;
  }
}
