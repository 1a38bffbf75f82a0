/**
 * Files of a repository at one revision, wherever their bytes are.
 *
 * @module
 */
import type { Listing } from "../objects/listing.ts";
import type { ObjectId } from "../objects/object_id.ts";
import type { FileTree } from "../platform/file_tree.ts";
import { isStageFileName } from "./collect.ts";
import type { Owner } from "./snapshot_project.ts";

/** A file that Git (or the work tree) holds. */
export interface GitFile {
  readonly kind: "git";
  readonly tree: FileTree;
  /** In the tree. */
  readonly path: string;
  readonly executable: boolean;
}

/** A file that a cache or remote holds. */
export interface ObjectFile {
  readonly kind: "object";
  readonly id: ObjectId;
  readonly owner: Owner;
}

/** A file of a snapshot and its place below what was asked for; `""` for a single file. */
export interface SnapshotFile {
  readonly path: string;
  readonly content: GitFile | ObjectFile;
}

/** Files in a row; those of a listing come into being one by one, as they are asked for. */
export interface SnapshotFiles extends Iterable<SnapshotFile> {
  readonly length: number;
  at(index: number): SnapshotFile | undefined;
}

/** Spells its id only where it is asked for. */
class ListedObject implements ObjectFile {
  readonly kind = "object";
  readonly owner: Owner;
  readonly #listing: Listing;
  readonly #index: number;

  constructor(listing: Listing, index: number, owner: Owner) {
    this.#listing = listing;
    this.#index = index;
    this.owner = owner;
  }

  get id(): ObjectId {
    return this.#listing.ids.at(this.#index);
  }
}

/** The files of a listing. */
export class ListedFiles implements SnapshotFiles {
  readonly listing: Listing;
  readonly owner: Owner;

  constructor(listing: Listing, owner: Owner) {
    this.listing = listing;
    this.owner = owner;
  }

  get length(): number {
    return this.listing.paths.length;
  }

  at(index: number): SnapshotFile | undefined {
    const path = this.listing.paths[index];
    if (path === undefined) return undefined;
    return { path, content: new ListedObject(this.listing, index, this.owner) };
  }

  *[Symbol.iterator](): Generator<SnapshotFile> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as SnapshotFile;
  }
}

/** Files of two kinds in a row. */
export class JoinedFiles implements SnapshotFiles {
  readonly #first: SnapshotFiles;
  readonly #second: SnapshotFiles;

  constructor(first: SnapshotFiles, second: SnapshotFiles) {
    this.#first = first;
    this.#second = second;
  }

  get length(): number {
    return this.#first.length + this.#second.length;
  }

  at(index: number): SnapshotFile | undefined {
    const rest = index - this.#first.length;
    return rest < 0 ? this.#first.at(index) : this.#second.at(rest);
  }

  *[Symbol.iterator](): Generator<SnapshotFile> {
    yield* this.#first;
    yield* this.#second;
  }
}

/** Files that describe data rather than being data are not handed out with a folder. */
export function isData(name: string): boolean {
  return !isStageFileName(name) && name !== ".dvcignore";
}
