/**
 * Objects on a cloud-versioned remote: files under their own names, told apart by version.
 *
 * @module
 */
import { streamOf } from "../platform/byte_stream.ts";
import type { ByteStream, Storage } from "../storage/storage.ts";
import { DvtError } from "../platform/error.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { HashName, ObjectId } from "./object_id.ts";
import type { ObjectPlace, ObjectStore } from "./object_store.ts";

/** Where an object is: at a path in a version, the newest where none is known. */
export interface VersionedPlace {
  readonly path: string;
  readonly versionId?: string;
}

/** What is known to be on such a remote. */
export interface VersionedContent {
  readonly files: ReadonlyMap<ObjectId, VersionedPlace>;
  /** The same files by path. */
  readonly places: ReadonlyMap<string, VersionedPlace>;
  /** Listings never lie on such a remote; stage files spell them. */
  readonly listings: ReadonlyMap<ObjectId, () => Uint8Array<ArrayBuffer>>;
}

/** A view of a versioned storage by content. */
export class VersionedStore implements ObjectStore {
  readonly storage: Storage;
  readonly hash: HashName;
  readonly #content: VersionedContent;

  constructor(
    storage: Storage,
    { hash, content }: { hash: HashName; content: VersionedContent },
  ) {
    this.storage = storage;
    this.hash = hash;
    this.#content = content;
  }

  get label(): string {
    return this.storage.label;
  }

  get concurrency(): number {
    return this.storage.concurrency;
  }

  async missing(ids: Iterable<ObjectId>): Promise<Set<ObjectId>> {
    const missing = new Set<ObjectId>();
    const wanted = new Set([...ids].filter((id) => !this.#content.listings.has(id)));
    await eachAtOnce(wanted, async (id) => {
      const place = this.#content.files.get(id);
      // A file without a version may be there, but nobody could tell what it holds.
      const there = place?.versionId === undefined
        ? undefined
        : await this.storage.stat(place.path, place);
      if (there === undefined) missing.add(id);
    }, { limit: this.concurrency, signal: new AbortController().signal });
    return missing;
  }

  locate(id: ObjectId): ObjectPlace | undefined {
    const place = this.#content.files.get(id);
    if (place === undefined) return undefined;
    const { path, versionId } = place;
    return {
      storage: this.storage,
      path,
      part: versionId === undefined ? {} : { versionId },
    };
  }

  async readBytes(id: ObjectId): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const listing = this.#content.listings.get(id);
    if (listing !== undefined) return listing();
    const stream = await this.open(id);
    if (stream === undefined) return undefined;
    const { collect } = await import("../storage/bulk.ts");
    return await collect(stream);
  }

  async open(id: ObjectId): Promise<ByteStream | undefined> {
    const listing = this.#content.listings.get(id);
    if (listing !== undefined) return streamOf(listing());
    const place = this.locate(id);
    if (place === undefined) return undefined;
    try {
      return await this.storage.read(place.path, place.part);
    } catch (error) {
      if (error instanceof DvtError && error.kind === "missing-data") return undefined;
      throw error;
    }
  }

  url(id: ObjectId): string {
    const place = this.#content.files.get(id);
    return place === undefined ? this.storage.label : this.#address(place);
  }

  urlAt(path: string): string {
    return this.#address(this.#content.places.get(path) ?? { path });
  }

  #address(place: VersionedPlace): string {
    return this.storage.url(place.path, place);
  }
}
