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
  const saved = (id: ObjectId) => options.store.lists(id);
  const want = (path: string, id: ObjectId) => {
    const found = changesKind ? undefined : present.get(path);
    if (found?.id === id && options.relink !== true) {
      kept.push(found.at);
      present.delete(path);
      return;
    }
    place.push({ path, id, replaces: found !== undefined });
    if (found !== undefined) {
      if (found.id !== id && !saved(found.id)) unsaved.push(path);
      present.delete(path);
    }
  };
  if (wanted.kind === "file") want("", wanted.id);
  else if (wanted.kind === "directory") {
    const { paths, ids } = wanted.listing;
    paths.forEach((path, i) => want(path, ids[i] as ObjectId));
  }
  for (const [path, { id }] of present) {
    remove.push(path);
    if (!saved(id)) unsaved.push(path);
  }
  if (changesKind && current.kind === "directory") append(unsaved, current.walk.ignored);
  return { place, remove, changesKind, unsaved, kept };
}

function filesOf(scan: Scan): Map<string, { id: ObjectId; at: number }> {
  const files = new Map<string, { id: ObjectId; at: number }>();
  if (scan.kind === "file") files.set("", { id: scan.id, at: 0 });
  if (scan.kind === "directory") {
    scan.walk.paths.forEach((path, at) => files.set(path, { id: scan.hashes[at] as ObjectId, at }));
  }
  return files;
}
