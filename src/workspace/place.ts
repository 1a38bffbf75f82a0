/**
 * Cached objects → files of the workspace, by the first link type that works.
 *
 * @module
 */
import { deliver, type Delivery, type DeliveryFailure, missingObject } from "../objects/deliver.ts";
import { corruptObject, type LocalStore } from "../objects/local_store.ts";
import { hashFiles } from "../platform/digest/bulk.ts";
import { temporaryPathFor } from "../platform/arrivals.ts";
import { DvtError, messageOf } from "../platform/error.ts";
import {
  createFile,
  linkFile,
  lookThrough,
  removeIfThere,
  renameFile,
  sharesBlocks,
  symlinkFile,
} from "../platform/files.ts";
import { parentDirectory } from "../platform/paths.ts";
import type { Progress } from "../platform/reporter.ts";
import { append } from "../platform/append.ts";
import { inShares } from "../platform/shares.ts";

/** How a workspace file may be made from a cached object. */
export type LinkType = "reflink" | "hardlink" | "symlink" | "copy";

/** How a batch is placed. */
export interface PlaceOptions {
  /** Tried in order; decided once per batch, since all targets lie on one file system. */
  readonly types: readonly LinkType[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** See {@linkcode deliver}. */
  readonly unseen?: boolean;
}

/** What became of a batch. */
export interface PlaceResult {
  readonly failed: readonly DeliveryFailure[];
  /** The type that was used; undefined where none of those asked for works here. */
  readonly used: LinkType | undefined;
}

/**
 * Makes workspace files of cached objects. The folders of the targets must exist. The deliveries
 * are gone through more than once.
 */
export async function place(
  deliveries: Iterable<Delivery>,
  store: LocalStore,
  options: PlaceOptions,
): Promise<PlaceResult> {
  const [first] = deliveries;
  if (first === undefined) return { failed: [], used: options.types[0] };
  const used = options.types.find((type) => works(type, store, first));
  if (used === undefined) {
    const error = new DvtError("failed", "no link type of cache.type works here");
    return { failed: [...deliveries].map((delivery) => ({ ...delivery, error })), used };
  }
  if (used === "copy" || used === "reflink") {
    const { failed } = await deliver(deliveries, store, {
      signal: options.signal,
      progress: options.progress,
      share: used === "reflink",
      unseen: options.unseen ?? false,
    });
    return { failed, used };
  }
  const failed: DeliveryFailure[] = [];
  for (const share of inShares(deliveries)) {
    append(failed, await linkAll(share, store, { ...options, type: used }));
  }
  return { failed, used };
}

function works(type: LinkType, store: LocalStore, { id, target }: Delivery): boolean {
  if (type === "copy") return true;
  const source = store.pathOf(id);
  const folder = parentDirectory(target);
  if (type === "reflink") return sharesBlocks(folder) && sameDevice(source, folder);
  const probe = temporaryPathFor(target);
  try {
    if (type === "hardlink") linkFile(source, probe);
    else symlinkFile(source, probe);
    return true;
  } catch {
    return lookThrough(source) === undefined; // a missing object is told of later, by name
  } finally {
    removeIfThere(probe);
  }
}

function sameDevice(a: string, b: string): boolean {
  return lookThrough(a)?.device === lookThrough(b)?.device;
}

async function linkAll(
  deliveries: readonly Delivery[],
  store: LocalStore,
  options: PlaceOptions & { readonly type: "hardlink" | "symlink" },
): Promise<DeliveryFailure[]> {
  const failed: DeliveryFailure[] = [];
  const present: Delivery[] = [];
  const paths: string[] = [];
  const sizes: number[] = [];
  for (const delivery of deliveries) {
    const facts = lookThrough(store.pathOf(delivery.id));
    if (facts === undefined) {
      failed.push({ ...delivery, error: missingObject(delivery.id, store) });
      continue;
    }
    present.push(delivery);
    paths.push(store.pathOf(delivery.id));
    sizes.push(facts.size);
  }
  await hashFiles(paths, sizes, {
    done(at, digest, _bytes, size) {
      const delivery = present[at];
      if (delivery === undefined) return;
      try {
        if (digest !== delivery.id.slice(0, 32)) {
          throw corruptObject(delivery.id, store.label, store.setAside(delivery.id));
        }
        linkOne(delivery.target, store.pathOf(delivery.id), { type: options.type, size });
      } catch (error) {
        failed.push({ ...delivery, error: asDvtError(error, delivery.target) });
      }
      options.progress.advance(1, size);
    },
    failed(at, error) {
      const delivery = present[at];
      if (delivery === undefined) return;
      failed.push({ ...delivery, error: asDvtError(error, delivery.target) });
    },
  }, { hash: store.hash, keepBytes: false, signal: options.signal });
  return failed;
}

function asDvtError(error: unknown, target: string): DvtError {
  if (error instanceof DvtError) return error;
  return new DvtError("storage", `cannot link '${target}': ${messageOf(error)}`, { cause: error });
}

function linkOne(
  target: string,
  source: string,
  { type, size }: { type: "hardlink" | "symlink"; size: number },
): void {
  const temporary = temporaryPathFor(target);
  try {
    // As DVC: all empty files would share one inode and soon exceed the limit of links.
    if (type === "hardlink" && size === 0) createFile(temporary, new Uint8Array());
    else if (type === "hardlink") linkFile(source, temporary);
    else symlinkFile(source, temporary);
    renameFile(temporary, target);
  } finally {
    // Renaming one name of a file onto another name of the same file does nothing at all.
    removeIfThere(temporary);
  }
}
