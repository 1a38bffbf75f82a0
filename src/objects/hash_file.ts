/**
 * The hash of one file.
 *
 * @module
 */
import { copyAndHash } from "../platform/digest/bulk.ts";
import type { HashName } from "./object_id.ts";

/** Hashes a file's bytes; answers 32 hex digits and the number of bytes read. */
export async function hashFile(
  path: string,
  hash: HashName,
): Promise<{ id: string; size: number }> {
  const { digest, size } = await copyAndHash(path, undefined, { hash });
  return { id: digest, size };
}
