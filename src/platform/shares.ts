/**
 * Many things, some at a time: a million at once would fill the memory.
 *
 * @module
 */

/** So many files are worked on before the next ones are looked at. */
const usualSize = 32_768;

/** The items in order, in lists of at most `size`. */
export function* inShares<T>(items: Iterable<T>, size = usualSize): Generator<T[]> {
  let share: T[] = [];
  for (const item of items) {
    share.push(item);
    if (share.length < size) continue;
    yield share;
    share = [];
  }
  if (share.length > 0) yield share;
}
