/**
 * Many names in one block of memory, separated by NUL, in the order in which they are asked for as
 * a rule: no text is made of any of them.
 *
 * @module
 */

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

/** Names that are looked up. */
export class NamesInOrder {
  readonly #bytes: Uint8Array;
  readonly #count: number;
  /** The name that is expected next, and where it starts. */
  #next = 0;
  #at = 0;
  /** Made when a name is not the expected one for the first time. */
  #index: { readonly entries: Map<string, number>; readonly starts: Uint32Array } | undefined;

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

  /** The position of a name, or -1. */
  find(name: string): number {
    const end = this.#next < this.#count ? this.#endIfHere(name) : -1;
    if (end >= 0) {
      this.#at = end + 1;
      return this.#next++;
    }
    const { entries, starts } = this.#index ??= this.#makeIndex();
    const found = entries.get(name);
    if (found === undefined) return -1;
    this.#next = found + 1;
    this.#at = starts[found + 1] ?? 0;
    return found;
  }

  /** Where a name ends that starts at the expected place; -1 if another one does. */
  #endIfHere(name: string): number {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < name.length; i++, at++) {
      const code = name.charCodeAt(i);
      if (code >= 0x80) return this.#endOfText(name);
      if (bytes[at] !== code) return -1;
    }
    return at === bytes.length || bytes[at] === 0 ? at : -1;
  }

  #endOfText(name: string): number {
    const end = endOf(this.#bytes, this.#at);
    return decoder.decode(this.#bytes.subarray(this.#at, end)) === name ? end : -1;
  }

  #makeIndex() {
    const entries = new Map<string, number>();
    const starts = new Uint32Array(this.#count + 1);
    let at = 0;
    for (let i = 0; i < this.#count; i++) {
      starts[i] = at;
      const end = endOf(this.#bytes, at);
      entries.set(decoder.decode(this.#bytes.subarray(at, end)), i);
      at = end + 1;
    }
    starts[this.#count] = at;
    return { entries, starts };
  }
}

function endOf(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0, at);
  return end < 0 ? bytes.length : end;
}
