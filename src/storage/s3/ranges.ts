/**
 * Large objects come down in ranges, several at once and handed over in order: a single connection
 * to S3 carries only so much.
 *
 * @module
 */
import type { Budget } from "../budget.ts";
import type { OpenFile } from "../storage.ts";

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

async function fetchInto(
  { first, length, budget, fetch }: RangedSource,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<number> {
  const pending: Promise<Uint8Array<ArrayBuffer>>[] = [];
  let next = 0;
  let handedOver = 0;
  let stopped = false;
  await first.cancel();
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
      handedOver += bytes.length;
    }
    return handedOver;
  } finally {
    stopped = true;
    await Promise.allSettled(pending);
  }
}
