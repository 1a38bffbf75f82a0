/**
 * The MD5 of bytes that are made piece by piece.
 *
 * @module
 */
import { createHasher } from "../platform/digest/hasher.ts";

/** Hashes blocks of bytes one after the other; 32 hex digits. */
export function hashBlocks(blocks: Iterable<Uint8Array>): string {
  const hasher = createHasher("md5");
  for (const block of blocks) hasher.update(block);
  return hasher.digestHex();
}
