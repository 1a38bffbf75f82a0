/**
 * Files in blocks, several of which are under way at once.
 *
 * @module
 */
import { readFilePart } from "../../platform/file_parts.ts";
import { storageError } from "../fault.ts";
import type { ByteStream } from "../storage.ts";
import type { Handle, SftpClient } from "./client.ts";

/** Blocks of one file that are under way at once: enough for a long way at full speed. */
const window = 16;

/** The bytes of an open file in order, several blocks under way at once. Closes the file. */
export async function* blocksOf(
  client: SftpClient,
  handle: Handle,
  { start, end, label }: { start: number; end: number; label: string },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const ask = async (from: number, to: number): Promise<Uint8Array<ArrayBuffer>[]> => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = from; at < to;) {
      const part = await client.read(handle, at, to - at);
      if (part === undefined || part.length === 0) {
        throw storageError("changed", `'${label}' became shorter while it was read`);
      }
      parts.push(part);
      at += part.length;
    }
    return parts;
  };
  const underWay: Promise<Uint8Array<ArrayBuffer>[]>[] = [];
  let next = start;
  const askMore = () => {
    while (next < end && underWay.length < window) {
      const to = Math.min(end, next + client.block);
      const asked = ask(next, to);
      asked.catch(() => {}); // thrown where it is waited for
      underWay.push(asked);
      next = to;
    }
  };
  try {
    for (askMore(); underWay.length > 0; askMore()) {
      yield* await underWay.shift() ?? [];
    }
  } finally {
    await Promise.allSettled(underWay);
    if (client.alive) await client.close(handle).catch(() => {}); // a lost connection was told
  }
}

/** A local file in blocks of the size in which they are sent. */
export function* fileBlocks(
  path: string,
  { size, block }: { size: number; block: number },
): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < size; at += block) {
    yield readFilePart(path, { start: at, end: Math.min(size, at + block) });
  }
}

/** Writes all that comes, several blocks under way at once, and closes the file. */
export async function send(
  client: SftpClient,
  handle: Handle,
  content: ByteStream,
): Promise<number> {
  let at = 0;
  const underWay = new Set<Promise<void>>();
  try {
    for await (const chunk of content) {
      for (let from = 0; from < chunk.length; from += client.block) {
        const block = chunk.subarray(from, from + client.block);
        if (underWay.size >= window) await Promise.race(underWay);
        const writing = client.write(handle, at, block);
        const done = writing.then(() => void underWay.delete(done));
        underWay.add(done);
        at += block.length;
      }
    }
    await Promise.all(underWay);
  } catch (error) {
    await Promise.allSettled(underWay);
    await client.close(handle).catch(() => {}); // the first error counts
    throw error;
  }
  await client.close(handle);
  return at;
}
