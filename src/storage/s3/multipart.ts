/**
 * Large objects go up in parts, several at once; the object appears when all of them are there.
 *
 * @module
 */
import { readFilePart } from "../../platform/file_parts.ts";
import type { Budget } from "../budget.ts";
import { storageError } from "../fault.ts";
import type { ByteStream, WrittenFile } from "../storage.ts";
import type { S3Connection, S3Request } from "./connection.ts";
import type { S3Headers } from "./headers.ts";
import { element, escapeXml } from "./xml.ts";

/** S3 takes at most this many parts. */
const maximumParts = 10_000;

/** Parts of one object under way at once. */
const partsAtOnce = 4;

/** Where the parts go. */
export interface MultipartTarget {
  readonly connection: S3Connection;
  readonly key: string;
  readonly headers: S3Headers;
  readonly budget: Budget;
  /** Does one request again where that makes sense. */
  readonly again: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Sends a file of the local disk. */
export async function sendFileInParts(
  target: MultipartTarget,
  { localPath, size, partSize }: { localPath: string; size: number; partSize: number },
): Promise<WrittenFile> {
  const step = Math.max(partSize, Math.ceil(size / maximumParts));
  return await inParts(target, async (send) => {
    for (let start = 0; start < size; start += step) {
      const end = Math.min(size, start + step);
      await send((memory) => readFilePart(localPath, { start, end, memory }));
    }
  });
}

/** Sends a stream. Without a known size its parts grow, so that any object fits. */
export async function sendStreamInParts(
  target: MultipartTarget,
  { content, first, partSize, size }: {
    content: AsyncIterator<Uint8Array<ArrayBuffer>>;
    /** What was read of the stream to find out that it is large. */
    first: Uint8Array<ArrayBuffer>;
    partSize: number;
    /** What was announced. */
    size: number | undefined;
  },
): Promise<WrittenFile> {
  return await inParts(target, async (send) => {
    let total = first.length;
    let rest = first;
    let done = false;
    for (let number = 1; !done; number++) {
      const step = partSize * Math.max(1, Math.floor(number / 1000) * 4);
      const part = await fill(content, { start: rest, size: step });
      done = part.done;
      const whole = part.bytes;
      total += whole.length - rest.length;
      rest = new Uint8Array();
      if (whole.length > step) {
        rest = whole.slice(step);
        await send(() => whole.subarray(0, step));
      } else if (whole.length > 0) await send(() => whole);
      if (done && rest.length > 0) {
        const last = rest;
        await send(() => last);
      }
    }
    if (size !== undefined && total !== size) {
      throw storageError("changed", `${total} bytes came where ${size} were announced`);
    }
  });
}

/** Reads at least so many bytes, unless the stream ends before. */
export async function fill(
  content: AsyncIterator<Uint8Array<ArrayBuffer>>,
  { start, size }: { start: Uint8Array<ArrayBuffer>; size: number },
): Promise<{ bytes: Uint8Array<ArrayBuffer>; done: boolean }> {
  const chunks = [start];
  let length = start.length;
  let done = false;
  while (length < size) {
    const next = await content.next();
    if (next.done === true) {
      done = true;
      break;
    }
    chunks.push(next.value);
    length += next.value.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, done };
}

/** Waits for its turn, then sends what it is given; the memory offered may be used for it. */
type Send = (bytes: (memory?: ArrayBuffer) => Uint8Array<ArrayBuffer>) => Promise<void>;

async function inParts(
  target: MultipartTarget,
  produce: (send: Send) => Promise<void>,
): Promise<WrittenFile> {
  const { connection, key, headers, budget, again } = target;
  const uploadId = await again(() => begin(target));
  const parts: string[] = [];
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  async function sendPart(number: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const answer = await again(() =>
      required(connection, {
        method: "PUT",
        deed: "write",
        key,
        query: { partNumber: String(number), uploadId },
        headers: headers.every,
        body: bytes,
      })
    );
    await answer.discard();
    parts[number - 1] = answer.headers.get("etag") ?? "";
  }
  try {
    let number = 0;
    await produce(async (bytes) => {
      if (running.size >= partsAtOnce) await Promise.race(running);
      await budget.acquire();
      if (failure !== undefined) {
        budget.release();
        throw failure.error;
      }
      const part = ++number;
      const work = (async () => {
        try {
          const content = bytes(budget.spare.pop());
          await sendPart(part, content);
          budget.spare.push(content.buffer);
        } catch (error) {
          failure ??= { error };
        } finally {
          budget.release();
        }
      })();
      running.add(work);
      void work.finally(() => running.delete(work));
    });
    await Promise.all(running);
    if (failure !== undefined) throw failure.error;
    return await again(() => finish(target, { uploadId, parts }));
  } catch (error) {
    await Promise.all(running);
    await abandon(connection, { key, uploadId });
    throw error;
  }
}

async function begin({ connection, key, headers }: MultipartTarget): Promise<string> {
  const answer = await required(connection, {
    method: "POST",
    deed: "write",
    key,
    query: { uploads: "" },
    headers: { ...headers.every, ...headers.create },
  });
  const uploadId = element(await connection.text(answer, key), "UploadId");
  if (uploadId !== undefined) return uploadId;
  throw storageError("unexpected", `cannot write '${connection.address(key)}': no upload id came`);
}

async function finish(
  { connection, key, headers }: MultipartTarget,
  { uploadId, parts }: { uploadId: string; parts: readonly string[] },
): Promise<WrittenFile> {
  const list = parts.map((etag, i) =>
    `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`
  );
  const request: S3Request = {
    method: "POST",
    deed: "write",
    key,
    query: { uploadId },
    headers: headers.every,
    body: new TextEncoder().encode(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${
        list.join("")
      }</CompleteMultipartUpload>`,
    ),
  };
  const answer = await required(connection, request);
  const body = await connection.text(answer, key);
  // The status was sent before the service knew whether it would succeed.
  if (/<Error>/.test(body)) throw connection.hiddenError(answer, body, request);
  const etag = element(body, "ETag")?.replaceAll('"', "");
  const versionId = answer.headers.get("x-amz-version-id");
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === null ? {} : { versionId }),
  };
}

/** Parts of an upload that is never finished cost money for ever. */
async function abandon(
  connection: S3Connection,
  { key, uploadId }: { key: string; uploadId: string },
): Promise<void> {
  try {
    const answer = await connection.call({
      method: "DELETE",
      deed: "write",
      key,
      query: { uploadId },
    });
    await answer?.discard();
  } catch {
    // The first failure is the one to report.
  }
}

async function required(connection: S3Connection, request: S3Request) {
  const answer = await connection.call(request);
  if (answer !== undefined) return answer;
  throw storageError("broken", `the upload of '${connection.address(request.key)}' got lost`);
}

/** A stream as something that brings one piece after the other. */
export function piecesOf(content: ByteStream): AsyncIterator<Uint8Array<ArrayBuffer>> {
  return content[Symbol.asyncIterator]();
}
