/**
 * Data at an address → a remote, without a copy in the cache or the workspace.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { type ObjectStore, RemoteStore } from "../objects/object_store.ts";
import { copyAndHash } from "../platform/digest/bulk.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import { DvtError } from "../platform/error.ts";
import { removeIfThere, temporaryName } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { Project } from "../registry/project.ts";
import type { UrlPlace } from "../registry/url_place.ts";
import type { Out } from "../stages/stage_file.ts";
import { readInto, sendFile } from "../storage/bulk.ts";
import type { ByteStream, StoredFile } from "../storage/storage.ts";
import { unversioned } from "./needs.ts";
import { isScan, receiveFile, refuseUnsafeNames } from "./url_data.ts";
import type { SourceState } from "./url_source.ts";

/** What is sent. */
export interface ToRemoteRequest {
  readonly place: UrlPlace;
  readonly content: SourceState["content"];
  /** The default one where absent. */
  readonly remote: string | undefined;
  /** For messages. */
  readonly verb: string;
  readonly jobs: number | undefined;
  /** Larger files do not pass through this machine's disk; they are read twice instead. */
  readonly largestOnDisk?: number;
}

/** What was sent. */
export interface SentData {
  readonly facts: Pick<Out, "md5" | "size" | "nfiles">;
  /** Objects that the remote did not have. */
  readonly moved: number;
  readonly bytes: number;
}

/** Sends data to a remote: files first, the listing last. Throws where a file could not be sent. */
export async function sendToRemote(
  project: Project,
  { place, content, remote, verb, jobs, largestOnDisk = 1 << 30 }: ToRemoteRequest,
): Promise<SentData> {
  const { context } = project;
  const config = project.remoteConfig(remote, verb);
  unversioned(config, verb);
  const store = await project.remote(config, "md5");
  const files = filesOf(content);
  const isFolder = content.kind === "directory";
  if (isFolder) refuseUnsafeNames(files, place.label);
  const ids: (ObjectId | undefined)[] = new Array(files.length).fill(undefined);
  const limit = jobs ?? config.jobs ?? place.storage.concurrency;
  let moved = 0;
  let bytes = 0;
  let size = 0;
  using progress = context.reporter.progress("Transferring", { files: files.length });
  await eachAtOnce(files.keys(), async (i) => {
    const file = files[i];
    if (file === undefined) return;
    const sent = await sendOne(place, file, { store, project, largestOnDisk });
    ids[i] = sent.id;
    size += sent.size;
    if (sent.fresh) moved++;
    if (sent.fresh) bytes += sent.size;
    progress.advance(1, sent.size);
  }, { limit, signal: context.signal });
  const [only] = ids;
  if (!isFolder && only !== undefined) return { facts: { md5: only, size }, moved, bytes };
  const listing = makeListing(files.map(({ path }) => path), ids as ObjectId[]);
  const id = `${hashBlocks(listingBlocks(listing))}.dir` as ObjectId;
  if ((await store.missing([id])).size > 0) {
    if (store instanceof LocalStore) store.insertBlocks(id, listingBlocks(listing));
    else await writable(store).write(pathIn(store, id), joined(listingBlocks(listing)));
    moved++;
  }
  return { facts: { md5: id, size, nfiles: files.length }, moved, bytes };
}

interface SourceFile extends StoredFile {
  /** Known of files of this machine. */
  readonly id?: ObjectId;
}

function filesOf(content: SourceState["content"]): readonly SourceFile[] {
  if (!isScan(content)) return content.kind === "file" ? [content.file] : content.files;
  if (content.kind === "file") return [{ path: "", size: content.size, id: content.id }];
  return content.walk.paths.map((path, i) => ({
    path,
    size: content.walk.sizes[i] ?? 0,
    id: content.hashes.at(i),
  }));
}

interface Sent {
  readonly id: ObjectId;
  readonly size: number;
  readonly fresh: boolean;
}

async function sendOne(
  place: UrlPlace,
  file: SourceFile,
  { store, project, largestOnDisk }: {
    store: ObjectStore;
    project: Project;
    largestOnDisk: number;
  },
): Promise<Sent> {
  if (file.id !== undefined && (await store.missing([file.id])).size === 0) {
    return { id: file.id, size: file.size ?? 0, fresh: false };
  }
  if (store instanceof LocalStore) {
    return await withTemporary(store.temporaryFile(), async (temporary) => {
      const { id, size } = await fetchTo(place, file, { target: temporary, project });
      const fresh = !await store.has(id);
      if (fresh) store.adopt(temporary, id);
      return { id, size, fresh };
    });
  }
  if (file.size === undefined || file.size <= largestOnDisk) {
    const path = `${project.temporaryFolder}/${temporaryName()}`;
    return await withTemporary(path, async (temporary) => {
      const { id, size } = await fetchTo(place, file, { target: temporary, project });
      const fresh = (await store.missing([id])).size > 0;
      if (fresh) await sendFile(writable(store), pathIn(store, id), { localPath: temporary, size });
      return { id, size, fresh };
    });
  }
  return await sendTwice(place, file, store);
}

async function withTemporary<T>(path: string, work: (path: string) => Promise<T>): Promise<T> {
  try {
    return await work(path);
  } finally {
    removeIfThere(path);
  }
}

/** A copy of a source's file, hashed on the way. */
async function fetchTo(
  place: UrlPlace,
  file: SourceFile,
  { target, project }: { target: string; project: Project },
): Promise<{ id: ObjectId; size: number }> {
  if (place.path === undefined) {
    return await receiveFile(place, file, { target, signal: project.context.signal });
  }
  const source = nativeBelow(place.path, file.path);
  const { digest, size } = await copyAndHash(source, target, { hash: "md5" });
  if (file.id !== undefined && digest !== file.id) {
    throw new DvtError("storage", `'${source}' changed while it was sent`, {
      hint: "run the command again",
    });
  }
  return { id: digest as ObjectId, size };
}

/** The first reading tells the name under which the second one is sent, and must agree with it. */
async function sendTwice(place: UrlPlace, file: SourceFile, store: ObjectStore): Promise<Sent> {
  const { storage } = place;
  const { path, etag, versionId = place.versionId } = file;
  const part = {
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
  };
  const hasher = createHasher("md5", file.size);
  const size = await readInto(storage, path, (chunk) => hasher.update(chunk), part);
  const id = hasher.digestHex() as ObjectId;
  if ((await store.missing([id])).size === 0) return { id, size, fresh: false };
  const content = checked(await storage.read(path, part), { id, label: storage.url(path) });
  await writable(store).write(pathIn(store, id), content, size);
  return { id, size, fresh: true };
}

function checked(content: ByteStream, { id, label }: { id: ObjectId; label: string }): ByteStream {
  const hasher = createHasher("md5");
  return content.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        hasher.update(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        if (hasher.digestHex() === id) return;
        throw new DvtError("storage", `'${label}' changed while it was read`, {
          hint: "run the command again",
        });
      },
    }),
  );
}

function writable(store: ObjectStore): RemoteStore["storage"] {
  if (store instanceof RemoteStore) return store.storage;
  throw new DvtError("storage", `'${store.label}' cannot be written to`);
}

function pathIn(store: ObjectStore, id: ObjectId): string {
  return store instanceof RemoteStore ? store.pathOf(id) : id;
}

function joined(blocks: Iterable<Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer> {
  const all = [...blocks];
  const bytes = new Uint8Array(all.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of all) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}
