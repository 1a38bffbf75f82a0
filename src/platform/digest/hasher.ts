/**
 * The two hashes of DVC behind one shape.
 *
 * @module
 */
import { LegacyMd5 } from "./dos2unix.ts";
import { Md5 } from "./md5.ts";

/** `md5` (DVC 3.x) or `md5-dos2unix` (2.x: text is hashed with LF for CRLF). */
export type HashName = "md5" | "md5-dos2unix";

/** Hashes bytes as they come. Reusable: `digestHex` starts anew. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** 32 lower-case hex digits. */
  digestHex(): string;
}

/** A hasher for one of the two. Say about how many bytes to expect where they may be many. */
export function createHasher(hash: HashName, expected = 0): Hasher {
  return hash === "md5" ? new Md5(expected) : new LegacyMd5(expected);
}
