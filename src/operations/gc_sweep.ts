/**
 * Removing what nobody needs from a cache or a remote: listings before the files that they name, so
 * that what is left after an interruption is complete or known to be incomplete.
 *
 * @module
 */
import { LocalStore, type Resident } from "../objects/local_store.ts";
import { type ObjectStore, RemoteStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import {
  lookAt,
  makeDirectory,
  removeIfThere,
  removeTemporaries,
  removeTree,
  renameFile,
  staleAge,
} from "../platform/files.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";

/** How a store is swept. */
export interface SweepOptions {
  /** Hashes of objects that stay. */
  readonly keep: ReadonlySet<string>;
  /** Only tell what would go. */
  readonly dry: boolean;
  /** Things younger than so many milliseconds stay. */
  readonly grace: number;
  /** Where things go instead of being removed: an absolute folder, for stores on a disk. */
  readonly trash?: string | undefined;
  readonly context: Context;
}

/** What went, or would go. */
export interface Swept {
  readonly removed: number;
  /** The size of what went, or would go. */
  readonly bytes: number;
}

/** Removes what is not kept. */
export async function sweep(store: ObjectStore, options: SweepOptions): Promise<Swept> {
  if (store instanceof LocalStore) return sweepDisk(store, options);
  if (store instanceof RemoteStore) return await sweepStorage(store, options);
  return { removed: 0, bytes: 0 };
}

function sweepDisk(store: LocalStore, options: SweepOptions): Swept {
  const { dry, grace, keep, trash, context } = options;
  const now = Date.now();
  const isYoung = (path: string, age: number) => now - (lookAt(path)?.mtime ?? 0) < age;
  const doomed: Resident[] = [];
  const stale: Resident[] = [];
  const unpacked: Resident[] = [];
  for (const one of store.residents()) {
    if (one.isTemporary) {
      if (!isYoung(one.path, staleAge)) stale.push(one);
    } else if (one.isDirectory) {
      const owner = /^(.+)\.unpacked$/.exec(one.name)?.[1];
      if (owner !== undefined && !keep.has(owner)) unpacked.push(one);
    } else if (!keep.has(one.name) && (grace <= 0 || !isYoung(one.path, grace))) doomed.push(one);
  }
  const isListing = (one: Resident) => one.name.endsWith(".dir");
  const inOrder = [...doomed.filter(isListing), ...doomed.filter((one) => !isListing(one))];
  let bytes = 0;
  if (dry) {
    for (const { path } of inOrder) {
      bytes += lookAt(path)?.size ?? 0;
      context.reporter.say(`Removing ${path}`);
    }
    return { removed: inOrder.length, bytes };
  }
  for (const { path } of unpacked) removeTree(path);
  for (const one of inOrder) {
    stopIfAborted(context.signal);
    bytes += lookAt(one.path)?.size ?? 0;
    if (trash === undefined) removeIfThere(one.path);
    else {
      const place = nativeBelow(trash, `${store.hash}/${one.place}`);
      makeDirectory(parentDirectory(place));
      renameFile(one.path, place);
    }
  }
  for (const one of stale) removeIfThere(one.path);
  removeTemporaries(store.root, { olderThan: staleAge });
  return { removed: inOrder.length, bytes };
}

async function sweepStorage(store: RemoteStore, options: SweepOptions): Promise<Swept> {
  const { keep, dry, grace, context } = options;
  const { storage } = store;
  const prefix = store.hash === "md5" ? "files/md5/" : "";
  const listings: string[] = [];
  const files: string[] = [];
  let bytes = 0;
  for await (const file of storage.list(prefix)) {
    const name = /^([^/]{2})\/([^/]+)$/.exec(file.path.slice(prefix.length));
    if (name === null || keep.has(`${name[1]}${name[2]}`)) continue;
    const age = Date.now() - Date.parse(file.lastModified ?? "");
    if (grace > 0 && !(age >= grace)) continue; // also where the age is not known
    bytes += file.size ?? 0;
    (file.path.endsWith(".dir") ? listings : files).push(file.path);
  }
  if (dry) {
    for (const path of [...listings, ...files]) {
      context.reporter.say(`Removing ${storage.url(path)}`);
    }
  } else {
    const limits = { limit: storage.concurrency, signal: context.signal };
    for (const group of [listings, files]) {
      await eachAtOnce(group, (path) => storage.remove(path), limits);
    }
    await storage.leftovers?.clear();
  }
  return { removed: listings.length + files.length, bytes };
}
