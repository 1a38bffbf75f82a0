/**
 * Sources that nothing but their content tells apart: they are read to be compared.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import { createWriter, removeIfThere } from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Project } from "../registry/project.ts";
import type { UrlFound, UrlPlace } from "../registry/url_place.ts";
import { readInto } from "../storage/bulk.ts";
import type { StoredFile } from "../storage/storage.ts";

/** A source as it is, with the hash of each file for its etag. */
export interface HashedSource {
  readonly facts: { readonly md5: ObjectId; readonly size: number; readonly nfiles?: number };
  readonly content: UrlFound;
  readonly certain: true;
}

/** Hashes what was found; `store` puts what is read into the cache, so that it is read once. */
export async function hashFound(
  project: Project,
  place: UrlPlace,
  { found, store }: { found: UrlFound; store: boolean },
): Promise<HashedSource> {
  const files = found.kind === "file" ? [found.file] : found.files;
  const hashed: StoredFile[] = [...files];
  const ids: ObjectId[] = [];
  let size = 0;
  const cache = store ? project.cache("md5") : undefined;
  using progress = project.context.reporter.progress("Hashing", { files: files.length });
  await eachAtOnce(files.keys(), async (i) => {
    const file = files[i];
    if (file === undefined) return;
    const read = await hashOne(place, file, { cache, signal: project.context.signal });
    ids[i] = read.id;
    hashed[i] = { ...file, size: read.size, etag: read.id };
    size += read.size;
    progress.advance(1, read.size);
  }, { limit: 16, signal: project.context.signal });
  const [only] = ids;
  const [file] = hashed;
  if (found.kind === "file" && only !== undefined && file !== undefined) {
    return { facts: { md5: only, size }, content: { kind: "file", file }, certain: true };
  }
  const listing = makeListing(files.map(({ path }) => path), ids);
  const md5 = `${hashBlocks(listingBlocks(listing))}.dir` as ObjectId;
  return {
    facts: { md5, size, nfiles: files.length },
    content: { kind: "directory", files: hashed },
    certain: true,
  };
}

async function hashOne(
  { storage }: UrlPlace,
  { path }: StoredFile,
  { cache, signal }: { cache: LocalStore | undefined; signal: AbortSignal },
): Promise<{ id: ObjectId; size: number }> {
  const hasher = createHasher("md5");
  const temporary = cache?.temporaryFile();
  const writer = temporary === undefined ? undefined : createWriter(temporary);
  let size = 0;
  try {
    try {
      await readInto(storage, path, (chunk) => {
        stopIfAborted(signal);
        hasher.update(chunk);
        writer?.write(chunk);
        size += chunk.length;
      });
    } finally {
      writer?.close();
    }
    const id = hasher.digestHex() as ObjectId;
    if (cache !== undefined && temporary !== undefined && !cache.lists(id)) {
      cache.adopt(temporary, id);
    }
    return { id, size };
  } finally {
    if (temporary !== undefined) removeIfThere(temporary);
  }
}
