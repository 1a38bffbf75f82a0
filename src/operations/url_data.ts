/**
 * Data at an address → objects in our cache, and what a stage file records of it.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { isSafeRelpath, type Listing, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { LocalStore } from "../objects/local_store.ts";
import { isObjectId, type ObjectId } from "../objects/object_id.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import { DvtError } from "../platform/error.ts";
import { createWriter, lookThrough, removeIfThere } from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Project } from "../registry/project.ts";
import type { UrlFound, UrlPlace } from "../registry/url_place.ts";
import { readInto } from "../storage/bulk.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { Scan } from "../workspace/scan.ts";
import type { ImportedData } from "./import_data.ts";
import { lookAtSource, type SourceState } from "./url_source.ts";

/** Refuses names that would leave their folder; a server's names are somebody else's. */
export function refuseUnsafeNames(files: readonly StoredFile[], label: string): void {
  for (const { path } of files) {
    if (isSafeRelpath(path)) continue;
    throw new DvtError("corrupt", `'${label}' holds the path '${path}', which is refused`, {
      hint: "it would be written outside of its folder, or into the insides of Git or DVC",
    });
  }
}

/** Brings a source's data, as it was seen, into the cache. */
export async function importUrlData(
  project: Project,
  { place, content, outPath, jobs }: {
    readonly place: UrlPlace;
    readonly content: SourceState["content"];
    /** Of the output in the project. */
    readonly outPath: string;
    readonly jobs: number | undefined;
  },
): Promise<ImportedData> {
  if (isScan(content)) return await storeScanned(project, { place, content, outPath });
  const files = content.kind === "file" ? [content.file] : content.files;
  if (content.kind === "directory") refuseUnsafeNames(files, place.label);
  const { ids, moved, bytes } = await download(project, { place, files, jobs });
  const cache = project.cache("md5");
  let size = 0;
  for (const id of ids) size += lookThrough(cache.pathOf(id))?.size ?? 0;
  const [only] = ids;
  if (content.kind === "file" && only !== undefined) {
    const wanted = { kind: "file", id: only, isexec: false } as const;
    return { facts: { md5: only, size }, id: only, wanted, moved, bytes };
  }
  const listing = makeListing(files.map(({ path }) => path), ids);
  const id = await storeListing(listing, cache);
  return {
    facts: { md5: id, size, nfiles: files.length },
    id,
    wanted: { kind: "directory", id, listing },
    moved,
    bytes,
  };
}

/** Whether content is what a scan of this machine found. */
export function isScan(content: Scan | UrlFound): content is Exclude<Scan, { kind: "missing" }> {
  return "id" in content;
}

async function storeScanned(
  project: Project,
  { place, content, outPath }: {
    place: UrlPlace;
    content: Exclude<Scan, { kind: "missing" }>;
    outPath: string;
  },
): Promise<ImportedData> {
  const cache = project.cache("md5");
  const lacking = await cache.missing([
    ...new Set(content.kind === "file" ? [content.id] : content.hashes),
  ]);
  const isComplete = lacking.size === 0 && await cache.has(content.id);
  if (!isComplete) {
    const again = await lookAtSource(project, place, { outPath, versioned: false, store: true });
    if (again?.facts.md5 !== content.id) {
      throw new DvtError("storage", `'${place.label}' changed while it was read`, {
        hint: "run the command again",
      });
    }
  }
  const { id, size } = content;
  const moved = lacking.size;
  const bytes = moved === 0 ? 0 : size;
  if (content.kind === "file") {
    const wanted = { kind: "file", id, isexec: false } as const;
    return { facts: { md5: id, size }, id, wanted, moved, bytes };
  }
  const wanted = { kind: "directory", id, listing: content.listing() } as const;
  return { facts: { md5: id, size, nfiles: content.nfiles }, id, wanted, moved, bytes };
}

/** The id of a listing that is in the cache afterwards. */
export async function storeListing(listing: Listing, cache: LocalStore): Promise<ObjectId> {
  const id = `${hashBlocks(listingBlocks(listing))}.dir` as ObjectId;
  if (!await cache.has(id)) cache.insertBlocks(id, listingBlocks(listing));
  return id;
}

interface Downloaded {
  /** In the order of the files. */
  readonly ids: readonly ObjectId[];
  readonly moved: number;
  readonly bytes: number;
}

async function download(
  project: Project,
  { place, files, jobs }: {
    place: UrlPlace;
    files: readonly StoredFile[];
    jobs: number | undefined;
  },
): Promise<Downloaded> {
  const cache = project.cache("md5");
  const { context } = project;
  const ids: (ObjectId | undefined)[] = new Array(files.length).fill(undefined);
  let moved = 0;
  let bytes = 0;
  using progress = context.reporter.progress("Importing", { files: files.length });
  await eachAtOnce(files.keys(), async (i) => {
    const file = files[i];
    if (file === undefined) return;
    const known = knownObject(place, file, cache);
    if (known !== undefined && await cache.has(known)) {
      ids[i] = known;
      progress.advance(1, file.size ?? 0);
      return;
    }
    const { id, size } = await downloadOne(place, file, { cache, signal: context.signal });
    ids[i] = id;
    moved++;
    bytes += size;
    progress.advance(1, size);
  }, { limit: jobs ?? place.storage.concurrency, signal: context.signal });
  return { ids: ids as ObjectId[], moved, bytes };
}

/**
 * The object that a file very likely is: an object store's etag is the MD5 of what was sent in one
 * piece. One of that hash and size in the cache is taken for it, as every download of it would be.
 */
function knownObject(
  place: UrlPlace,
  { etag, size }: StoredFile,
  cache: LocalStore,
): ObjectId | undefined {
  if (place.kind === "web" || etag === undefined || !isObjectId(etag)) return undefined;
  return cache.lists(etag) && lookThrough(cache.pathOf(etag))?.size === size ? etag : undefined;
}

async function downloadOne(
  place: UrlPlace,
  file: StoredFile,
  { cache, signal }: { cache: LocalStore; signal: AbortSignal },
): Promise<{ id: ObjectId; size: number }> {
  const temporary = cache.temporaryFile();
  try {
    const received = await receiveFile(place, file, { target: temporary, signal });
    if (!cache.lists(received.id)) cache.adopt(temporary, received.id);
    return received;
  } finally {
    removeIfThere(temporary);
  }
}

/** Writes a file of a source to a path where nothing is, and tells its hash. */
export async function receiveFile(
  { storage, kind, versionId: asked }: UrlPlace,
  { path, size: announced, etag, versionId = asked }: StoredFile,
  { target, signal }: { target: string; signal: AbortSignal },
): Promise<{ id: ObjectId; size: number }> {
  const hasher = createHasher("md5");
  const writer = createWriter(target);
  let size = 0;
  try {
    await readInto(storage, path, (chunk) => {
      stopIfAborted(signal);
      hasher.update(chunk);
      writer.write(chunk);
      size += chunk.length;
    }, {
      ...(versionId === undefined ? {} : { versionId }),
      // The machines behind a web address need not agree on etags.
      ...(kind === "objects" && etag !== undefined ? { etag } : {}),
    });
  } finally {
    writer.close();
  }
  if (announced !== undefined && announced !== size) {
    throw new DvtError("storage", `'${storage.url(path)}' brought ${size} bytes of ${announced}`, {
      hint: "it changed while it was read; run the command again",
    });
  }
  return { id: hasher.digestHex() as ObjectId, size };
}
