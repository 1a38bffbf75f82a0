/**
 * Positions of paths in a list, asked for in nearly the same order: a table of them all is made
 * only where the orders differ.
 *
 * @module
 */

/** Finds paths in a list without duplicates. */
export class PathFinder {
  readonly #paths: readonly string[];
  #next = 0;
  #index: Map<string, number> | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** The position of a path, or -1. */
  find(path: string): number {
    const paths = this.#paths;
    if (paths[this.#next] === path) return this.#next++;
    if (paths.length === 0) return -1;
    this.#index ??= new Map(paths.map((one, at) => [one, at]));
    const found = this.#index.get(path);
    if (found === undefined) return -1;
    this.#next = found + 1;
    return found;
  }
}
