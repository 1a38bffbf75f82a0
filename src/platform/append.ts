/**
 * Adding many things to a list.
 *
 * @module
 */

/** Adds items at the end. `push(...items)` would put each of a million on the stack. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
