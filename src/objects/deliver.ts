/**
 * The only loop that moves objects into files: from a store to paths, every byte hashed on the
 * way, arriving by rename.
 *
 * @module
 */
import { temporaryPathFor } from "../platform/arrivals.ts";
import { hashFiles, HELD_SIZE } from "../platform/digest/bulk.ts";
import { type Follower, followFile } from "../platform/digest/follow.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import { DvtError, messageOf } from "../platform/error.ts";
import {
  changeMode,
  copyFile,
  createFile,
  createWriter,
  defaultMode,
  isNotFound,
  lookThrough,
  makeDirectory,
  removeIfThere,
  renameFile,
  temporaryName,
} from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Progress } from "../platform/reporter.ts";
import { inShares } from "../platform/shares.ts";
import { isDiskFull, systemFault } from "../platform/system_fault.ts";
import { readInto } from "../storage/bulk.ts";
import { hashFile } from "./hash_file.ts";
import { corruptObject, LocalStore } from "./local_store.ts";
import type { ObjectId } from "./object_id.ts";
import type { ObjectStore } from "./object_store.ts";

/** One object and the native path at which it shall arrive. The folder of the path must exist. */
export interface Delivery {
  readonly id: ObjectId;
  readonly target: string;
}

/** A delivery that did not happen. Nothing lies at its target that was not there before. */
export interface DeliveryFailure extends Delivery {
  readonly error: DvtError;
}

/** What became of a batch. A batch goes on after a failure. */
export interface DeliveryResult {
  readonly done: number;
  readonly bytes: number;
  readonly failed: readonly DeliveryFailure[];
}

/** How a batch is delivered. */
export interface DeliveryOptions {
  /** Permission bits of the files; the process's default where absent. */
  readonly mode?: number;
  readonly jobs?: number;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
  /**
   * Where files are written before they get their names: on the targets' file system. Without it,
   * where new files of each target's place belong.
   */
  readonly temporaryFolder?: string;
  /**
   * The targets' folder is nobody's yet: it gets its name when all of it is complete. Files need
   * no other name before their own then, which saves renaming each.
   */
  readonly unseen?: boolean;
  /** Copy by the system's call, which shares blocks where the file system can. */
  readonly share?: boolean;
  /** Called right after a file arrived. */
  readonly arrived?: (delivery: Delivery, size: number) => void;
  /** Where bytes that turned out wrong are kept for a look. Without it they are dropped. */
  readonly quarantine?: string;
}

/** Brings objects out of a store to paths. Objects the store lacks fail with `missing-data`. */
export function deliver(
  deliveries: Iterable<Delivery>,
  store: ObjectStore,
  options: DeliveryOptions,
): Promise<DeliveryResult> {
  return store instanceof LocalStore
    ? deliverFromDisk(deliveries, store, options)
    : deliverFromRemote(deliveries, store, options);
}

class Tally implements DeliveryResult {
  done = 0;
  bytes = 0;
  readonly failed: DeliveryFailure[] = [];
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  succeed(delivery: Delivery, size: number): void {
    this.done++;
    this.bytes += size;
    this.#options.arrived?.(delivery, size);
    this.#options.progress?.advance(1, size);
  }

  fail(delivery: Delivery, error: unknown): void {
    if (error instanceof DvtError && error.kind === "interrupted") throw error;
    const known = error instanceof DvtError ? error : cannotWrite(delivery.target, error);
    // The next million files would not fit either.
    if (isDiskFull(error)) throw known;
    this.failed.push({ ...delivery, error: known });
    this.#options.progress?.advance(1);
  }
}

function cannotWrite(target: string, error: unknown): DvtError {
  const hint = systemFault(error)?.hint;
  return new DvtError("storage", `cannot write '${target}': ${messageOf(error)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error for an object that a store does not have. */
export function missingObject(id: ObjectId, store: ObjectStore): DvtError {
  return new DvtError("missing-data", `object ${id} is not in '${store.label}'`);
}

// ---- from a local disk: synchronous, in batches ---------------------------

async function deliverFromDisk(
  deliveries: Iterable<Delivery>,
  store: LocalStore,
  options: DeliveryOptions,
): Promise<DeliveryResult> {
  const tally = new Tally(options);
  for (const share of inShares(deliveries)) await deliverShare(share, store, { tally, options });
  return tally;
}

async function deliverShare(
  deliveries: readonly Delivery[],
  store: LocalStore,
  { tally, options }: { tally: Tally; options: DeliveryOptions },
): Promise<void> {
  const small: Delivery[] = [];
  const paths: string[] = [];
  const sizes: number[] = [];
  const large: Delivery[] = [];
  for (const delivery of deliveries) {
    const path = store.pathOf(delivery.id);
    const facts = lookThrough(path);
    if (facts === undefined) {
      tally.fail(delivery, missingObject(delivery.id, store));
    } else if (facts.size > HELD_SIZE || options.share === true) {
      large.push(delivery);
    } else {
      small.push(delivery);
      paths.push(path);
      sizes.push(facts.size);
    }
  }
  await hashFiles(paths, sizes, {
    done(index, digest, bytes, size) {
      const delivery = small[index];
      if (delivery === undefined) return;
      // An object that grew while it was read is as wrong as one with another hash.
      if (bytes === undefined || digest !== delivery.id.slice(0, 32)) {
        tally.fail(delivery, corruptObject(delivery.id, store.label, store.setAside(delivery.id)));
        return;
      }
      try {
        writeInPlace(delivery.target, bytes, options);
        tally.succeed(delivery, size);
      } catch (error) {
        tally.fail(delivery, error);
      }
    },
    failed(index, error) {
      const delivery = small[index];
      if (delivery === undefined) return;
      tally.fail(delivery, isNotFound(error) ? missingObject(delivery.id, store) : error);
    },
  }, { hash: store.hash, keepBytes: true, signal: options.signal });
  for (let start = 0; start < large.length; start += groupSize) {
    await copyGroup(large.slice(start, start + groupSize), { store, tally, options });
  }
}

/** So many large files are hashed side by side. */
const groupSize = 24;

async function copyGroup(
  group: readonly Delivery[],
  { store, tally, options }: { store: LocalStore; tally: Tally; options: DeliveryOptions },
): Promise<void> {
  stopIfAborted(options.signal);
  const copies: string[] = [];
  const copied: Delivery[] = [];
  const sizes: number[] = [];
  try {
    for (const delivery of group) {
      const copy = temporaryFor(delivery.target, options);
      try {
        copies.push(copy);
        copyFile(store.pathOf(delivery.id), copy);
        changeMode(copy, options.mode ?? defaultMode());
        copied.push(delivery);
        sizes.push(lookThrough(copy)?.size ?? 0);
      } catch (error) {
        copies.pop();
        removeIfThere(copy);
        tally.fail(delivery, error);
      }
    }
    await hashFiles(copies, sizes, {
      done(index, digest, _bytes, size) {
        const delivery = copied[index];
        const copy = copies[index];
        if (delivery === undefined || copy === undefined) return;
        if (digest !== delivery.id.slice(0, 32)) {
          tally.fail(
            delivery,
            corruptObject(delivery.id, store.label, store.setAside(delivery.id)),
          );
          return;
        }
        try {
          renameFile(copy, delivery.target);
          tally.succeed(delivery, size);
        } catch (error) {
          tally.fail(delivery, error);
        }
      },
      failed(index, error) {
        const delivery = copied[index];
        if (delivery !== undefined) tally.fail(delivery, error);
      },
    }, { hash: store.hash, keepBytes: false, signal: options.signal });
  } finally {
    for (const copy of copies) removeIfThere(copy);
  }
}

function temporaryFor(
  target: string,
  { temporaryFolder }: Pick<DeliveryOptions, "temporaryFolder">,
): string {
  return temporaryFolder === undefined
    ? temporaryPathFor(target)
    : `${temporaryFolder}/${temporaryName()}`;
}

function writeInPlace(
  target: string,
  bytes: Uint8Array,
  options: Pick<DeliveryOptions, "mode" | "temporaryFolder" | "unseen">,
): void {
  const written = options.unseen === true ? target : temporaryFor(target, options);
  try {
    createFile(written, bytes, options.mode);
    if (written !== target) renameFile(written, target);
  } catch (error) {
    removeIfThere(written);
    throw error;
  }
}

// ---- from a remote: many requests in flight -------------------------------

async function deliverFromRemote(
  deliveries: Iterable<Delivery>,
  store: ObjectStore,
  options: DeliveryOptions,
): Promise<DeliveryResult> {
  const tally = new Tally(options);
  const welcome = store.concurrency ?? 8;
  await eachAtOnce(deliveries, async (delivery) => {
    try {
      tally.succeed(delivery, await receive(delivery, store, options));
    } catch (error) {
      tally.fail(delivery, error);
    }
  }, { limit: Math.min(options.jobs ?? welcome, maximumJobs), signal: options.signal });
  return tally;
}

/** More requests than this bring nothing and cost open files. */
const maximumJobs = 64;

/** From so many bytes on, another processor does the hashing. */
const worthFollowing = 64 << 20;

async function receive(
  delivery: Delivery,
  store: ObjectStore,
  options: DeliveryOptions,
): Promise<number> {
  const temporary = temporaryFor(delivery.target, options);
  const hasher = createHasher(store.hash);
  let follower: Follower | undefined;
  let isFollowed = false;
  let size = 0;
  try {
    const writer = createWriter(temporary, options.mode);
    try {
      await receiveInto(delivery.id, store, (chunk) => {
        stopIfAborted(options.signal);
        writer.write(chunk);
        size += chunk.length;
        if (follower === undefined) hasher.update(chunk);
        else follower.grew(size);
        if (size < worthFollowing || isFollowed) return;
        isFollowed = true;
        follower = followFile(temporary, store.hash);
      });
    } finally {
      writer.close();
    }
    const digest = follower === undefined
      ? hasher.digestHex()
      : await followed(follower, { temporary, size, store });
    if (digest !== delivery.id.slice(0, 32)) {
      throw corruptObject(delivery.id, store.label, keepForALook(temporary, delivery, options));
    }
    renameFile(temporary, delivery.target);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  } finally {
    follower?.[Symbol.dispose]();
  }
  return size;
}

/** What the other processor found; where it did not get there, the file is hashed here. */
async function followed(
  follower: Follower,
  { temporary, size, store }: { temporary: string; size: number; store: ObjectStore },
): Promise<string> {
  try {
    return await follower.digestHex(size);
  } catch {
    return (await hashFile(temporary, store.hash)).id;
  }
}

async function receiveInto(
  id: ObjectId,
  store: ObjectStore,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const place = store.locate?.(id);
  if (place !== undefined) {
    try {
      await readInto(place.storage, place.path, onChunk, place.part);
    } catch (error) {
      const absent = error instanceof DvtError && error.kind === "missing-data";
      throw absent ? missingObject(id, store) : error;
    }
    return;
  }
  const stream = await store.open(id);
  if (stream === undefined) throw missingObject(id, store);
  for await (const chunk of stream) onChunk(chunk);
}

function keepForALook(
  temporary: string,
  { id }: Delivery,
  { quarantine }: DeliveryOptions,
): string | undefined {
  if (quarantine === undefined) return undefined;
  const kept = `${quarantine}/${id}`;
  try {
    makeDirectory(quarantine);
    renameFile(temporary, kept);
    return kept;
  } catch {
    return undefined; // another file system: the bytes are dropped with the temporary file
  }
}
