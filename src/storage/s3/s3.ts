/**
 * S3 and its relatives. Small objects go by lean signed requests, large ones in parts; the AWS SDK
 * says who we are.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { storageError } from "../fault.ts";
import { folderEntries, keyBelow, rootOf } from "../object_keys.ts";
import {
  type ObjectService,
  type ObjectSizes,
  ObjectStorage,
  type PartsOptions,
} from "../object_storage.ts";
import type { StorageOptions } from "../options.ts";
import type { PartSource } from "../parts.ts";
import type {
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
import { folderPages, listObjects } from "./list.ts";
import { sendInParts } from "./multipart.ts";
import { type S3Settings, s3Settings } from "./settings.ts";

/** Opens `s3://bucket/path`. */
export async function openS3Storage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Promise<Storage> {
  return s3Storage(await s3Settings(remote, context), { options: remote.options, context });
}

/** Opens a bucket that speaks S3. */
export function s3Storage(
  settings: S3Settings,
  { options, context }: { options: StorageOptions; context: Context },
): Storage {
  const connection = new S3Connection(settings, { options, context });
  return new ObjectStorage(new S3Service(connection, s3Headers(options)), context);
}

/** Sizes of parts, and from when on there are any. */
const usualPartSize = 8 << 20;
const smallestPart = 5 << 20;

class S3Service implements ObjectService {
  readonly label: string;
  readonly concurrency: number;
  readonly sizes: ObjectSizes;
  readonly #connection: S3Connection;
  readonly #settings: S3Settings;
  readonly #headers: S3Headers;

  constructor(connection: S3Connection, headers: S3Headers) {
    const { settings } = connection;
    this.#connection = connection;
    this.#settings = settings;
    this.#headers = headers;
    this.label = connection.address(settings.prefix);
    this.concurrency = settings.concurrency ?? 32;
    this.sizes = {
      partSize: Math.max(smallestPart, settings.partSize ?? usualPartSize),
      threshold: Math.max(smallestPart, settings.partThreshold ?? 2 * usualPartSize),
    };
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

  open(path: string, part: ReadPart): Promise<OpenFile | undefined> {
    return this.#open(this.#key(path), part);
  }

  async bytes(path: string, part: ReadPart): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const key = this.#key(path);
    const answer = await this.#get(key, part, "only this state");
    return answer === undefined ? undefined : await this.#connection.bytes(answer, key);
  }

  pin({ etag }: OpenFile): Pick<ReadPart, "etag"> {
    return etag === undefined ? {} : { etag };
  }

  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<WrittenFile> {
    return this.#put(this.#key(path), bytes);
  }

  putParts(path: string, parts: PartSource, options: PartsOptions): Promise<WrittenFile> {
    const target = { connection: this.#connection, key: this.#key(path), headers: this.#headers };
    return sendInParts({ ...target, ...options }, parts);
  }

  list(prefix: string, { versions }: { versions: boolean }): AsyncIterable<StoredFile> {
    const root = rootOf(this.#settings.prefix);
    return listObjects(this.#connection, { root, prefix, versions });
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return folderEntries(this.#key(path), (root) => folderPages(this.#connection, root));
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

  /** Versions as DVC shows them. */
  url(path: string, version?: FileVersion): string {
    const url = this.#connection.address(this.#key(path));
    return version?.versionId === undefined ? url : `${url}?versionId=${version.versionId}`;
  }

  close(): void {
    this.#connection.close();
  }

  #key(path: string): string {
    return keyBelow(this.#settings.prefix, path);
  }

  #version(version: FileVersion | undefined): Record<string, string> {
    const versionId = version?.versionId ?? this.#settings.versionId;
    return versionId === undefined ? {} : { versionId };
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
  async #get(
    key: string,
    part: ReadPart,
    state?: "only this state",
  ): Promise<HttpAnswer | undefined> {
    const { start = 0, end, etag } = part;
    const ranged = start > 0 || end !== undefined;
    const request = {
      method: "GET",
      deed: "read",
      key,
      query: this.#version(
        part.versionId === undefined ? undefined : { versionId: part.versionId },
      ),
      headers: {
        ...this.#headers.every,
        ...(ranged ? { range: rangeHeader(start, end) } : {}),
        ...(state !== undefined && etag !== undefined ? { "if-match": `"${etag}"` } : {}),
      },
    } as const;
    const answer = await this.#connection.call(request);
    // Only bodies that `fetch` unpacked come without a length.
    if (answer === undefined || answer.length !== undefined) return answer;
    await answer.discard();
    return await this.#connection.call({ ...request, raw: true });
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
