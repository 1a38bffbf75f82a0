/**
 * Hashes remembered between runs, so that unchanged data is not read again. A flat file in the
 * order of the walk: loading and merging 100,000 entries costs less than reading 3,000 files.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { lookAt, makeDirectory, readFileIfThere, removeIfThere } from "../platform/files.ts";
import { parentDirectory } from "../platform/paths.ts";
import { IdColumn } from "./id_column.ts";
import { encodeNames, NamesInOrder } from "./names_in_order.ts";
import type { HashName } from "./object_id.ts";

/** The facts of many files, one array a fact, in the order of a walk. */
export interface FileFactsTable {
  readonly paths: readonly string[];
  readonly sizes: Float64Array;
  /** Milliseconds, as all that Deno tells. */
  readonly mtimes: Float64Array;
  readonly ctimes: Float64Array;
  readonly inodes: Float64Array;
}

/** The hashes of the files of a table, as far as they are known. */
export interface KnownHashes {
  readonly ids: IdColumn;
  /** 1 for each file whose hash is known. */
  readonly known: Uint8Array;
}

/** Nothing known of so many files. */
export function nothingKnown(count: number): KnownHashes {
  return { ids: new IdColumn(count), known: new Uint8Array(count) };
}

/** What a {@linkcode HashState} remembers of one output. */
export interface RememberedHashes extends KnownHashes {
  /** The listing's id, if all files are as remembered and none is new or gone. */
  readonly listing: string | undefined;
}

const magic = 0x64767431; // "dvt1"
const bytesPerFile = 4 * 8 + 16;

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
    const stored = this.#load(key, hash);
    if (stored === undefined) return { ids, known, listing: undefined };
    let found = 0;
    for (let i = 0; i < count; i++) {
      const entry = stored.names.find(table.paths[i] ?? "");
      if (
        entry >= 0 &&
        stored.sizes[entry] === table.sizes[i] && stored.mtimes[entry] === table.mtimes[i] &&
        stored.ctimes[entry] === table.ctimes[i] && stored.inodes[entry] === table.inodes[i]
      ) {
        ids.copy(i, stored.digests, entry);
        known[i] = 1;
        found++;
      }
    }
    const complete = found === count && stored.total === count && stored.listing !== "";
    return { ids, known, listing: complete ? stored.listing : undefined };
  }

  /**
   * Remembers hashes. `looked` is when the walk began, in milliseconds: a file that changed at or
   * after its last look cannot be told from one that will change again within the clock's
   * granularity, so it is left out.
   */
  remember(
    key: string,
    hash: HashName,
    { table, hashes: { ids, known }, listing, looked }: {
      table: FileFactsTable;
      hashes: KnownHashes;
      listing: string | undefined;
      looked: number;
    },
  ): void {
    const keep = new Uint32Array(table.paths.length);
    let kept = 0;
    for (let i = 0; i < table.paths.length; i++) {
      if (known[i] !== 1) continue;
      if (isRacy(table.mtimes[i] ?? 0, table.ctimes[i] ?? 0, looked)) continue;
      keep[kept++] = i;
    }
    const header = JSON.stringify({ hash, listing: listing ?? "", total: table.paths.length });
    const path = this.#fileOf(key);
    try {
      makeDirectory(parentDirectory(path));
      writeFileAtomically(path, stateBlocks(header, table, ids, keep.subarray(0, kept)));
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

  #load(key: string, hash: HashName) {
    const path = this.#fileOf(key);
    if (lookAt(path)?.kind !== "file") return undefined;
    const bytes = readFileIfThere(path);
    if (bytes === undefined || bytes.length < 16) return undefined;
    const view = new DataView(bytes.buffer);
    if (view.getUint32(0) !== magic) return undefined;
    const headerLength = view.getUint32(4);
    const count = view.getUint32(8);
    const start = startOfColumns(headerLength);
    if (bytes.length < start + count * bytesPerFile) return undefined;
    let header: { hash?: unknown; listing?: unknown; total?: unknown };
    try {
      header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + headerLength)));
    } catch {
      return undefined;
    }
    if (header.hash !== hash) return undefined;
    const columns = columnsIn(bytes, start, count);
    const names = NamesInOrder.read(bytes.subarray(columns.end), count);
    if (names === undefined) return undefined;
    return {
      ...columns,
      names,
      listing: String(header.listing ?? ""),
      total: Number(header.total ?? -1),
    };
  }
}

/** A state file: a head, the facts one column behind the other, hashes, names. */
function* stateBlocks(
  header: string,
  table: FileFactsTable,
  ids: IdColumn,
  keep: Uint32Array,
): Generator<Uint8Array> {
  const text = new TextEncoder().encode(header);
  const head = new Uint8Array(startOfColumns(text.length));
  const view = new DataView(head.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, text.length);
  view.setUint32(8, keep.length);
  head.set(text, 16);
  yield head;
  const rows = 8192;
  for (const column of [table.sizes, table.mtimes, table.ctimes, table.inodes]) {
    for (let start = 0; start < keep.length; start += rows) {
      const block = new Float64Array(Math.min(rows, keep.length - start));
      for (let i = 0; i < block.length; i++) block[i] = column[keep[start + i] ?? 0] ?? 0;
      yield new Uint8Array(block.buffer);
    }
  }
  for (let start = 0; start < keep.length; start += rows) {
    const block = new IdColumn(Math.min(rows, keep.length - start));
    for (let i = 0; i < block.length; i++) block.copy(i, ids.words, keep[start + i] ?? 0);
    yield new Uint8Array(block.words.buffer);
  }
  yield* encodeNames(table.paths, keep);
}

/** Where the columns of a state file begin: at the next multiple of 8 after the header. */
function startOfColumns(headerLength: number): number {
  return 16 + headerLength + ((8 - headerLength % 8) % 8);
}

/** The facts of files as they lie in the bytes of a state file, one column behind the other. */
function columnsIn(bytes: Uint8Array<ArrayBuffer>, start: number, count: number) {
  const column = (index: number) =>
    new Float64Array(bytes.buffer, start + index * 8 * count, count);
  const digests = start + 32 * count;
  return {
    sizes: column(0),
    mtimes: column(1),
    ctimes: column(2),
    inodes: column(3),
    /** Four words each. */
    digests: new Uint32Array(bytes.buffer, digests, 4 * count),
    /** Where the columns end, and the names begin. */
    end: digests + 16 * count,
  };
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
