/**
 * Hashes the files of a walk that are not known yet and, where a store is given, puts what it lacks
 * into it.
 *
 * @module
 */
import type { LocalStore } from "../objects/local_store.ts";
import type { FileFactsTable, KnownHashes } from "../objects/file_facts.ts";
import type { HashName, ObjectId } from "../objects/object_id.ts";
import { hashFiles, HELD_SIZE } from "../platform/digest/bulk.ts";
import { DvtError, messageOf } from "../platform/error.ts";
import { copyFile, lookThrough, removeIfThere } from "../platform/files.ts";
import type { Reporter } from "../platform/reporter.ts";
import { inShares } from "../platform/shares.ts";

/** What is hashed where. */
export interface HashIntoOptions {
  readonly hash: HashName;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly store?: LocalStore;
}

/** So many large files are hashed side by side. */
const groupSize = 24;

/**
 * Fills the gaps of what is known. With a store, every file's object is in it afterwards. Sizes in
 * the table are corrected where a file changed while it was read.
 */
export async function hashInto(
  root: string,
  table: FileFactsTable,
  { ids, known }: KnownHashes,
  options: HashIntoOptions,
): Promise<void> {
  const { store } = options;
  const small: number[] = [];
  const large: number[] = [];
  let bytes = 0;
  for (let i = 0; i < known.length; i++) {
    if (known[i] === 1 && (store === undefined || store.lists(ids.at(i)))) continue;
    const size = table.sizes[i] ?? 0;
    (size > HELD_SIZE ? large : small).push(i);
    bytes += size;
  }
  if (small.length + large.length === 0) return;
  using progress = options.reporter.progress("Hashing", {
    files: small.length + large.length,
    bytes,
  });
  const placeOf = (i: number) => (table.paths[i] === "" ? root : `${root}/${table.paths[i]}`);
  const fail = (i: number, error: unknown): never => {
    throw error instanceof DvtError
      ? error
      : new DvtError("storage", `cannot read '${placeOf(i)}': ${messageOf(error)}`, {
        cause: error,
      });
  };

  const learn = (i: number, digest: string, size: number) => {
    ids.set(i, digest);
    known[i] = 1;
    table.sizes[i] = size;
  };

  for (const share of inShares(small)) {
    await hashFiles(share.map(placeOf), share.map((i) => table.sizes[i] ?? 0), {
      done(at, digest, content, size) {
        const i = share[at] ?? 0;
        learn(i, digest, size);
        if (store !== undefined && !holds(store, digest as ObjectId, size)) {
          if (content === undefined) throw changedMeanwhile(placeOf(i));
          store.insertBytes(digest as ObjectId, content);
        }
        progress.advance(1, size);
      },
      failed: (at, error) => fail(share[at] ?? 0, error),
    }, { hash: options.hash, keepBytes: store !== undefined, signal: options.signal });
  }

  for (let start = 0; start < large.length; start += groupSize) {
    const group = large.slice(start, start + groupSize);
    const copies = store === undefined ? undefined : group.map(() => store.temporaryFile());
    try {
      const places = group.map((i, at) => {
        const copy = copies?.[at];
        if (copy === undefined) return placeOf(i);
        try {
          copyFile(placeOf(i), copy);
        } catch (error) {
          fail(i, error);
        }
        table.sizes[i] = lookThrough(copy)?.size ?? 0;
        return copy;
      });
      await hashFiles(places, group.map((i) => table.sizes[i] ?? 0), {
        done(at, digest, _content, size) {
          const i = group[at] ?? 0;
          learn(i, digest, size);
          const copy = copies?.[at];
          if (copy !== undefined && store !== undefined) store.adopt(copy, digest as ObjectId);
          progress.advance(1, size);
        },
        failed: (at, error) => fail(group[at] ?? 0, error),
      }, { hash: options.hash, keepBytes: false, signal: options.signal });
    } finally {
      for (const copy of copies ?? []) removeIfThere(copy);
    }
  }
}

/** Whether an object is there, and not cut short. */
function holds(store: LocalStore, id: ObjectId, size: number): boolean {
  return store.lists(id) && lookThrough(store.pathOf(id))?.size === size;
}

function changedMeanwhile(place: string): DvtError {
  return new DvtError("failed", `'${place}' grew while it was read`, {
    hint: "wait until the program that writes it is done, then run the command again",
  });
}
