/**
 * The door to hashing: MD5 names objects, `md5-dos2unix` named them in DVC 2.x. Which engine does
 * the work is the secret of this folder.
 *
 * @module
 */
import { LegacyMd5 } from "./dos2unix.ts";
import { Md5 } from "./md5_stream.ts";

export { LegacyMd5 } from "./dos2unix.ts";
export { Md5, md5Hex } from "./md5_stream.ts";

/** `md5` (DVC 3.x) or `md5-dos2unix` (2.x: text is hashed with LF for CRLF). */
export type HashName = "md5" | "md5-dos2unix";

/** Hashes bytes as they come. Reusable: `digestHex` starts anew. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** 32 lower-case hex digits. */
  digestHex(): string;
}

/** A hasher for one of the two. */
export function createHasher(hash: HashName): Hasher {
  return hash === "md5" ? new Md5() : new LegacyMd5();
}
