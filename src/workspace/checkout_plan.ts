/**
 * What has to change in the workspace so that one output is as recorded: compare first, apply
 * later.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Listing } from "../objects/listing.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { lookThrough } from "../platform/files.ts";
import { mayBeInMemory } from "../platform/sync.ts";
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

/** What has to be done. Empty lists mean that everything is as wanted. */
export interface CheckoutPlan {
  readonly place: readonly Placement[];
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
  /** Files that are as wanted already: path to position in the scan's walk. */
  readonly kept: readonly number[];
}

/** How a plan is made. */
export interface PlanOptions {
  readonly store: LocalStore;
  /** Write every file anew, though its content is right (`checkout --relink`). */
  readonly relink?: boolean;
}

/** Compares what is with what shall be. */
export function planCheckout(current: Scan, wanted: Wanted, options: PlanOptions): CheckoutPlan {
  const present = filesOf(current);
  const place: Placement[] = [];
  const remove: string[] = [];
  const unsaved: string[] = [];
  const kept: number[] = [];
  const changesKind = current.kind !== "missing" && wanted.kind !== "absent" &&
    current.kind !== wanted.kind;
  const unsettled = new Set<string>();
  // The name alone does not tell: what was written before the power failed may be cut short.
  const saved = ({ id, size }: PresentFile) => {
    if (!options.store.lists(id)) return false;
    const path = options.store.pathOf(id);
    const facts = lookThrough(path);
    if (facts?.size !== size) return false;
    if (mayBeInMemory(facts)) unsettled.add(path);
    return true;
  };
  const want = (path: string, id: ObjectId) => {
    const found = changesKind ? undefined : present.get(path);
    if (found?.id === id && options.relink !== true) {
      kept.push(found.at);
      present.delete(path);
      return;
    }
    place.push({ path, id, replaces: found !== undefined });
    if (found !== undefined) {
      if (!saved(found) && found.id !== id) unsaved.push(path);
      present.delete(path);
    }
  };
  if (wanted.kind === "file") want("", wanted.id);
  else if (wanted.kind === "directory") {
    const { paths, ids } = wanted.listing;
    paths.forEach((path, i) => want(path, ids.at(i)));
  }
  for (const [path, file] of present) {
    remove.push(path);
    if (!saved(file)) unsaved.push(path);
  }
  if (changesKind && current.kind === "directory") append(unsaved, current.walk.ignored);
  return { place, remove, changesKind, unsaved, unsettled: [...unsettled], kept };
}

interface PresentFile {
  readonly id: ObjectId;
  readonly size: number;
  /** Its position in the scan's walk. */
  readonly at: number;
}

function filesOf(scan: Scan): Map<string, PresentFile> {
  const files = new Map<string, PresentFile>();
  if (scan.kind === "file") files.set("", { id: scan.id, size: scan.size, at: 0 });
  if (scan.kind === "directory") {
    scan.walk.paths.forEach((path, at) => {
      files.set(path, { id: scan.hashes.at(at), size: scan.walk.sizes[at] ?? 0, at });
    });
  }
  return files;
}
