/**
 * Bytes in bulk, the quickest way each storage has.
 *
 * @module
 */
import { streamFile } from "../platform/files.ts";
import type { ByteStream, ReadPart, Storage, WrittenFile } from "./storage.ts";

/**
 * Hands over every byte of a file in order and answers their number. A chunk is valid during the
 * call only. Throws `missing-data` where there is no such file.
 */
export async function readInto(
  storage: Storage,
  path: string,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
  part?: ReadPart,
): Promise<number> {
  if (storage.open !== undefined) return (await storage.open(path, part)).into(onChunk);
  return pourInto(await storage.read(path, part), onChunk);
}

/** Sends a file of the local disk without holding all of it in memory. */
export function sendFile(
  storage: Storage,
  path: string,
  { localPath, size }: { localPath: string; size: number },
): Promise<WrittenFile | void> {
  if (storage.writeFile !== undefined) return storage.writeFile(path, localPath, size);
  return storage.write(path, streamFile(localPath), size);
}

/** Hands every chunk of a stream over. */
export async function pourInto(
  content: ByteStream,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<number> {
  let received = 0;
  for await (const chunk of content) {
    received += chunk.length;
    onChunk(chunk);
  }
  return received;
}

/** All bytes of a stream. */
export async function collect(content: ByteStream): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const size = await pourInto(content, (chunk) => void chunks.push(chunk));
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
