/**
 * Large files go up in parts, several at once; what a service makes of the parts is its driver's.
 *
 * @module
 */
import { readFilePart } from "../platform/file_parts.ts";
import type { Budget } from "./budget.ts";
import { storageError } from "./fault.ts";
import type { ByteStream } from "./storage.ts";

/** No service takes more parts of one file. */
const maximumParts = 10_000;

/** Parts of one file under way at once. */
const partsAtOnce = 3;

/** Waits for its turn, then sends what it is given; the memory offered may be used for it. */
type Send = (bytes: (memory?: ArrayBuffer) => Uint8Array<ArrayBuffer>) => Promise<void>;

/** Brings the parts of a file, in order. */
export type PartSource = (send: Send) => Promise<void>;

/** A file of the local disk in parts. */
export function partsOfFile(
  { localPath, size, partSize }: { localPath: string; size: number; partSize: number },
): PartSource {
  const step = Math.max(partSize, Math.ceil(size / maximumParts));
  return async (send) => {
    for (let start = 0; start < size; start += step) {
      const end = Math.min(size, start + step);
      await send((memory) => readFilePart(localPath, { start, end, memory }));
    }
  };
}

/** A stream in parts. Without a known size its parts grow, so that any file fits. */
export function partsOfStream(
  { content, first, partSize, size }: {
    content: AsyncIterator<Uint8Array<ArrayBuffer>>;
    /** What was read of the stream to find out that it is large. */
    first: Uint8Array<ArrayBuffer>;
    partSize: number;
    /** What was announced. */
    size: number | undefined;
  },
): PartSource {
  return async (send) => {
    let total = first.length;
    let rest = first;
    let done = false;
    for (let number = 1; !done; number++) {
      const step = partSize * Math.max(1, Math.floor(number / 1000) * 4);
      const part = await fill(content, { start: rest, size: step });
      done = part.done;
      const whole = part.bytes;
      total += whole.length - rest.length;
      rest = new Uint8Array();
      if (whole.length > step) {
        rest = whole.slice(step);
        await send(() => whole.subarray(0, step));
      } else if (whole.length > 0) await send(() => whole);
      if (done && rest.length > 0) {
        const last = rest;
        await send(() => last);
      }
    }
    if (size !== undefined && total !== size) {
      throw storageError("changed", `${total} bytes came where ${size} were announced`);
    }
  };
}

/** Reads at least so many bytes, unless the stream ends before. */
export async function fill(
  content: AsyncIterator<Uint8Array<ArrayBuffer>>,
  { start, size }: { start: Uint8Array<ArrayBuffer>; size: number },
): Promise<{ bytes: Uint8Array<ArrayBuffer>; done: boolean }> {
  const chunks = [start];
  let length = start.length;
  let done = false;
  while (length < size) {
    const next = await content.next();
    if (next.done === true) {
      done = true;
      break;
    }
    chunks.push(next.value);
    length += next.value.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, done };
}

/**
 * Sends parts, numbered from 1, a few at a time; ends when all have arrived, and throws the first
 * failure when none is under way any more.
 */
export async function sendParts(
  source: PartSource,
  { budget, sendPart }: {
    budget: Budget;
    sendPart: (number: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  },
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let number = 0;
  try {
    await source(async (bytes) => {
      if (running.size >= partsAtOnce) await Promise.race(running);
      await budget.acquire();
      if (failure !== undefined) {
        budget.release();
        throw failure.error;
      }
      const part = ++number;
      const work = (async () => {
        try {
          const content = bytes(budget.spare.pop());
          await sendPart(part, content);
          budget.spare.push(content.buffer);
        } catch (error) {
          failure ??= { error };
        } finally {
          budget.release();
        }
      })();
      running.add(work);
      void work.finally(() => running.delete(work));
    });
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure.error;
}

/** A stream as something that brings one piece after the other. */
export function piecesOf(content: ByteStream): AsyncIterator<Uint8Array<ArrayBuffer>> {
  return content[Symbol.asyncIterator]();
}
