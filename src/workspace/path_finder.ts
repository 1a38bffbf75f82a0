/**
 * Positions of paths in a list, asked for in nearly the same order: a table of them all is made
 * only where the orders differ by more than some files that came or went.
 *
 * @module
 */

/** So many paths further on, one that is not the next is looked for. */
const nearby = 64;

/** Finds paths in a sorted list without duplicates. */
export class PathFinder {
  readonly #paths: readonly string[];
  readonly #compare: (a: string, b: string) => number;
  #next = 0;
  /** A path was passed over, and may still be asked for. */
  #skipped = false;
  #index: Map<string, number> | undefined;

  /** `compare` tells how the paths are sorted: below zero where the first comes before. */
  constructor(paths: readonly string[], compare: (a: string, b: string) => number) {
    this.#paths = paths;
    this.#compare = compare;
  }

  /** The position of a path, or -1. */
  find(path: string): number {
    const paths = this.#paths;
    if (paths[this.#next] === path) return this.#next++;
    if (this.#index === undefined) {
      const next = paths[this.#next];
      if (!this.#skipped && (next === undefined || this.#compare(path, next) < 0)) return -1;
      const end = Math.min(this.#next + nearby, paths.length);
      for (let at = this.#next + 1; at < end; at++) {
        if (paths[at] !== path) continue;
        this.#skipped = true;
        this.#next = at + 1;
        return at;
      }
    }
    this.#index ??= new Map(paths.map((one, at) => [one, at]));
    const found = this.#index.get(path);
    if (found === undefined) return -1;
    this.#next = found + 1;
    return found;
  }
}
