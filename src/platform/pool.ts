/**
 * Bounded parallelism: the only place that starts many things at once.
 *
 * @module
 */
import { DvtError } from "./error.ts";

/** Throws the error of an interrupted run if the signal says so. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DvtError("interrupted", "interrupted by the user");
}

/** Lets the event loop turn once, so that Ctrl-C, timers and progress get their chance. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Does `work` for every item, at most `limit` at once, until all are done or one throws. Work that
 * should go on after a failure catches its own errors.
 */
export async function eachAtOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<void> {
  const iterator = Symbol.asyncIterator in items
    ? items[Symbol.asyncIterator]()
    : items[Symbol.iterator]();
  let failed = false;
  async function worker(): Promise<void> {
    while (!failed) {
      stopIfAborted(signal);
      const next = await iterator.next();
      if (next.done === true) return;
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const workers: Promise<void>[] = [];
  for (let i = 0; i < Math.max(1, limit); i++) workers.push(worker());
  const results = await Promise.allSettled(workers);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
