/**
 * The hash of one file.
 *
 * @module
 */
import { createHasher } from "../platform/digest/hasher.ts";
import { openForReading } from "../platform/files.ts";
import { breathe } from "../platform/pool.ts";
import type { HashName } from "./object_id.ts";

const chunkSize = 1 << 20;

/** Hashes a file's bytes; answers 32 hex digits and the number of bytes read. */
export async function hashFile(
  path: string,
  hash: HashName,
): Promise<{ id: string; size: number }> {
  const hasher = createHasher(hash);
  const buffer = new Uint8Array(chunkSize);
  let size = 0;
  using file = openForReading(path);
  for (let round = 1;; round++) {
    const count = file.readSync(buffer);
    if (count === null) break;
    hasher.update(buffer.subarray(0, count));
    size += count;
    if (round % 64 === 0) await breathe();
  }
  return { id: hasher.digestHex(), size };
}
