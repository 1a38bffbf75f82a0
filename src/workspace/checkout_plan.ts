/**
 * What has to change in the workspace so that one output is as recorded: compare first, apply
 * later.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { IdColumn } from "../objects/id_column.ts";
import { emptyListing, type Listing, listingOfOne } from "../objects/listing.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { lookThrough } from "../platform/files.ts";
import { compareInWalk } from "../platform/paths.ts";
import { mayBeInMemory } from "../platform/sync.ts";
import { PathFinder } from "./path_finder.ts";
import type { Scan } from "./scan.ts";

/** What an output shall be. */
export type Wanted =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly id: ObjectId; readonly isexec: boolean }
  | { readonly kind: "directory"; readonly id: ObjectId; readonly listing: Listing };

/** One file to write. The path is relative to the output; `""` is the output itself. */
export interface Placement {
  readonly path: string;
  readonly id: ObjectId;
  readonly replaces: boolean;
}

/** The files to write, as positions in what is wanted: there may be a million of them. */
export class Placements implements Iterable<Placement> {
  /** How many of them take the place of an older file. */
  replaced = 0;
  readonly #wanted: Listing;
  readonly #positions: Uint32Array;
  /** 1 for each position of an older file. */
  readonly #replaces: Uint8Array;
  #length = 0;

  constructor(wanted: Listing) {
    this.#wanted = wanted;
    this.#positions = new Uint32Array(wanted.paths.length);
    this.#replaces = new Uint8Array(wanted.paths.length);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds the file at a position of what is wanted. */
  add(position: number, replaces: boolean): void {
    this.#positions[this.#length++] = position;
    if (!replaces) return;
    this.#replaces[position] = 1;
    this.replaced++;
  }

  pathAt(index: number): string {
    return this.#wanted.paths[this.#positions[index] ?? -1] ?? "";
  }

  idAt(index: number): ObjectId {
    return this.#wanted.ids.at(this.#positions[index] ?? -1);
  }

  /** Copies the id of a file to a place in a column. */
  copyId(index: number, to: IdColumn, at: number): void {
    to.copy(at, this.#wanted.ids.words, this.#positions[index] ?? -1);
  }

  *[Symbol.iterator](): Generator<Placement> {
    for (let index = 0; index < this.#length; index++) {
      const replaces = this.#replaces[this.#positions[index] ?? -1] === 1;
      yield { path: this.pathAt(index), id: this.idAt(index), replaces };
    }
  }
}

/** What has to be done. Empty lists mean that everything is as wanted. */
export interface CheckoutPlan {
  readonly place: Placements;
  /** Paths of files that go away, relative to the output. */
  readonly remove: readonly string[];
  /** The output is a file where a folder is wanted, or the reverse. */
  readonly changesKind: boolean;
  /** Files whose present content exists nowhere else and would be lost. */
  readonly unsaved: readonly string[];
  /**
   * Objects, as native paths, that will be the only ones with the content of a file that goes, and
   * that may not have reached the disk yet.
   */
  readonly unsettled: readonly string[];
  /** Files that are as wanted already, as positions in the scan's walk. */
  readonly kept: Uint32Array;
}

/** How a plan is made. */
export interface PlanOptions {
  readonly store: LocalStore;
  /** Write every file anew, though its content is right (`checkout --relink`). */
  readonly relink?: boolean;
}

/** Compares what is with what shall be. */
export function planCheckout(current: Scan, wanted: Wanted, options: PlanOptions): CheckoutPlan {
  const files = filesOf(wanted);
  const present = presentFiles(current);
  const place = new Placements(files);
  const remove: string[] = [];
  const unsaved: string[] = [];
  const kept = new Uint32Array(present.paths.length);
  let keptCount = 0;
  const changesKind = current.kind !== "missing" && wanted.kind !== "absent" &&
    current.kind !== wanted.kind;
  const unsettled = new Set<string>();
  // The name alone does not tell: what was written before the power failed may be cut short.
  const saved = (at: number) => {
    const id = present.ids.at(at);
    if (!options.store.lists(id)) return false;
    const path = options.store.pathOf(id);
    const facts = lookThrough(path);
    if (facts === undefined || facts.size !== present.sizes[at]) return false;
    if (mayBeInMemory(facts)) unsettled.add(path);
    return true;
  };
  const finder = new PathFinder(present.paths, compareInWalk);
  const isWanted = new Uint8Array(present.paths.length);
  for (const [position, path] of files.paths.entries()) {
    const at = changesKind ? -1 : finder.find(path);
    if (at < 0) {
      place.add(position, false);
      continue;
    }
    isWanted[at] = 1;
    const isSame = present.ids.equals(at, files.ids, position);
    if (isSame && options.relink !== true) kept[keptCount++] = at;
    else {
      place.add(position, true);
      if (!saved(at) && !isSame) unsaved.push(path);
    }
  }
  for (const [at, path] of present.paths.entries()) {
    if (isWanted[at] === 1) continue;
    remove.push(path);
    if (!saved(at)) unsaved.push(path);
  }
  if (changesKind && current.kind === "directory") append(unsaved, current.walk.ignored);
  return {
    place,
    remove,
    changesKind,
    unsaved,
    unsettled: [...unsettled],
    kept: kept.subarray(0, keptCount),
  };
}

function filesOf(wanted: Wanted): Listing {
  if (wanted.kind === "directory") return wanted.listing;
  return wanted.kind === "absent" ? emptyListing : listingOfOne("", wanted.id);
}

function presentFiles(scan: Scan): Listing & { readonly sizes: ArrayLike<number> } {
  if (scan.kind === "missing") return { ...emptyListing, sizes: [] };
  if (scan.kind === "file") return { ...listingOfOne("", scan.id), sizes: [scan.size] };
  return { paths: scan.walk.paths, ids: scan.hashes, sizes: scan.walk.sizes };
}
