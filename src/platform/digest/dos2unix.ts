/**
 * `md5-dos2unix`, the hash of DVC 2.x: MD5 after CRLF became LF in what looks like text.
 *
 * @module
 */
import { Md5 } from "./md5.ts";

const CR = 13;
const LF = 10;

/** How many bytes are judged and converted on their own. */
export const LEGACY_CHUNK = 1024 * 1024;
const JUDGED = 512;

const isText = new Uint8Array(256);
isText.fill(1, 32, 127);
for (const control of ["\n", "\r", "\t", "\f", "\b"]) isText[control.charCodeAt(0)] = 1;

/**
 * Whether a chunk is text by its first 512 bytes: no NUL and at most 30 % of other bytes than
 * printable ASCII and white space. No bytes at all are text.
 */
export function looksLikeText(chunk: Uint8Array): boolean {
  const length = Math.min(chunk.length, JUDGED);
  let others = 0;
  for (let i = 0; i < length; i++) {
    const byte = chunk[i] ?? 0;
    if (byte === 0) return false;
    if (isText[byte] === 0) others++;
  }
  return length === 0 || others / length <= 0.3;
}

/** Turns CRLF into LF within the bytes themselves. Returns how many bytes are left. */
export function convertLineEnds(bytes: Uint8Array): number {
  let from = bytes.indexOf(CR);
  if (from < 0) return bytes.length;
  let to = from;
  while (from < bytes.length) {
    if (bytes[from] === CR && bytes[from + 1] === LF) from++;
    const next = bytes.indexOf(CR, from + 1);
    const end = next < 0 ? bytes.length : next;
    bytes.copyWithin(to, from, end);
    to += end - from;
    from = end;
  }
  return to;
}

/**
 * `md5-dos2unix` of bytes as they come, in the shape of {@linkcode Md5}.
 *
 * DVC reads 1 MiB at a time, judges every such chunk by its own first 512 bytes and converts within
 * the chunk only: a CR at its end stays, even when LF opens the next one.
 */
export class LegacyMd5 {
  readonly #md5: Md5;
  #chunk = new Uint8Array(0);
  #filled = 0;

  constructor(expected = 0) {
    this.#md5 = new Md5(expected);
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + LEGACY_CHUNK - this.#filled);
      this.#reserve(this.#filled + piece.length);
      this.#chunk.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === LEGACY_CHUNK) this.#flush();
    }
  }

  /** The digest of everything since the last call, as 32 lower-case hex digits. */
  digestHex(): string {
    this.#flush();
    return this.#md5.digestHex();
  }

  #reserve(size: number): void {
    if (size <= this.#chunk.length) return;
    const larger = new Uint8Array(Math.min(LEGACY_CHUNK, Math.max(size, 2 * this.#chunk.length)));
    larger.set(this.#chunk.subarray(0, this.#filled));
    this.#chunk = larger;
  }

  #flush(): void {
    let chunk = this.#chunk.subarray(0, this.#filled);
    if (looksLikeText(chunk)) chunk = chunk.subarray(0, convertLineEnds(chunk));
    this.#md5.update(chunk);
    this.#filled = 0;
  }
}
