/**
 * A storage that is asked within limits: never more calls at once than are welcome, and only for
 * paths that stay below its root.
 *
 * @module
 */
import type {
  ByteStream,
  FileVersion,
  FolderEntry,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "./storage.ts";
import { isSafePath, safePath } from "./storage_path.ts";

/** The limits of a storage. */
export interface LimitOptions {
  /** Calls at once; the storage's own wish where absent. */
  readonly concurrency?: number | undefined;
  /** Told of a listed file whose name would lead out of any folder; it is left out. */
  readonly onUnsafeName?: (path: string) => void;
}

/** Wraps a storage. */
export function withLimits(storage: Storage, options: LimitOptions): Storage {
  return new LimitedStorage(storage, options);
}

class LimitedStorage implements Storage {
  readonly label: string;
  readonly leftovers?: NonNullable<Storage["leftovers"]>;
  readonly concurrency: number;
  readonly canList: boolean;
  readonly open?: NonNullable<Storage["open"]>;
  readonly writeFile?: NonNullable<Storage["writeFile"]>;
  readonly listVersions?: NonNullable<Storage["listVersions"]>;
  readonly listFolder?: NonNullable<Storage["listFolder"]>;
  readonly mark?: NonNullable<Storage["mark"]>;
  readonly #inner: Storage;
  readonly #options: LimitOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(inner: Storage, options: LimitOptions) {
    this.label = inner.label;
    if (inner.leftovers !== undefined) this.leftovers = inner.leftovers;
    this.concurrency = options.concurrency ?? inner.concurrency;
    this.canList = inner.canList;
    this.#inner = inner;
    this.#options = options;
    const { open, writeFile, listVersions, listFolder, mark } = inner;
    if (mark !== undefined) {
      this.mark = (path) => this.#within(() => mark.call(inner, safePath(path)));
    }
    if (open !== undefined) {
      this.open = (path: string, part?: ReadPart): Promise<OpenFile> =>
        this.#within(() => open.call(inner, safePath(path), part));
    }
    if (writeFile !== undefined) {
      this.writeFile = (path: string, localPath: string, size: number) =>
        this.#within(() => writeFile.call(inner, safePath(path), localPath, size));
    }
    if (listVersions !== undefined) {
      this.listVersions = (prefix: string) => this.#safe(listVersions.call(inner, prefix));
    }
    if (listFolder !== undefined) {
      this.listFolder = (path: string) =>
        this.#within(async () => this.#safeNames(await listFolder.call(inner, safePath(path))));
    }
  }

  stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    return this.#within(() => this.#inner.stat(safePath(path), version));
  }

  read(path: string, part?: ReadPart): Promise<ByteStream> {
    return this.#within(() => this.#inner.read(safePath(path), part));
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#within(() => this.#inner.readBytes(safePath(path)));
  }

  write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile | void> {
    return this.#within(() => this.#inner.write(safePath(path), content, size));
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return this.#safe(this.#inner.list(prefix));
  }

  remove(path: string, version?: FileVersion): Promise<void> {
    return this.#within(() => this.#inner.remove(safePath(path), version));
  }

  url(path: string, version?: FileVersion): string {
    return this.#inner.url(safePath(path), version);
  }

  async close(): Promise<void> {
    await this.#inner.close?.();
  }

  async *#safe(files: AsyncIterable<StoredFile>): AsyncIterable<StoredFile> {
    for await (const file of files) {
      if (isSafePath(file.path)) yield file;
      else this.#options.onUnsafeName?.(file.path);
    }
  }

  #safeNames(entries: FolderEntry[] | undefined): FolderEntry[] | undefined {
    return entries?.filter(({ name }) => {
      const safe = isSafePath(name) && !name.includes("/");
      if (!safe) this.#options.onUnsafeName?.(name);
      return safe;
    });
  }

  async #within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.concurrency) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      // The place goes to the next in line without being given back in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
