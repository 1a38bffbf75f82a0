/**
 * What is known of many files, one array a fact: as objects, a million would fill 100 MB.
 *
 * @module
 */
import type { FileFacts } from "../platform/files.ts";
import { IdColumn } from "./id_column.ts";

/** The facts by which an unchanged file is known again, in the order in which they are written. */
export const factNames = ["sizes", "mtimes", "ctimes", "inodes"] as const;

/** One of these facts. */
export type FactName = typeof factNames[number];

/** The facts of many files, in the order of a walk. Times are in milliseconds, as Deno tells. */
export interface FileFactsTable extends Readonly<Record<FactName, Float64Array>> {
  readonly paths: readonly string[];
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

/** Files with their facts and hashes, wherever these lie, in the order of a walk. */
export interface KnownFiles {
  readonly count: number;
  path(row: number): string;
  fact(name: FactName, row: number): number;
  /** False where nothing is known of a file. */
  isKnown(row: number): boolean;
  /** Copies the hash of a known file. */
  copyId(row: number, to: IdColumn, at: number): void;
}

/** The files of a table. */
export function knownFiles(table: FileFactsTable, { ids, known }: KnownHashes): KnownFiles {
  return {
    count: table.paths.length,
    path: (row) => table.paths[row] ?? "",
    fact: (name, row) => table[name][row] ?? 0,
    isKnown: (row) => known[row] === 1,
    copyId: (row, to, at) => to.copy(at, ids.words, row),
  };
}

/** Facts that come row by row. */
export class FactColumns {
  #count = 0;
  readonly #columns: Record<FactName, Float64Array<ArrayBuffer>>;

  /** `capacity`: for so many rows, no array is made anew. */
  constructor(capacity = 64) {
    const column = () => new Float64Array(capacity);
    this.#columns = { sizes: column(), mtimes: column(), ctimes: column(), inodes: column() };
  }

  add({ size, mtime, ctime, inode }: Pick<FileFacts, "size" | "mtime" | "ctime" | "inode">): void {
    const columns = this.#columns;
    const at = this.#count++;
    if (at === columns.sizes.length) {
      for (const name of factNames) columns[name] = grown(columns[name]);
    }
    columns.sizes[at] = size;
    columns.mtimes[at] = mtime;
    columns.ctimes[at] = ctime;
    columns.inodes[at] = inode;
  }

  get(name: FactName, row: number): number {
    return this.#columns[name][row] ?? 0;
  }

  /** The table of the files with these facts. */
  table(paths: readonly string[]): FileFactsTable {
    const { sizes, mtimes, ctimes, inodes } = this.#columns;
    const filled = (column: Float64Array) => column.subarray(0, this.#count);
    return {
      paths,
      sizes: filled(sizes),
      mtimes: filled(mtimes),
      ctimes: filled(ctimes),
      inodes: filled(inodes),
    };
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(64, Math.ceil(column.length * 1.5)));
  larger.set(column);
  return larger;
}

/** The table of a single file. */
export function singleFileTable(facts: FileFacts): FileFactsTable {
  const columns = new FactColumns(1);
  columns.add(facts);
  return columns.table([""]);
}
