/**
 * SHA-256 and its keyed form, for signatures.
 *
 * @module
 */
import { createHash, createHmac } from "node:crypto";

/** The SHA-256 of bytes or UTF-8 text in lower-case hex. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The SHA-256 of what comes piece by piece. */
export function createSha256(): { update(bytes: Uint8Array): void; digestHex(): string } {
  const hash = createHash("sha256");
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digestHex: () => hash.digest("hex"),
  };
}

/** The HMAC-SHA256 of UTF-8 text. */
export function hmacSha256(key: Uint8Array | string, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

/** The same in lower-case hex. */
export function hmacSha256Hex(key: Uint8Array | string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
