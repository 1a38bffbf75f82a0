/**
 * Many names in one block of memory, separated by NUL: no text is made of any of them.
 *
 * @module
 */
import { compareInWalk } from "../platform/paths.ts";

const blockNames = 4096;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes of names, block by block: those at the positions given, with a NUL between each two. */
export function* encodeNames(
  names: readonly string[],
  positions: Uint32Array,
): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (let start = 0; start < positions.length; start += blockNames) {
    let text = start === 0 ? "" : "\0";
    const end = Math.min(start + blockNames, positions.length);
    for (let i = start; i < end; i++) {
      text += (i === start ? "" : "\0") + (names[positions[i] ?? 0] ?? "");
    }
    yield encoder.encode(text);
  }
}

/** Names in the order of a walk, asked for in this order, too. */
export class NamesInOrder {
  readonly #bytes: Uint8Array;
  readonly #count: number;
  /** The name that is expected next, and where it starts. */
  #next = 0;
  #at = 0;

  private constructor(bytes: Uint8Array, count: number) {
    this.#bytes = bytes;
    this.#count = count;
  }

  /** The names in these bytes; undefined where they are not so many. */
  static read(bytes: Uint8Array, count: number): NamesInOrder | undefined {
    let found = count === 0 ? 0 : 1;
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) found++;
    return found === count ? new NamesInOrder(bytes, count) : undefined;
  }

  /** The position of a name, or -1; what was asked for out of order is not found. */
  find(name: string): number {
    while (this.#next < this.#count) {
      const order = this.#compare(name, this.#at);
      if (order < 0) return -1;
      this.#at = endOf(this.#bytes, this.#at) + 1;
      this.#next++;
      if (order === 0) return this.#next - 1;
    }
    return -1;
  }

  /** How a name stands to the one that starts at a place: below zero, zero or above. */
  #compare(name: string, at: number): number {
    if (this.#isAt(name, at)) return 0;
    const text = decoder.decode(this.#bytes.subarray(at, endOf(this.#bytes, at)));
    return compareInWalk(name, text);
  }

  /** Whether this name, of ASCII alone, starts and ends here: told without making a text. */
  #isAt(name: string, at: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code >= 0x80 || bytes[at + i] !== code) return false;
    }
    return (bytes[at + name.length] ?? 0) === 0;
  }
}

function endOf(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0, at);
  return end < 0 ? bytes.length : end;
}
