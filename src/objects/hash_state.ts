/**
 * Hashes remembered between runs, so that unchanged data is not read again. A flat file in the
 * order of the walk: loading and merging 100,000 entries costs less than reading 3,000 files.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, removeIfThere } from "../platform/files.ts";
import { parentDirectory } from "../platform/paths.ts";
import {
  factNames,
  type FileFactsTable,
  type KnownFiles,
  type KnownHashes,
  nothingKnown,
} from "./file_facts.ts";
import type { HashName } from "./object_id.ts";
import { stateBlocks, StateFile } from "./state_file.ts";

/** What a {@linkcode HashState} remembers of one output. */
export interface RememberedHashes extends KnownHashes {
  /** The listing's id, if all files are as remembered and none is new or gone. */
  readonly listing: string | undefined;
}

/**
 * The one door to remembered hashes: one file per output below the project's temporary folder.
 * Losing it costs time, never data.
 */
export class HashState {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The hashes of those files that have not changed since {@linkcode HashState.remember}. */
  recall(key: string, hash: HashName, table: FileFactsTable): RememberedHashes {
    const count = table.paths.length;
    const { ids, known } = nothingKnown(count);
    using stored = StateFile.open(this.#fileOf(key));
    if (stored === undefined || stored.head.hash !== hash) {
      return { ids, known, listing: undefined };
    }
    const rows = stored.rowsOf(table.paths);
    if (rows === undefined) return { ids, known, listing: undefined };
    for (const name of factNames) stored.compare(name, table[name], rows);
    stored.copyIds(rows, ids);
    let found = 0;
    for (let i = 0; i < count; i++) {
      if ((rows[i] ?? -1) < 0) continue;
      known[i] = 1;
      found++;
    }
    const { total, listing } = stored.head;
    const complete = found === count && total === count && listing !== "";
    return { ids, known, listing: complete ? listing : undefined };
  }

  /**
   * Remembers hashes. `looked` is when the walk began, in milliseconds: a file that changed at or
   * after its last look cannot be told from one that will change again within the clock's
   * granularity, so it is left out.
   */
  remember(
    key: string,
    hash: HashName,
    { files, listing, looked }: {
      files: KnownFiles;
      listing: string | undefined;
      looked: number;
    },
  ): void {
    const keep = new Uint32Array(files.count);
    let kept = 0;
    for (let i = 0; i < files.count; i++) {
      if (!files.isKnown(i)) continue;
      if (isRacy(files.fact("mtimes", i), files.fact("ctimes", i), looked)) continue;
      keep[kept++] = i;
    }
    const head = { hash, listing: listing ?? "", total: files.count };
    const path = this.#fileOf(key);
    try {
      makeDirectory(parentDirectory(path));
      writeFileAtomically(path, stateBlocks(head, files, keep.subarray(0, kept)));
    } catch {
      // A project that may only be read, or a full disk: the next run hashes again.
    }
  }

  /** Forgets an output. */
  forget(key: string): void {
    removeIfThere(this.#fileOf(key));
  }

  #fileOf(key: string): string {
    const safe = key.replace(/[^\w.-]/g, (c) => `%${c.codePointAt(0)?.toString(16)}.`);
    // Long keys are cut; the length keeps two keys of one beginning mostly apart, and a mix-up
    // only costs the entries' mismatch.
    return `${this.#folder}/${safe.length > 150 ? `${safe.slice(0, 150)}~${hashText(key)}` : safe}`;
  }
}

/** The coarse clock by which kernels stamp files ticks every 4 to 10 milliseconds. */
const tick = 20;

/**
 * Whether a file changed too close to the moment of looking for its times to be trusted. Times of
 * whole seconds suggest a file system that ticks in seconds, FAT even in twos. Of the time of the
 * last change, Deno tells no more than the second it lies in.
 */
export function isRacy(mtime: number, ctime: number, looked: number): boolean {
  const ticksInSeconds = mtime % 1000 === 0;
  return mtime + (ticksInSeconds ? 2000 : tick) >= looked ||
    ctime + (ticksInSeconds ? 2000 : ctime % 1000 === 0 ? 1000 + tick : tick) >= looked;
}

function hashText(text: string): string {
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}
