/**
 * What all services of objects (S3, Azure, Google) have in common: small files go in one request,
 * large ones in parts, and come down in ranges.
 *
 * @module
 */
import { readFilePart } from "../platform/file_parts.ts";
import { patientPolicy, tryAgain } from "../platform/retry.ts";
import { Budget } from "./budget.ts";
import { faultOf, missingFile, storageError } from "./fault.ts";
import { fill, partsOfFile, partsOfStream, type PartSource, piecesOf } from "./parts.ts";
import { inRanges, LARGE_DOWNLOAD } from "./ranges.ts";
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

/** How objects are moved. Sizes are bytes. */
export interface ObjectSizes {
  /** Size of a part that goes up. */
  readonly partSize: number;
  /** Larger objects go up in parts. */
  readonly threshold: number;
}

/** What parts that go up work with. */
export interface PartsOptions {
  /** Bounds how many parts of all objects are held at once. */
  readonly budget: Budget;
  /** Does one request of many again where that makes sense. */
  readonly again: <T>(work: () => Promise<T>) => Promise<T>;
}

/** One service, by paths below a storage's root. Errors as in {@linkcode Storage}. */
export interface ObjectService {
  readonly label: string;
  readonly concurrency: number;
  readonly sizes: ObjectSizes;
  stat(path: string, version?: FileVersion): Promise<StoredFile | undefined>;
  open(path: string, part: ReadPart): Promise<OpenFile | undefined>;
  /** All bytes of an object. */
  bytes(path: string, part: ReadPart): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** What holds later requests for parts of an open file to the same bytes. */
  pin(file: OpenFile): Pick<ReadPart, "etag" | "versionId">;
  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<WrittenFile>;
  putParts(path: string, parts: PartSource, options: PartsOptions): Promise<WrittenFile>;
  list(prefix: string, options: { readonly versions: boolean }): AsyncIterable<StoredFile>;
  listFolder(path: string): Promise<FolderEntry[] | undefined>;
  remove(path: string, version?: FileVersion): Promise<void>;
  url(path: string, version?: FileVersion): string;
  close(): void;
}

/** A service as a storage. */
export class ObjectStorage implements Storage {
  readonly label: string;
  readonly concurrency: number;
  readonly canList = true;
  readonly #service: ObjectService;
  readonly #signal: AbortSignal;
  /** Buffers of part size that go up; of range size that come down. */
  readonly #sending = new Budget(3);
  readonly #fetching = new Budget(8);

  constructor(service: ObjectService, { signal }: { signal: AbortSignal }) {
    this.label = service.label;
    this.concurrency = service.concurrency;
    this.#service = service;
    this.#signal = signal;
  }

  stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    return this.#service.stat(path, version);
  }

  async open(path: string, part: ReadPart = {}): Promise<OpenFile> {
    const file = await this.#service.open(path, part);
    if (file === undefined) throw missingFile(this.url(path));
    const { length } = file;
    if (part.start !== undefined || part.end !== undefined) return file;
    if (length === undefined || length < LARGE_DOWNLOAD) return file;
    const pinned = this.#service.pin(file);
    return inRanges({
      first: file,
      length,
      budget: this.#fetching,
      fetch: (start, end) =>
        this.#again(async () => {
          const wanted = { ...part, ...pinned, start, end };
          const bytes = await this.#service.bytes(path, wanted);
          if (bytes === undefined) throw missingFile(this.url(path));
          return bytes;
        }),
    });
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#service.bytes(path, {});
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile> {
    if (content instanceof Uint8Array) return await this.#service.put(path, content);
    const { partSize, threshold } = this.#service.sizes;
    const pieces = piecesOf(content);
    try {
      const { bytes, done } = await this.#sending.within(() =>
        fill(pieces, { start: new Uint8Array(), size: threshold })
      );
      if (!done) {
        const parts = { content: pieces, first: bytes, partSize, size };
        return await this.#inParts(path, partsOfStream(parts));
      }
      if (size !== undefined && size !== bytes.length) {
        throw storageError("changed", `${bytes.length} bytes came where ${size} were announced`);
      }
      return await this.#again(() => this.#service.put(path, bytes));
    } catch (error) {
      await pieces.return?.().catch(() => {});
      throw error;
    }
  }

  async writeFile(path: string, localPath: string, size: number): Promise<WrittenFile> {
    const { partSize, threshold } = this.#service.sizes;
    if (size > threshold) {
      return await this.#inParts(path, partsOfFile({ localPath, size, partSize }));
    }
    const send = () => this.#service.put(path, readFilePart(localPath, { start: 0, end: size }));
    return size > 1 << 20 ? await this.#sending.within(send) : await send();
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return this.#service.list(prefix, { versions: false });
  }

  listVersions(prefix: string): AsyncIterable<StoredFile> {
    return this.#service.list(prefix, { versions: true });
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return this.#service.listFolder(path);
  }

  remove(path: string, version?: FileVersion): Promise<void> {
    return this.#service.remove(path, version);
  }

  url(path: string, version?: FileVersion): string {
    return this.#service.url(path, version);
  }

  close(): Promise<void> {
    this.#service.close();
    return Promise.resolve();
  }

  #inParts(path: string, parts: PartSource): Promise<WrittenFile> {
    return this.#service.putParts(path, parts, {
      budget: this.#sending,
      again: (work) => this.#again(work),
    });
  }

  /** For requests that are parts of a larger whole, which cannot itself be done again. */
  #again<T>(work: () => Promise<T>): Promise<T> {
    return tryAgain(work, {
      policy: patientPolicy,
      signal: this.#signal,
      judge: (error) => {
        const fault = faultOf(error);
        return { again: fault?.transient === true, wait: fault?.wait };
      },
    });
  }
}
