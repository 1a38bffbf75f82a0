/** Bytes to hash, the same in every run, and what another implementation makes of them. */
import { createHash } from "node:crypto";

/** A source of numbers in [0, 1) that repeats itself for the same seed. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

const noise = new Uint8Array(4 * 1024 * 1024 + 7);
const next = randomSource(42);
const words = new Uint32Array(noise.buffer, 0, noise.length >> 2);
for (let i = 0; i < words.length; i++) words[i] = next() * 2 ** 32;

/** Some bytes; other ones for another `seed`. */
export function sample(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  const start = (seed * 7919) % (noise.length - length);
  return noise.slice(start, start + length);
}

/** Lines of text that end in CRLF and sometimes in CR or LF alone. */
export function textSample(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = randomSource(seed);
  const bytes = new Uint8Array(length).fill(65);
  for (let at = 0; at < length; at += 1 + Math.floor(random() * 30)) {
    bytes.set(
      [[13, 10], [13, 10], [13], [10]][Math.floor(random() * 4)]?.slice(0, length - at) ?? [],
      at,
    );
  }
  return bytes;
}

/** MD5 by built-in hashing. */
export function builtinMd5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
