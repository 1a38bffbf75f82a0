/**
 * Memory that many things took, given back as soon as they are done with.
 *
 * @module
 */

/** Fewer things than this leave so little behind that it does not matter. */
const many = 20_000;

/**
 * To be called after work on `count` things that left as much garbage: a folder's names, a
 * listing's entries. V8 waits until the heap has grown by a part, and what comes next then stands
 * on top of the garbage. A collection takes some 10 ms. Does nothing where V8 was not started with
 * `--expose-gc`, as the compiled program is.
 */
export function collectGarbage(count: number): void {
  if (count < many) return;
  const gc: unknown = Reflect.get(globalThis, "gc");
  if (typeof gc === "function") gc();
}
