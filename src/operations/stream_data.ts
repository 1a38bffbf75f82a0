/**
 * Data of a repository as a stream of bytes, which nothing on the disk has to hold.
 *
 * @module
 */
import { corruptObject, LocalStore } from "../objects/local_store.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import { DvtError } from "../platform/error.ts";
import { streamFilePart } from "../platform/file_parts.ts";
import { lookThrough } from "../platform/files.ts";
import { stopIfAborted } from "../platform/pool.ts";
import type { ObjectFile, SnapshotFile } from "../registry/snapshot_files.ts";
import { noData } from "../registry/snapshot_objects.ts";
import type { ByteStream } from "../storage/storage.ts";

/** Bytes from `start` up to, not including, `end`; to the last one where that is absent. */
export interface ByteRange {
  readonly start: number;
  readonly end: number | undefined;
}

/** Takes bytes as they come; a chunk is valid during the call only. */
export type ByteSink = (chunk: Uint8Array) => void;

/**
 * Hands over the bytes of a file, hashed on the way. Throws `corrupt` at the end, when they have
 * gone out, where they are not those that were recorded: whoever reads them has to heed the exit
 * code. Nobody can check a part of a file.
 */
export async function streamFile(
  file: SnapshotFile,
  { sink, range, context }: {
    readonly sink: ByteSink;
    readonly range?: ByteRange | undefined;
    readonly context: Context;
  },
): Promise<void> {
  const { content } = file;
  if (content.kind === "git") {
    const stream = await content.tree.open(content.path);
    if (stream === undefined) {
      throw new DvtError(
        "not-found",
        `'${content.path}' does not exist in '${content.tree.label}'`,
      );
    }
    return await pass(stream, { sink: cut(sink, range), context });
  }
  const stores = await content.owner.project.stores(content.owner.tracked);
  let reason: DvtError | undefined;
  for (const store of stores) {
    const sent = { any: false };
    try {
      if (await streamFrom(store, content, { sink, range, sent, context })) return;
    } catch (error) {
      // Once bytes have gone out, no other place can take over.
      if (sent.any || !(error instanceof DvtError) || error.kind !== "storage") throw error;
      reason ??= error;
    }
  }
  throw reason ?? noData(content.owner, content.id, stores.map((store) => store.label));
}

async function streamFrom(
  store: ObjectStore,
  { id, owner }: ObjectFile,
  { sink, range, sent, context }: {
    sink: ByteSink;
    range: ByteRange | undefined;
    sent: { any: boolean };
    context: Context;
  },
): Promise<boolean> {
  const out: ByteSink = (chunk) => {
    if (chunk.length > 0) sent.any = true;
    sink(chunk);
  };
  if (range !== undefined) {
    const stream = await openPart(store, id, range);
    if (stream === undefined) return false;
    await pass(stream, { sink: out, context });
    return true;
  }
  const stream = await store.open(id);
  if (stream === undefined) return false;
  const hasher = createHasher(owner.tracked.out.hash);
  await pass(stream, {
    sink: (chunk) => {
      hasher.update(chunk);
      out(chunk);
    },
    context,
  });
  if (hasher.digestHex() !== id.slice(0, 32)) throw corruptObject(id, store.label);
  return true;
}

async function openPart(
  store: ObjectStore,
  id: ObjectFile["id"],
  range: ByteRange,
): Promise<ByteStream | undefined> {
  if (store instanceof LocalStore) {
    const path = store.pathOf(id);
    const facts = lookThrough(path);
    if (facts?.kind !== "file") return undefined;
    return streamFilePart(path, range.start, Math.min(range.end ?? facts.size, facts.size));
  }
  const place = store.locate?.(id);
  if (place === undefined) return await store.open(id);
  const { storage, path, part } = place;
  try {
    const { start, end } = range;
    return await storage.read(path, { ...part, start, ...(end === undefined ? {} : { end }) });
  } catch (error) {
    if (error instanceof DvtError && error.kind === "missing-data") return undefined;
    throw error;
  }
}

async function pass(
  stream: ByteStream,
  { sink, context }: { sink: ByteSink; context: Context },
): Promise<void> {
  for await (const chunk of stream) {
    stopIfAborted(context.signal);
    sink(chunk);
  }
}

/** A sink that gets only the bytes of a range of all that come. */
function cut(sink: ByteSink, range: ByteRange | undefined): ByteSink {
  if (range === undefined) return sink;
  const { start, end = Number.POSITIVE_INFINITY } = range;
  let at = 0;
  return (chunk) => {
    const [from, to] = [Math.max(0, start - at), Math.min(chunk.length, end - at)];
    at += chunk.length;
    if (from < to) sink(chunk.subarray(from, to));
  };
}
