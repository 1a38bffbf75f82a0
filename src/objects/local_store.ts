/**
 * Objects on a local disk: the cache, and remotes that are folders.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  changeMode,
  createFile,
  createWriter,
  exists,
  isPermissionDenied,
  isTemporaryName,
  leadsSomewhere,
  listDirectory,
  lookAt,
  lookThrough,
  makeDirectory,
  readFileIfThere,
  removeIfThere,
  renameFile,
  streamFile,
  temporaryName,
} from "../platform/files.ts";
import { fileBlocks } from "../platform/file_parts.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import type { ByteStream } from "../storage/storage.ts";
import { IdColumn } from "./id_column.ts";
import {
  type HashName,
  isObjectId,
  type ObjectId,
  type ObjectIds,
  objectPath,
  prefixPath,
} from "./object_id.ts";
import { distinct, ObjectNames } from "./object_names.ts";
import type { ObjectStore } from "./object_store.ts";
import { hashFile } from "./hash_file.ts";

/** Objects are read-only, so that a slip in an editor cannot change them. */
export const objectMode = 0o444;

/** Of so many objects each is looked at, of more only the names. */
const fewObjects = 256;

/** How a local store is opened. */
export interface LocalStoreOptions {
  /** The absolute native path that holds `files/md5` or, for legacy objects, the prefix folders. */
  readonly root: string;
  readonly hash: HashName;
  /** `cache.shared = group`: folders are writable for the group and pass the group on. */
  readonly shared?: boolean;
  /** Where damaged objects are put. Without it they stay where they are. */
  readonly quarantine?: string;
}

/** Something in a prefix folder. */
export interface Resident {
  /** The id, if it is an object. */
  readonly name: string;
  /** Below the folder of the prefixes. */
  readonly place: string;
  /** Absolute, native. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly isTemporary: boolean;
}

/** The folder a cache or a local remote keeps its objects in. */
export class LocalStore implements ObjectStore {
  readonly root: string;
  readonly hash: HashName;
  readonly #shared: boolean;
  readonly #quarantine: string | undefined;
  /** Read once per run, by prefix: listing 256 folders beats asking 100,000 times. */
  readonly #names = new ObjectNames();
  readonly #listed = new Set<string>();
  readonly #ready = new Set<string>();

  constructor(options: LocalStoreOptions) {
    this.root = options.root;
    this.hash = options.hash;
    this.#shared = options.shared ?? false;
    this.#quarantine = options.quarantine;
  }

  get label(): string {
    return this.root;
  }

  /** The native path at which an object lies, or would. */
  pathOf(id: ObjectId): string {
    return nativeBelow(this.root, objectPath(id, this.hash));
  }

  url(id: ObjectId): string {
    return this.pathOf(id);
  }

  /** Whether an object's file is here, by name alone: cheap for many objects of one run. */
  lists(id: ObjectId): boolean {
    this.#list(id.slice(0, 2));
    return this.#names.has(id);
  }

  /**
   * Whether a usable object is here. As in DVC a read-only file is taken at its word, any other is
   * hashed; a damaged one is set aside and counts as missing.
   */
  async has(id: ObjectId): Promise<boolean> {
    const path = this.pathOf(id);
    const facts = lookThrough(path);
    if (facts === undefined || facts.kind !== "file") return false;
    // DVC asks for exactly 0444; a hard link to an executable makes it 0544, which is as safe.
    if ((facts.mode & 0o222) === 0) return true;
    const { id: found } = await hashFile(path, this.hash);
    if (found !== id.slice(0, 32)) {
      this.setAside(id);
      return false;
    }
    this.#protect(path, facts.mode);
    return true;
  }

  async missing(ids: ObjectIds): Promise<Set<ObjectId>> {
    const missing = new Set<ObjectId>();
    const byName = ids.length > fewObjects;
    for (const id of ids) {
      if (!(byName ? this.lists(id) : await this.has(id))) missing.add(id);
    }
    return missing;
  }

  /** Those of many files' ids, each once, that are not here. */
  async lackingFiles(
    groups: readonly (readonly ObjectId[] | IdColumn)[],
  ): Promise<readonly ObjectId[] | IdColumn> {
    let count = 0;
    for (const group of groups) count += group.length;
    const ids = distinct(groups);
    if (count <= fewObjects) return [...await this.missing([...ids])];
    const lacking = new IdColumn();
    for (const id of ids) if (!this.lists(id)) lacking.push(id);
    return lacking;
  }

  readBytes(id: ObjectId): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(readFileIfThere(this.pathOf(id)));
  }

  /** The bytes of an object in blocks, each overwritten by the next; undefined without object. */
  blocks(id: ObjectId): Iterable<Uint8Array<ArrayBuffer>> | undefined {
    const path = this.pathOf(id);
    return exists(path) ? fileBlocks(path) : undefined;
  }

  open(id: ObjectId): Promise<ByteStream | undefined> {
    const path = this.pathOf(id);
    return Promise.resolve(exists(path) ? streamFile(path) : undefined);
  }

  /** The path at which an object shall arrive, its folder made ready. */
  targetFor(id: ObjectId): string {
    this.#prepare(id.slice(0, 2));
    return this.pathOf(id);
  }

  /**
   * Where files are written before they get their names, ready for use. It is the store's own top:
   * the deeper a path is, the longer Deno looks along it for links before it opens the file.
   */
  temporaryFolder(): string {
    if (!this.#ready.has("")) this.#makeFolder(this.root);
    this.#ready.add("");
    return this.root;
  }

  /** A path for a temporary file from which {@linkcode LocalStore.adopt} is a mere rename. */
  temporaryFile(): string {
    return `${this.temporaryFolder()}/${temporaryName()}`;
  }

  /** Makes a finished temporary file the object `id`; the bytes were hashed by the caller. */
  adopt(temporary: string, id: ObjectId): void {
    this.#prepare(id.slice(0, 2));
    this.#protect(temporary, lookAt(temporary)?.mode ?? 0);
    renameFile(temporary, this.pathOf(id));
    this.noteArrival(id);
  }

  /** Makes bytes the object `id`; they were hashed by the caller. */
  insertBytes(id: ObjectId, bytes: Uint8Array): void {
    this.#prepare(id.slice(0, 2));
    const temporary = this.temporaryFile();
    try {
      createFile(temporary, bytes, objectMode);
      renameFile(temporary, this.pathOf(id));
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    this.noteArrival(id);
  }

  /** Makes blocks of bytes, one after the other, the object `id`. */
  insertBlocks(id: ObjectId, blocks: Iterable<Uint8Array>): void {
    this.#prepare(id.slice(0, 2));
    const temporary = this.temporaryFile();
    try {
      const writer = createWriter(temporary, objectMode);
      try {
        for (const block of blocks) writer.write(block);
      } finally {
        writer.close();
      }
      renameFile(temporary, this.pathOf(id));
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    this.noteArrival(id);
  }

  /** Tells the store that an object was put in place without it. */
  noteArrival(id: ObjectId): void {
    this.#names.add(id);
  }

  /** Removes an object. */
  remove(id: ObjectId): void {
    removeIfThere(this.pathOf(id));
    this.#names.delete(id);
  }

  /** Takes a damaged object out of use; answers where it lies now, if it was kept. */
  setAside(id: ObjectId): string | undefined {
    const path = this.pathOf(id);
    this.#names.delete(id);
    if (this.#quarantine === undefined) return undefined;
    const kept = `${this.#quarantine}/${id}`;
    try {
      makeDirectory(this.#quarantine);
      renameFile(path, kept);
      return kept;
    } catch {
      // Another file system, or a cache that may only be read: the object stays and is not used.
      return undefined;
    }
  }

  /** The folders of the prefixes with what tells whether a name came or went, by name. */
  prefixFolders(): readonly { name: string; inode: number; mtime: number }[] {
    const base = this.hash === "md5" ? nativeBelow(this.root, "files/md5") : this.root;
    const found: { name: string; inode: number; mtime: number }[] = [];
    for (const { name, isDirectory } of listDirectory(base) ?? []) {
      if (!isDirectory || !/^[0-9a-f]{2}$/.test(name)) continue;
      const facts = lookAt(`${base}/${name}`);
      if (facts !== undefined) found.push({ name, inode: facts.inode, mtime: facts.mtime });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every object here. Temporary and foreign files are passed over. */
  *all(): Generator<ObjectId> {
    const base = this.hash === "md5" ? nativeBelow(this.root, "files/md5") : this.root;
    for (const prefix of listDirectory(base) ?? []) {
      if (!/^[0-9a-f]{2}$/.test(prefix.name)) continue;
      for (const rest of listDirectory(`${base}/${prefix.name}`) ?? []) {
        const id = prefix.name + rest.name;
        if (isObjectId(id)) yield id;
      }
    }
  }

  /**
   * Whatever lies in the prefix folders under a name that DVC takes for an object's, ids or not,
   * folders that old versions unpacked included.
   */
  *residents(): Generator<Resident> {
    const base = this.hash === "md5" ? nativeBelow(this.root, "files/md5") : this.root;
    for (const prefix of listDirectory(base) ?? []) {
      if (prefix.name.length !== 2 || !prefix.isDirectory) continue;
      for (const { name, isDirectory } of listDirectory(`${base}/${prefix.name}`) ?? []) {
        yield {
          name: prefix.name + name,
          place: `${prefix.name}/${name}`,
          path: `${base}/${prefix.name}/${name}`,
          isDirectory,
          isTemporary: isTemporaryName(name),
        };
      }
    }
  }

  #list(prefix: string): void {
    if (this.#listed.has(prefix)) return;
    const folder = this.#folderOf(prefix);
    for (const { name } of leadsSomewhere(folder) ? listDirectory(folder) ?? [] : []) {
      if (!isTemporaryName(name)) this.#names.add(prefix + name);
    }
    this.#listed.add(prefix);
  }

  #folderOf(prefix: string): string {
    return nativeBelow(this.root, prefixPath(prefix, this.hash));
  }

  #prepare(prefix: string): void {
    if (this.#ready.has(prefix)) return;
    this.#makeFolder(this.#folderOf(prefix));
    this.#ready.add(prefix);
  }

  #makeFolder(folder: string): void {
    if (leadsSomewhere(folder)) return;
    if (!this.#shared) return makeDirectory(folder);
    this.#makeFolder(parentDirectory(folder));
    makeDirectory(folder);
    changeMode(folder, 0o2775);
  }

  #protect(path: string, mode: number): void {
    if ((mode & 0o777) === objectMode) return;
    try {
      changeMode(path, objectMode);
    } catch (error) {
      if (!isPermissionDenied(error)) throw error;
      // Somebody else's object in a shared cache: readable is enough.
    }
  }
}

/** The error for an object whose bytes do not match its name. */
export function corruptObject(id: ObjectId, place: string, kept?: string): DvtError {
  return new DvtError("corrupt", `object ${id} from '${place}' has the wrong content`, {
    hint: kept === undefined
      ? "restore it from a remote with 'dvt fetch', or push it again where the data is intact"
      : `the damaged copy was set aside as '${kept}'`,
  });
}
