/**
 * Places that hold objects by content. The cache is one, every remote is one.
 *
 * @module
 */
import type { ByteStream, ReadPart, Storage } from "../storage/storage.ts";
import type { HashName, ObjectId, ObjectIds } from "./object_id.ts";
import { objectPath } from "./object_id.ts";

/** Where a storage keeps an object. */
export interface ObjectPlace {
  readonly storage: Storage;
  readonly path: string;
  readonly part?: ReadPart;
}

/** Objects of one hash name. What is read from a store is checked by whoever installs it. */
export interface ObjectStore {
  /** For messages, without secrets. */
  readonly label: string;
  readonly hash: HashName;
  /** Those of `ids` that are not here. */
  missing(ids: ObjectIds): Promise<Set<ObjectId>>;
  /** All bytes of a small object, unchecked; undefined where it is not here. */
  readBytes(id: ObjectId): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The bytes of an object as they come, unchecked; undefined where it is not here. */
  open(id: ObjectId): Promise<ByteStream | undefined>;
  /** The address of an object that people and programs can open. */
  url(id: ObjectId): string;
  /** The address of what lies at a path of the project, where the store keeps data by name. */
  urlAt?(path: string): string;
  /** How many objects at once are welcome, where more than a few are. */
  readonly concurrency?: number;
  /** Where a storage keeps an object, for receivers that take its bytes the quickest way. */
  locate?(id: ObjectId): ObjectPlace | undefined;
}

/** Objects on a remote that is reached through a {@linkcode Storage}. */
export class RemoteStore implements ObjectStore {
  readonly storage: Storage;
  readonly hash: HashName;

  constructor(storage: Storage, hash: HashName) {
    this.storage = storage;
    this.hash = hash;
  }

  get label(): string {
    return this.storage.label;
  }

  get concurrency(): number {
    return this.storage.concurrency;
  }

  locate(id: ObjectId): ObjectPlace {
    return { storage: this.storage, path: this.pathOf(id) };
  }

  /** Where an object lies, relative to the storage's root. */
  pathOf(id: ObjectId): string {
    return objectPath(id, this.hash);
  }

  async missing(ids: ObjectIds): Promise<Set<ObjectId>> {
    const { missingOnRemote } = await import("./remote_presence.ts");
    return missingOnRemote(this, ids);
  }

  readBytes(id: ObjectId): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.storage.readBytes(this.pathOf(id));
  }

  async open(id: ObjectId): Promise<ByteStream | undefined> {
    const { DvtError } = await import("../platform/error.ts");
    try {
      return await this.storage.read(this.pathOf(id));
    } catch (error) {
      if (error instanceof DvtError && error.kind === "missing-data") return undefined;
      throw error;
    }
  }

  url(id: ObjectId): string {
    return this.storage.url(this.pathOf(id));
  }
}
