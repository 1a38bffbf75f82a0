/**
 * Objects from store to store. Everything that fetch, push, pull, import and update move passes
 * through here.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import { DvtError, messageOf } from "../platform/error.ts";
import {
  lookThrough,
  readFileIfThere,
  removeIfThere,
  removeTemporaries,
  staleAge,
  temporaryName,
} from "../platform/files.ts";
import { collectGarbage } from "../platform/garbage.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { Progress } from "../platform/reporter.ts";
import { sendFile } from "../storage/bulk.ts";
import { hashFile } from "./hash_file.ts";
import type { Storage, WrittenFile } from "../storage/storage.ts";
import { deliver, type DeliveryFailure, missingObject } from "./deliver.ts";
import { corruptObject, LocalStore, objectMode } from "./local_store.ts";
import { isDirectoryId, type ObjectId } from "./object_id.ts";
import { type ObjectStore, RemoteStore } from "./object_store.ts";

/** How a transfer runs. */
export interface TransferOptions {
  readonly jobs?: number;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
  readonly quarantine?: string;
}

/** What a transfer did. */
export interface TransferResult {
  /** Objects that arrived. */
  readonly moved: number;
  readonly bytes: number;
  readonly failed: readonly Pick<DeliveryFailure, "id" | "error">[];
}

/** Copies objects into a local store; those that it has are the caller's to leave out. */
export async function download(
  ids: Iterable<ObjectId>,
  { from, to }: { from: ObjectStore; to: LocalStore },
  options: TransferOptions,
): Promise<TransferResult> {
  let moved = 0;
  function* deliveries() {
    for (const id of ids) yield { id, target: to.targetFor(id) };
  }
  const { bytes, failed } = await deliver(deliveries(), from, {
    ...options,
    mode: objectMode,
    temporaryFolder: to.temporaryFolder(),
    arrived({ id }) {
      to.noteArrival(id);
      moved++;
    },
  });
  collectGarbage(moved);
  return { moved, bytes, failed };
}

/** Copies objects of a local store to any store, in the order given, many at once. */
export async function upload(
  ids: Iterable<ObjectId>,
  { from, to }: { from: LocalStore; to: ObjectStore },
  options: TransferOptions,
): Promise<TransferResult> {
  if (to instanceof LocalStore) {
    removeTemporaries(to.root, { olderThan: staleAge });
    return download(ids, { from, to }, options);
  }
  return await sendAll(ids, to, options, (id, place) => sendObject(id, from, place));
}

/**
 * Copies objects from any store to any other, checked on the way. What goes from one remote to
 * another rests in a temporary file in between.
 */
export async function carry(
  ids: readonly ObjectId[],
  { from, to, temporaryFolder }: {
    from: ObjectStore;
    to: ObjectStore;
    temporaryFolder: string;
  },
  options: TransferOptions,
): Promise<TransferResult> {
  if (to instanceof LocalStore) return await download(ids, { from, to }, options);
  if (from instanceof LocalStore) return await upload(ids, { from, to }, options);
  const { progress: _, ...quiet } = options;
  return await sendAll(ids, to, options, async (id, { storage, path }) => {
    const target = `${temporaryFolder}/${temporaryName()}`;
    try {
      const { bytes: size, failed } = await deliver([{ id, target }], from, quiet);
      for (const { error } of failed) throw error;
      await sendFile(storage, path, { localPath: target, size });
      return { size };
    } finally {
      removeIfThere(target);
    }
  });
}

/** Sends objects to a remote, many at once, and goes on after a failure. */
async function sendAll(
  ids: Iterable<ObjectId>,
  to: ObjectStore,
  options: TransferOptions,
  send: (id: ObjectId, place: { storage: Storage; path: string }) => Promise<{ size: number }>,
): Promise<TransferResult> {
  if (!(to instanceof RemoteStore)) {
    throw new DvtError("storage", `'${to.label}' cannot be written to`);
  }
  const { storage } = to;
  let moved = 0;
  const failed: { id: ObjectId; error: DvtError }[] = [];
  let bytes = 0;
  await eachAtOnce(ids, async (id) => {
    try {
      const { size } = await send(id, { storage, path: to.pathOf(id) });
      moved++;
      bytes += size;
      options.progress?.advance(1, size);
    } catch (error) {
      if (error instanceof DvtError && error.kind === "interrupted") throw error;
      const known = error instanceof DvtError
        ? error
        : new DvtError("storage", `cannot write to '${to.label}': ${messageOf(error)}`, {
          cause: error,
        });
      failed.push({ id, error: known });
    }
  }, { limit: options.jobs ?? storage.concurrency, signal: options.signal });
  await storage.leftovers?.clear();
  return { moved, bytes, failed };
}

const smallObject = 8 << 20;

/** What became of an object that was sent. */
export interface SentObject {
  /** In bytes. */
  readonly size: number;
  /** What the storage said of it. */
  readonly written: WrittenFile;
}

/** Writes one object of a local store to a path of a storage; bytes that are wrong stay here. */
export async function sendObject(
  id: ObjectId,
  from: LocalStore,
  { storage, path }: { storage: Storage; path: string },
): Promise<SentObject> {
  const localPath = from.pathOf(id);
  const size = lookThrough(localPath)?.size;
  if (size === undefined) throw missingObject(id, from);
  if (size <= smallObject && from.hash === "md5") {
    const bytes = readFileIfThere(localPath);
    if (bytes === undefined) throw missingObject(id, from);
    if (md5Hex(bytes) !== id.slice(0, 32)) throw corruptObject(id, from.label, from.setAside(id));
    return { size, written: await storage.write(path, bytes, size) ?? {} };
  }
  // Hashed ahead: a body that is under way cannot be taken back.
  const { id: found } = await hashFile(localPath, from.hash);
  if (found !== id.slice(0, 32)) throw corruptObject(id, from.label, from.setAside(id));
  return { size, written: await sendFile(storage, path, { localPath, size }) ?? {} };
}

/** The ids with every listing behind all of the others, so that a listing never stands alone. */
export function listingsLast(ids: Iterable<ObjectId>): [files: ObjectId[], listings: ObjectId[]] {
  const files: ObjectId[] = [];
  const listings: ObjectId[] = [];
  for (const id of ids) (isDirectoryId(id) ? listings : files).push(id);
  return [files, listings];
}
