/**
 * The files of a tracked folder as they lie on disk: one walk, one look per file.
 *
 * @module
 */
import type { FileFactsTable } from "../objects/hash_state.ts";
import { DvtError } from "../platform/error.ts";
import {
  type FileFacts,
  isDirectory,
  listDirectory,
  lookAt,
  lookThrough,
  readLink,
} from "../platform/files.ts";
import { breathe, stopIfAborted } from "../platform/pool.ts";

/** What `.dvcignore` hides, asked folder by folder. Paths are relative to the project's root. */
export interface WalkFilter {
  enter(folder: string): { ignores(name: string, isDirectory: boolean): boolean };
}

/** A filter that hides nothing. */
export const everything: WalkFilter = { enter: () => ({ ignores: () => false }) };

/** The files of a folder in walk order, with their facts. */
export interface Walk extends FileFactsTable {
  /** Positions of names that are links to files: adding replaces them by what they lead to. */
  readonly links: readonly number[];
  /** Positions of files with an executable bit. */
  readonly executables: readonly number[];
  /** Hidden by `.dvcignore`, relative to the folder: checkout leaves these alone. */
  readonly ignored: readonly string[];
  /** When the walk began, in milliseconds. */
  readonly looked: number;
}

/** How a folder is walked. */
export interface WalkOptions {
  readonly filter: WalkFilter;
  /** The folder's path relative to the project's root, for the filter. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/**
 * Walks a folder. Links to files count as files, links to folders are passed over as DVC does;
 * a link that leads nowhere is an error. Does not enter nested projects (`.dvc`), nor `.git`.
 */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const rows = new Rows();
  const links: number[] = [];
  const executables: number[] = [];
  const ignored: string[] = [];
  const looked = Date.now();
  let sinceBreath = 0;

  async function enter(folder: string, place: string): Promise<void> {
    const names = listDirectory(place) ?? [];
    names.sort((a, b) => (a.name < b.name ? -1 : 1));
    const projectPath = folder === ""
      ? options.path
      : options.path === ""
      ? folder
      : `${options.path}/${folder}`;
    const filter = options.filter.enter(projectPath);
    for (const entry of names) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const below = `${place}/${entry.name}`;
      if (entry.name.includes("\ufffd")) refuseUndecodable(below);
      if (filter.ignores(entry.name, entry.isDirectory)) {
        ignored.push(path);
        continue;
      }
      if (entry.isDirectory) {
        await enter(path, below);
        continue;
      }
      if (entry.name === ".dvcignore") {
        throw new DvtError(
          "failed",
          `.dvcignore file should not be in collected dir path: '${place}'`,
        );
      }
      const facts = entry.isSymlink ? throughLink(below) : lookAt(below);
      if (facts === undefined || facts.kind === "directory") continue;
      if (facts.kind !== "file") {
        throw new DvtError("failed", `'${below}' is not a file (a pipe, socket or device)`, {
          hint: "remove it or hide it with a line in .dvcignore",
        });
      }
      if (entry.isSymlink) links.push(rows.count);
      if ((facts.mode & 0o111) !== 0) executables.push(rows.count);
      rows.add(path, facts);
      if (++sinceBreath === 8192) {
        sinceBreath = 0;
        await breathe();
        stopIfAborted(options.signal);
      }
    }
  }
  await enter("", root);
  return { ...rows.table(), links, executables, ignored, looked };
}

function throughLink(path: string): FileFacts | undefined {
  const facts = lookThrough(path);
  if (facts !== undefined) return facts;
  if (isDirectory(path)) return undefined;
  throw new DvtError(
    "not-found",
    `'${path}' is a link to '${readLink(path)}', which does not exist`,
    {
      hint: "remove the link or restore what it leads to",
    },
  );
}

function refuseUndecodable(path: string): void {
  if (lookAt(path) === undefined) {
    throw new DvtError("failed", `'${path}' has a name that is not valid UTF-8`, {
      hint: "rename it; DVC's formats can only hold UTF-8 names",
    });
  }
}

/** A table that grows row by row. */
export class Rows {
  count = 0;
  readonly #paths: string[] = [];
  #sizes = new Float64Array(64);
  #mtimes = new Float64Array(64);
  #ctimes = new Float64Array(64);
  #inodes = new Float64Array(64);

  add(path: string, facts: Pick<FileFacts, "size" | "mtime" | "ctime" | "inode">): void {
    const at = this.count++;
    if (at === this.#sizes.length) {
      this.#sizes = grown(this.#sizes);
      this.#mtimes = grown(this.#mtimes);
      this.#ctimes = grown(this.#ctimes);
      this.#inodes = grown(this.#inodes);
    }
    this.#paths.push(path);
    this.#sizes[at] = facts.size;
    this.#mtimes[at] = facts.mtime;
    this.#ctimes[at] = facts.ctime;
    this.#inodes[at] = facts.inode;
  }

  /** Adds a row of another table. */
  copy(table: FileFactsTable, at: number): void {
    this.add(table.paths[at] ?? "", {
      size: table.sizes[at] ?? 0,
      mtime: table.mtimes[at] ?? 0,
      ctime: table.ctimes[at] ?? 0,
      inode: table.inodes[at] ?? 0,
    });
  }

  table(): FileFactsTable {
    return {
      paths: this.#paths,
      sizes: this.#sizes.subarray(0, this.count),
      mtimes: this.#mtimes.subarray(0, this.count),
      ctimes: this.#ctimes.subarray(0, this.count),
      inodes: this.#inodes.subarray(0, this.count),
    };
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** The table of a single file. */
export function singleFileTable(facts: FileFacts): FileFactsTable {
  const rows = new Rows();
  rows.add("", facts);
  return rows.table();
}
