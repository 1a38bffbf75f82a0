/**
 * A storage that does not give up at the first cut connection, 429 or 5xx.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { patientPolicy, type RetryPolicy, type RetryVerdict, tryAgain } from "../platform/retry.ts";
import { collect, pourInto } from "./bulk.ts";
import { faultOf } from "./fault.ts";
import type {
  ByteStream,
  FileVersion,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "./storage.ts";

/** How a storage is retried. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly policy?: RetryPolicy;
  /** Told of every failure that is tried again. */
  readonly onRetry?: (message: string) => void;
}

/** Wraps a storage: whatever failed in passing is done again; a refusal never is. */
export function withRetries(storage: Storage, options: RetryOptions): Storage {
  return new RetryingStorage(storage, options);
}

class RetryingStorage implements Storage {
  readonly label: string;
  readonly leftovers?: NonNullable<Storage["leftovers"]>;
  readonly concurrency: number;
  readonly canList: boolean;
  readonly writeFile?: NonNullable<Storage["writeFile"]>;
  readonly listVersions?: NonNullable<Storage["listVersions"]>;
  readonly listFolder?: NonNullable<Storage["listFolder"]>;
  readonly mark?: NonNullable<Storage["mark"]>;
  readonly #inner: Storage;
  readonly #options: RetryOptions;
  /** No connection ever came about, in spite of all patience: the next request need not wait. */
  #hopeless = false;

  constructor(inner: Storage, options: RetryOptions) {
    this.label = inner.label;
    if (inner.leftovers !== undefined) this.leftovers = inner.leftovers;
    this.concurrency = inner.concurrency;
    this.canList = inner.canList;
    this.#inner = inner;
    this.#options = options;
    if (inner.writeFile !== undefined) {
      this.writeFile = (path, localPath, size) =>
        this.#again(() => inner.writeFile?.(path, localPath, size) ?? Promise.resolve());
    }
    const { listVersions, listFolder, mark } = inner;
    if (mark !== undefined) this.mark = (path) => this.#again(() => mark.call(inner, path));
    if (listVersions !== undefined) {
      this.listVersions = (prefix) => this.#listAgain(() => listVersions.call(inner, prefix));
    }
    if (listFolder !== undefined) {
      this.listFolder = (path) => this.#again(() => listFolder.call(inner, path));
    }
  }

  stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    return this.#again(() => this.#inner.stat(path, version));
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  async open(path: string, part: ReadPart = {}): Promise<OpenFile> {
    const first = await this.#again(() => this.#openInner(path, part));
    return new ResumingFile(first, {
      reopen: (received) => this.#openInner(path, resumed(part, first, received)),
      again: (work, progress) => this.#again(work, progress),
    });
  }

  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    let cut = false;
    const bytes = await this.#again(async () => {
      try {
        return cut ? undefined : await this.#inner.readBytes(path);
      } catch (error) {
        cut = faultOf(error)?.kind === "cut";
        throw error;
      }
    });
    // Over a connection that does not live long, a file comes in more than one piece.
    return cut ? await this.#pieceByPiece(path) : bytes;
  }

  async #pieceByPiece(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      return await collect(await this.read(path));
    } catch (error) {
      if (error instanceof DvtError && error.kind === "missing-data") return undefined;
      throw error;
    }
  }

  write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile | void> {
    // What came out of a stream cannot be sent twice.
    if (!(content instanceof Uint8Array)) return this.#inner.write(path, content, size);
    return this.#again(() => this.#inner.write(path, content, size));
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return this.#listAgain(() => this.#inner.list(prefix));
  }

  remove(path: string, version?: FileVersion): Promise<void> {
    return this.#again(() => this.#inner.remove(path, version));
  }

  url(path: string, version?: FileVersion): string {
    return this.#inner.url(path, version);
  }

  async close(): Promise<void> {
    await this.#inner.close?.();
  }

  async #openInner(path: string, part: ReadPart): Promise<OpenFile> {
    if (this.#inner.open !== undefined) return await this.#inner.open(path, part);
    const content = await this.#inner.read(path, part);
    return {
      into: (onChunk) => pourInto(content, onChunk),
      stream: () => content,
      cancel: () => content.cancel(),
    };
  }

  /** After a failure in the middle the listing starts anew and leaves out what came already. */
  async *#listAgain(start: () => AsyncIterable<StoredFile>): AsyncIterable<StoredFile> {
    const seen = new Set<string>();
    let iterator = start()[Symbol.asyncIterator]();
    try {
      for (;;) {
        let failed = false;
        const next = await this.#again(async () => {
          if (failed) iterator = start()[Symbol.asyncIterator]();
          failed = true;
          return await iterator.next();
        });
        if (next.done === true) return;
        if (seen.has(next.value.path)) continue;
        seen.add(next.value.path);
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  async #again<T>(work: () => Promise<T>, progress?: () => number): Promise<T> {
    const { signal, policy = patientPolicy } = this.#options;
    let silences = 0;
    const judge = (error: unknown): RetryVerdict => {
      // A silence has cost its time-out already: one more chance is enough.
      if (faultOf(error)?.kind === "timeout" && ++silences > 1) return { again: false };
      return this.#judge(error);
    };
    try {
      const result = await tryAgain(work, {
        policy: this.#hopeless ? { ...policy, attempts: 1 } : policy,
        judge,
        signal,
        progress,
      });
      this.#hopeless = false;
      return result;
    } catch (error) {
      if (faultOf(error)?.kind === "unreachable") this.#hopeless = true;
      throw error;
    }
  }

  #judge(error: unknown): RetryVerdict {
    const fault = faultOf(error);
    if (fault === undefined || !fault.transient) return { again: false };
    if (error instanceof Error) this.#options.onRetry?.(error.message);
    return { again: true, wait: fault.wait };
  }
}

function resumed(part: ReadPart, first: OpenFile, received: number): ReadPart {
  const etag = part.etag ?? first.etag;
  const versionId = part.versionId ?? first.versionId;
  return {
    ...part,
    start: (part.start ?? 0) + received,
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
  };
}

type Again = <T>(work: () => Promise<T>, progress?: () => number) => Promise<T>;

/** A file whose bytes go on where a cut connection left them. */
class ResumingFile implements OpenFile {
  readonly etag?: string;
  readonly versionId?: string;
  readonly length?: number;
  #current: OpenFile | undefined;
  #received = 0;
  readonly #reopen: (received: number) => Promise<OpenFile>;
  readonly #again: Again;

  constructor(
    first: OpenFile,
    { reopen, again }: {
      reopen: (received: number) => Promise<OpenFile>;
      again: Again;
    },
  ) {
    if (first.etag !== undefined) this.etag = first.etag;
    if (first.versionId !== undefined) this.versionId = first.versionId;
    if (first.length !== undefined) this.length = first.length;
    this.#current = first;
    this.#reopen = reopen;
    this.#again = again;
  }

  async into(onChunk: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<number> {
    await this.#again(async () => {
      const file = await this.#next();
      if (file === undefined) return;
      await file.into((chunk) => {
        onChunk(chunk);
        this.#received += chunk.length;
      });
    }, () => this.#received);
    return this.#received;
  }

  stream(): ByteStream {
    let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const next = await this.#again(async () => {
            try {
              reader ??= (await this.#next())?.stream().getReader();
              return reader === undefined ? { done: true as const } : await reader.read();
            } catch (error) {
              reader = undefined;
              throw error;
            }
          });
          if (next.done || next.value === undefined) {
            controller.close();
            return;
          }
          this.#received += next.value.length;
          controller.enqueue(next.value);
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: async (reason) => {
        if (reader === undefined) await this.cancel();
        else await reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  async cancel(): Promise<void> {
    await this.#current?.cancel();
    this.#current = undefined;
  }

  /** The file to go on with; undefined when all of it came before the connection was cut. */
  async #next(): Promise<OpenFile | undefined> {
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) return current;
    if (this.length !== undefined && this.#received >= this.length) return undefined;
    return await this.#reopen(this.#received);
  }
}
