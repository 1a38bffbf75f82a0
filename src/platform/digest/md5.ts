/**
 * MD5, the hash that names objects: of bytes at hand and of bytes as they come.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";

/** The MD5 of some bytes as 32 lower-case hex digits. */
export function md5Hex(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** MD5 of bytes as they come. Costs little to make; starts anew after {@linkcode Md5.digestHex}. */
export class Md5 {
  #hash: Hash | undefined;

  update(bytes: Uint8Array): void {
    this.#hash ??= createHash("md5");
    this.#hash.update(bytes);
  }

  /** The digest of everything since the last call, as 32 lower-case hex digits. */
  digestHex(): string {
    const hash = this.#hash ?? createHash("md5");
    this.#hash = undefined;
    return hash.digest("hex");
  }
}
