/**
 * Large objects come down by one connection while that is quick, else in ranges, several at once
 * and handed over in order: a single connection to a cloud carries only so much.
 *
 * @module
 */
import type { Budget } from "./budget.ts";
import type { OpenFile } from "./storage.ts";

/** Size of a range. */
const step = 8 << 20;

/** Ranges of one object under way at once. */
const ahead = 4;

/** Objects from this size on are worth it. */
export const LARGE_DOWNLOAD = 64 << 20;

/** What is fetched. */
export interface RangedSource {
  /** The object from its beginning, about to come. */
  readonly first: OpenFile;
  readonly length: number;
  readonly budget: Budget;
  fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** An open object whose later parts are fetched beside the first one. */
export function inRanges(source: RangedSource): OpenFile {
  const { first, length } = source;
  return {
    ...(first.etag === undefined ? {} : { etag: first.etag }),
    ...(first.versionId === undefined ? {} : { versionId: first.versionId }),
    length,
    into: (onChunk) => fetchInto(source, onChunk),
    stream: () => first.stream(),
    cancel: () => first.cancel(),
  };
}

/** Less than this, in bytes a millisecond, from one connection says that more of them help. */
const slow = 200_000;

/** So many bytes pass between two looks at the pace. */
const window = 16 << 20;

async function fetchInto(
  source: RangedSource,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<number> {
  const tooSlow = new Error();
  let received = 0;
  let next = window;
  let waited = 0;
  let since = performance.now();
  try {
    return await source.first.into((chunk) => {
      waited += performance.now() - since;
      onChunk(chunk);
      received += chunk.length;
      if (received >= next) {
        if (window / waited < slow && source.length - received > window) throw tooSlow;
        next = received + window;
        waited = 0;
      }
      // What the receiver does with the bytes is no fault of the connection.
      since = performance.now();
    });
  } catch (error) {
    if (error !== tooSlow) throw error;
    return await fetchRest(source, { start: received, onChunk });
  }
}

async function fetchRest(
  { length, budget, fetch }: RangedSource,
  { start: from, onChunk }: {
    start: number;
    onChunk: (chunk: Uint8Array<ArrayBuffer>) => void;
  },
): Promise<number> {
  const pending: Promise<Uint8Array<ArrayBuffer>>[] = [];
  let next = from;
  let reached = from;
  let stopped = false;
  function refill(): void {
    while (pending.length < ahead && next < length && !stopped) {
      const start = next;
      next = Math.min(length, start + step);
      const end = next;
      const work = budget.within(() =>
        stopped ? Promise.resolve(new Uint8Array()) : fetch(start, end)
      );
      // Reported when its turn comes.
      work.catch(() => {});
      pending.push(work);
    }
  }
  try {
    refill();
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      const bytes = await part;
      refill();
      onChunk(bytes);
      reached += bytes.length;
    }
    return reached;
  } finally {
    stopped = true;
    await Promise.allSettled(pending);
  }
}
