/**
 * Which objects a store holds, 16 bytes each and room to grow: as texts in a set, a million would
 * fill 100 MB.
 *
 * @module
 */
import type { ObjectId } from "./object_id.ts";

const plain = /^[0-9a-f]{32}$/;

/** A set of the names that a store's folders hold. */
export class ObjectNames {
  /** Open addressing: four words a slot, all zero where free. */
  #slots = new Uint32Array(4 * 256);
  #used = 0;
  /** Listings, and whatever else somebody put into a store. */
  readonly #others = new Set<string>();
  readonly #key = new Uint8Array(16);
  readonly #words = new Uint32Array(this.#key.buffer);

  /** A name as it lies on a disk, its two first digits included. */
  add(name: string): void {
    if (!this.#read(name)) {
      this.#others.add(name);
      return;
    }
    if (this.#find() >= 0) return;
    this.#put(this.#slots, this.#words, 0);
    if (++this.#used * 8 > this.#slots.length) this.#grow();
  }

  has(id: ObjectId): boolean {
    return this.#read(id) ? this.#find() >= 0 : this.#others.has(id);
  }

  delete(id: ObjectId): void {
    if (!this.#read(id)) {
      this.#others.delete(id);
      return;
    }
    let hole = this.#find();
    if (hole < 0) return;
    this.#used--;
    // What came after it because of it moves up, so that no search ends too early.
    const slots = this.#slots;
    const mask = slots.length / 4 - 1;
    for (let at = (hole + 1) & mask; !isFree(slots, at); at = (at + 1) & mask) {
      const home = homeOf(slots, slots, at * 4);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots.copyWithin(hole * 4, at * 4, at * 4 + 4);
      hole = at;
    }
    slots.fill(0, hole * 4, hole * 4 + 4);
  }

  /** Takes a name in; false if it is no file's id. */
  #read(name: string): boolean {
    if (name.length !== 32 || !plain.test(name)) return false;
    this.#key.setFromHex(name);
    const words = this.#words;
    return ((words[0] ?? 0) | (words[1] ?? 0) | (words[2] ?? 0) | (words[3] ?? 0)) !== 0;
  }

  /** The slot of the name that was taken in, or -1. */
  #find(): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = slots.length / 4 - 1;
    for (let at = homeOf(slots, words, 0); !isFree(slots, at); at = (at + 1) & mask) {
      const start = at * 4;
      if (
        slots[start] === words[0] && slots[start + 1] === words[1] &&
        slots[start + 2] === words[2] && slots[start + 3] === words[3]
      ) return at;
    }
    return -1;
  }

  #put(slots: Uint32Array, words: Uint32Array, from: number): void {
    const mask = slots.length / 4 - 1;
    let at = homeOf(slots, words, from);
    while (!isFree(slots, at)) at = (at + 1) & mask;
    for (let k = 0; k < 4; k++) slots[at * 4 + k] = words[from + k] ?? 0;
  }

  #grow(): void {
    const old = this.#slots;
    const larger = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 4) {
      if (!isFree(old, at / 4)) this.#put(larger, old, at);
    }
    this.#slots = larger;
  }
}

/** The ids of some groups, each once. */
export function* distinct(groups: Iterable<Iterable<ObjectId>>): Generator<ObjectId> {
  const seen = new ObjectNames();
  for (const group of groups) {
    for (const id of group) {
      if (seen.has(id)) continue;
      seen.add(id);
      yield id;
    }
  }
}

const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Where a name belongs. Ids are hashes already, but of a hostile remote they may be chosen ones. */
function homeOf(slots: Uint32Array, words: Uint32Array, from: number): number {
  let mixed = seed;
  for (let k = 0; k < 4; k++) mixed = Math.imul(mixed ^ (words[from + k] ?? 0), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & (slots.length / 4 - 1);
}

function isFree(slots: Uint32Array, at: number): boolean {
  const start = at * 4;
  return ((slots[start] ?? 0) | (slots[start + 1] ?? 0) | (slots[start + 2] ?? 0) |
    (slots[start + 3] ?? 0)) === 0;
}
