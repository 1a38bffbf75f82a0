/**
 * A storage in memory, for tests.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { streamOf } from "../platform/byte_stream.ts";
import { collect } from "./bulk.ts";
import { missingFile, storageError } from "./fault.ts";
import type {
  ByteStream,
  FolderEntry,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "./storage.ts";

/** Files in a map. */
export class MemoryStorage implements Storage {
  readonly label: string;
  readonly concurrency = 16;
  readonly canList = true;
  readonly #files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; etag: string }>();
  #writes = 0;

  constructor(label = "memory://") {
    this.label = label;
  }

  stat(path: string): Promise<StoredFile | undefined> {
    return Promise.resolve(this.#stored(path));
  }

  async read(path: string, part: ReadPart = {}): Promise<ByteStream> {
    await Promise.resolve();
    const file = this.#files.get(path);
    if (file === undefined) throw missingFile(this.url(path));
    if (part.etag !== undefined && part.etag !== file.etag) {
      throw storageError("changed", `'${this.url(path)}' changed while it was read`);
    }
    return streamOf(file.bytes.slice(part.start ?? 0, part.end ?? file.bytes.length));
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.#files.get(path)?.bytes.slice());
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile> {
    const bytes = content instanceof Uint8Array ? content.slice() : await collect(content);
    if (size !== undefined && bytes.length !== size) {
      throw new DvtError("storage", `'${path}' has ${bytes.length} bytes where ${size} were said`);
    }
    const etag = String(++this.#writes);
    this.#files.set(path, { bytes, etag });
    return { etag };
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    for (const path of [...this.#files.keys()]) {
      const file = path.startsWith(prefix) ? this.#stored(path) : undefined;
      if (file !== undefined) yield await Promise.resolve(file);
    }
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    const prefix = path === "" ? "" : `${path}/`;
    const found = new Map<string, FolderEntry>();
    for (const [key, { bytes }] of this.#files) {
      if (!key.startsWith(prefix)) continue;
      const [name = "", ...below] = key.slice(prefix.length).split("/");
      found.set(
        name,
        below.length > 0 ? { name, kind: "directory" } : { name, kind: "file", size: bytes.length },
      );
    }
    return Promise.resolve(found.size === 0 && path !== "" ? undefined : [...found.values()]);
  }

  remove(path: string): Promise<void> {
    this.#files.delete(path);
    return Promise.resolve();
  }

  url(path: string): string {
    return path === "" ? this.label : `${this.label.replace(/\/$/, "")}/${path}`;
  }

  #stored(path: string): StoredFile | undefined {
    const file = this.#files.get(path);
    return file === undefined ? undefined : { path, size: file.bytes.length, etag: file.etag };
  }
}
