/**
 * Object ids in a row, 16 bytes each: as texts, a million would fill 60 MB.
 *
 * @module
 */
import type { ObjectId } from "./object_id.ts";

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
    if (this.#length * 16 === this.#bytes.length) {
      const larger = new Uint8Array(Math.max(1024, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#words = new Uint32Array(larger.buffer);
    }
    this.set(this.#length++, id);
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
