/**
 * Object ids in a row, 16 bytes each: as texts, a million would fill 60 MB.
 *
 * @module
 */
import type { ObjectId } from "./object_id.ts";

/** The values of the lower-case hex digits by their bytes, -1 for all others. */
const valueOfDigit = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  valueOfDigit[value.toString(16).charCodeAt(0)] = value;
}

/** Ids of files, one a position; ids of listings do not fit in. */
export class IdColumn implements Iterable<ObjectId> {
  #length: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Uint32Array<ArrayBuffer>;

  /** A column of a length, all zeros. */
  constructor(length = 0) {
    this.#length = length;
    this.#bytes = new Uint8Array(length * 16);
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  static of(ids: readonly ObjectId[]): IdColumn {
    const column = new IdColumn(ids.length);
    for (let i = 0; i < ids.length; i++) column.set(i, ids[i] ?? "");
    return column;
  }

  get length(): number {
    return this.#length;
  }

  /** The ids as numbers, four each, for {@linkcode IdColumn.copy}. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  at(index: number): ObjectId {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no id at ${index}`);
    return this.#bytes.subarray(index * 16, index * 16 + 16).toHex() as ObjectId;
  }

  set(index: number, id: string): void {
    if (id.length !== 32) throw new RangeError(`'${id}' is not a file's id`);
    this.#bytes.subarray(index * 16, index * 16 + 16).setFromHex(id);
  }

  /** Takes an id over from another column's words. */
  copy(index: number, words: Uint32Array, from: number): void {
    for (let k = 0; k < 4; k++) this.#words[index * 4 + k] = words[from * 4 + k] ?? 0;
  }

  clone(): IdColumn {
    const copy = new IdColumn(this.#length);
    copy.#bytes.set(this.#bytes.subarray(0, this.#length * 16));
    return copy;
  }

  push(id: string): void {
    this.#makeRoom();
    this.set(this.#length++, id);
  }

  /** Adds the id that 32 bytes spell, from a place on; false where they are no lower-case hex. */
  pushDigits(bytes: Uint8Array, at: number): boolean {
    this.#makeRoom();
    const target = this.#bytes;
    const start = this.#length * 16;
    let isHex = true;
    for (let i = 0; i < 16; i++) {
      const high = valueOfDigit[bytes[at + 2 * i] ?? 0] ?? -1;
      const low = valueOfDigit[bytes[at + 2 * i + 1] ?? 0] ?? -1;
      isHex &&= high >= 0 && low >= 0;
      target[start + i] = high * 16 + low;
    }
    if (isHex) this.#length++;
    return isHex;
  }

  #makeRoom(): void {
    if (this.#length * 16 < this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(1024, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#words = new Uint32Array(larger.buffer);
  }

  /** Whether two columns have the same id, each at its position. */
  equals(index: number, other: IdColumn, otherIndex: number): boolean {
    for (let k = 0; k < 4; k++) {
      if (this.#words[index * 4 + k] !== other.#words[otherIndex * 4 + k]) return false;
    }
    return true;
  }

  every(holds: (id: ObjectId) => boolean): boolean {
    for (let i = 0; i < this.length; i++) {
      if (!holds(this.at(i))) return false;
    }
    return true;
  }

  *[Symbol.iterator](): Generator<ObjectId> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}
