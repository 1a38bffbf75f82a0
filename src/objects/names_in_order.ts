/**
 * Many names in a row of bytes, separated by NUL: no text is made of any of them.
 *
 * @module
 */
import { compareInWalk } from "../platform/paths.ts";

const blockNames = 4096;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes of names, block by block: those at the positions given, with a NUL between each two. */
export function* encodeNames(
  nameAt: (position: number) => string,
  positions: Uint32Array,
): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for (let start = 0; start < positions.length; start += blockNames) {
    let text = start === 0 ? "" : "\0";
    const end = Math.min(start + blockNames, positions.length);
    for (let i = start; i < end; i++) text += (i === start ? "" : "\0") + nameAt(positions[i] ?? 0);
    yield encoder.encode(text);
  }
}

/**
 * Finds names among those that come as bytes, block by block. Both are in the order of a walk;
 * what is not is not found.
 */
export class NameMatcher {
  readonly #asked: readonly string[];
  readonly #found: Int32Array;
  /** The name that is looked for next. */
  #next = 0;
  /** How many names came. */
  #came = 0;
  /** The beginning of a name whose end is yet to come. */
  #rest = new Uint8Array();

  constructor(asked: readonly string[]) {
    this.#asked = asked;
    this.#found = new Int32Array(asked.length).fill(-1);
  }

  /** Takes the next bytes, which may be overwritten afterwards. */
  push(block: Uint8Array): void {
    let bytes = block;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + block.length);
      bytes.set(this.#rest);
      bytes.set(block, this.#rest.length);
    }
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      this.#match(bytes, start, end);
      start = end + 1;
    }
    this.#rest = bytes.slice(start);
  }

  /** The place of each name among those that came, or -1; undefined if `count` is not their number. */
  finish(count: number): Int32Array | undefined {
    if (count > 0) this.#match(this.#rest, 0, this.#rest.length);
    return this.#came === count ? this.#found : undefined;
  }

  /** Takes the name that lies between two places. */
  #match(bytes: Uint8Array, start: number, end: number): void {
    const place = this.#came++;
    let text: string | undefined;
    for (; this.#next < this.#asked.length; this.#next++) {
      const name = this.#asked[this.#next] ?? "";
      let order = 0;
      if (!isAt(name, bytes, start, end)) {
        text ??= decoder.decode(bytes.subarray(start, end));
        order = compareInWalk(name, text);
      }
      if (order > 0) return;
      if (order < 0) continue;
      this.#found[this.#next++] = place;
      return;
    }
  }
}

/** Whether a name, of ASCII alone, lies between two places: told without making a text. */
function isAt(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 0x80 || bytes[start + i] !== code) return false;
  }
  return true;
}
