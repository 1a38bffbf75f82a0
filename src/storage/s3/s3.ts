/**
 * S3 and its relatives. Small objects go by lean signed requests, large ones in parts; the AWS SDK
 * says who we are.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { readFilePart } from "../../platform/file_parts.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { Budget } from "../budget.ts";
import { faultOf, missingFile, storageError } from "../fault.ts";
import type { StorageOptions } from "../options.ts";
import type {
  ByteStream,
  FileVersion,
  FolderEntry,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "../storage.ts";
import { rangeHeader } from "../web_endpoint.ts";
import { openAnswer } from "../web_file.ts";
import { S3Connection } from "./connection.ts";
import { type S3Headers, s3Headers } from "./headers.ts";
import { listObjects, listOneFolder } from "./list.ts";
import {
  fill,
  type MultipartTarget,
  piecesOf,
  sendFileInParts,
  sendStreamInParts,
} from "./multipart.ts";
import { inRanges, LARGE_DOWNLOAD } from "./ranges.ts";
import { type S3Settings, s3Settings } from "./settings.ts";
import { patientPolicy, type RetryPolicy, tryAgain } from "../../platform/retry.ts";

/** Opens `s3://bucket/path`. */
export async function openS3Storage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Promise<Storage> {
  const settings = await s3Settings(remote, context);
  const connection = new S3Connection(settings, { options: remote.options, context });
  return new S3Storage(connection, {
    settings,
    headers: s3Headers(remote.options),
    signal: context.signal,
    policy: patientPolicy,
  });
}

/** Sizes of parts, and from when on there are any. */
const usualPartSize = 8 << 20;
const smallestPart = 5 << 20;

class S3Storage implements Storage {
  readonly label: string;
  readonly concurrency: number;
  readonly canList = true;
  readonly #connection: S3Connection;
  readonly #settings: S3Settings;
  readonly #headers: S3Headers;
  readonly #signal: AbortSignal;
  readonly #policy: RetryPolicy;
  readonly #partSize: number;
  readonly #threshold: number;
  /** Buffers of part size that go up; of range size that come down. */
  readonly #sending = new Budget(4);
  readonly #fetching = new Budget(8);

  constructor(
    connection: S3Connection,
    { settings, headers, signal, policy }: {
      settings: S3Settings;
      headers: S3Headers;
      signal: AbortSignal;
      policy: RetryPolicy;
    },
  ) {
    this.#connection = connection;
    this.#settings = settings;
    this.#headers = headers;
    this.#signal = signal;
    this.#policy = policy;
    this.label = connection.address(settings.prefix);
    this.concurrency = settings.concurrency ?? 32;
    this.#partSize = Math.max(smallestPart, settings.partSize ?? usualPartSize);
    this.#threshold = Math.max(smallestPart, settings.partThreshold ?? 2 * usualPartSize);
  }

  async stat(path: string, version?: FileVersion): Promise<StoredFile | undefined> {
    if (this.#key(path) === "") return undefined; // the bucket is no file
    const answer = await this.#connection.call({
      method: "HEAD",
      deed: "read",
      key: this.#key(path),
      query: this.#version(version),
      headers: this.#headers.every,
    });
    if (answer === undefined) return undefined;
    await answer.discard();
    const lastModified = answer.headers.get("last-modified");
    return {
      path,
      ...(answer.length === undefined ? {} : { size: answer.length }),
      ...written(answer),
      ...(lastModified === null ? {} : { lastModified }),
    };
  }

  async open(path: string, part: ReadPart = {}): Promise<OpenFile> {
    const key = this.#key(path);
    const file = await this.#open(key, part);
    if (file === undefined) throw missingFile(this.#connection.address(key));
    const { length, etag } = file;
    if (part.start !== undefined || part.end !== undefined) return file;
    if (length === undefined || length < LARGE_DOWNLOAD) return file;
    return inRanges({
      first: file,
      length,
      budget: this.#fetching,
      fetch: (start, end) =>
        this.#again(async () => {
          const range = await this.#get(key, {
            ...part,
            start,
            end,
            ...(etag === undefined ? {} : { etag }),
          });
          if (range === undefined) throw missingFile(this.#connection.address(key));
          return await this.#connection.bytes(range, key);
        }),
    });
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const key = this.#key(path);
    const answer = await this.#get(key, {});
    return answer === undefined ? undefined : await this.#connection.bytes(answer, key);
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile> {
    const key = this.#key(path);
    if (content instanceof Uint8Array) return await this.#put(key, content);
    const pieces = piecesOf(content);
    try {
      const { bytes, done } = await this.#sending.within(() =>
        fill(pieces, { start: new Uint8Array(), size: this.#threshold })
      );
      if (!done) {
        return await sendStreamInParts(this.#target(key), {
          content: pieces,
          first: bytes,
          partSize: this.#partSize,
          size,
        });
      }
      if (size !== undefined && size !== bytes.length) {
        throw storageError("changed", `${bytes.length} bytes came where ${size} were announced`);
      }
      return await this.#again(() => this.#put(key, bytes));
    } catch (error) {
      await pieces.return?.().catch(() => {});
      throw error;
    }
  }

  async writeFile(path: string, localPath: string, size: number): Promise<WrittenFile> {
    const key = this.#key(path);
    if (size > this.#threshold) {
      return await sendFileInParts(this.#target(key), {
        localPath,
        size,
        partSize: this.#partSize,
      });
    }
    const send = () => this.#put(key, readFilePart(localPath, { start: 0, end: size }));
    return size > 1 << 20 ? await this.#sending.within(send) : await send();
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return listObjects(this.#connection, { ...this.#place(), prefix, versions: false });
  }

  listVersions(prefix: string): AsyncIterable<StoredFile> {
    return listObjects(this.#connection, { ...this.#place(), prefix, versions: true });
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return listOneFolder(this.#connection, this.#key(path));
  }

  async remove(path: string, version?: FileVersion): Promise<void> {
    const answer = await this.#connection.call({
      method: "DELETE",
      deed: "remove",
      key: this.#key(path),
      query: this.#version(version),
    });
    await answer?.discard();
  }

  url(path: string): string {
    return this.#connection.address(this.#key(path));
  }

  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  #key(path: string): string {
    const { prefix } = this.#settings;
    if (path === "") return prefix;
    return prefix === "" ? path : `${prefix}/${path}`;
  }

  #place(): { root: string } {
    const { prefix } = this.#settings;
    return { root: prefix === "" ? "" : `${prefix}/` };
  }

  #version(version: FileVersion | undefined): Record<string, string> {
    const versionId = version?.versionId ?? this.#settings.versionId;
    return versionId === undefined ? {} : { versionId };
  }

  #target(key: string): MultipartTarget {
    return {
      connection: this.#connection,
      key,
      headers: this.#headers,
      budget: this.#sending,
      again: (work) => this.#again(work),
    };
  }

  async #put(key: string, body: Uint8Array<ArrayBuffer>): Promise<WrittenFile> {
    const answer = await this.#connection.call({
      method: "PUT",
      deed: "write",
      key,
      headers: {
        "content-type": "application/octet-stream",
        ...this.#headers.every,
        ...this.#headers.create,
      },
      body,
    });
    if (answer === undefined) {
      throw storageError("no-place", `cannot write '${this.#connection.address(key)}'`);
    }
    await answer.discard();
    return written(answer);
  }

  async #open(key: string, part: ReadPart): Promise<OpenFile | undefined> {
    const answer = await this.#get(key, part);
    if (answer === undefined) return undefined;
    const file = await openAnswer(answer, {
      part: part.etag === undefined ? part : { ...part, etag: `"${part.etag}"` },
      address: this.#connection.address(key),
      failed: (fault) => this.#connection.cutError(fault, key),
    });
    return withTags(file, written(answer));
  }

  /** The answer with an object's bytes, which are never unpacked on the way. */
  async #get(key: string, part: ReadPart): Promise<HttpAnswer | undefined> {
    const { start = 0, end } = part;
    const ranged = start > 0 || end !== undefined;
    const request = {
      method: "GET",
      deed: "read",
      key,
      query: this.#version(
        part.versionId === undefined ? undefined : { versionId: part.versionId },
      ),
      headers: { ...this.#headers.every, ...(ranged ? { range: rangeHeader(start, end) } : {}) },
    } as const;
    const answer = await this.#connection.call(request);
    // Only bodies that `fetch` unpacked come without a length.
    if (answer === undefined || answer.length !== undefined) return answer;
    await answer.discard();
    return await this.#connection.call({ ...request, raw: true });
  }

  /** For requests that are parts of a larger whole, which cannot itself be done again. */
  #again<T>(work: () => Promise<T>): Promise<T> {
    return tryAgain(work, {
      policy: this.#policy,
      signal: this.#signal,
      judge: (error) => {
        const fault = faultOf(error);
        return { again: fault?.transient === true, wait: fault?.wait };
      },
    });
  }
}

/** Etag (without its quotes, as DVC records it) and version of an answer. */
function written(answer: HttpAnswer): WrittenFile {
  const etag = answer.headers.get("etag")?.replaceAll('"', "");
  const versionId = answer.headers.get("x-amz-version-id");
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === null || versionId === "null" ? {} : { versionId }),
  };
}

function withTags(file: OpenFile, tags: WrittenFile): OpenFile {
  return {
    ...tags,
    ...(file.length === undefined ? {} : { length: file.length }),
    into: (onChunk) => file.into(onChunk),
    stream: () => file.stream(),
    cancel: () => file.cancel(),
  };
}
