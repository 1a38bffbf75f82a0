/**
 * Large objects go up in parts, several at once; the object appears when all of them are there.
 *
 * @module
 */
import { storageError } from "../fault.ts";
import type { PartsOptions } from "../object_storage.ts";
import { type PartSource, sendParts } from "../parts.ts";
import type { WrittenFile } from "../storage.ts";
import type { S3Connection, S3Request } from "./connection.ts";
import type { S3Headers } from "./headers.ts";
import { element, escapeXml } from "../flat_xml.ts";

/** Where the parts go. */
export interface MultipartTarget extends PartsOptions {
  readonly connection: S3Connection;
  readonly key: string;
  readonly headers: S3Headers;
}

/** Makes an object of parts; those of an upload that failed are given up. */
export async function sendInParts(
  target: MultipartTarget,
  source: PartSource,
): Promise<WrittenFile> {
  const { connection, key, headers, budget, again } = target;
  const uploadId = await again(() => begin(target));
  const parts: string[] = [];
  try {
    await sendParts(source, {
      budget,
      async sendPart(number, bytes) {
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
      },
    });
    return await again(() => finish(target, { uploadId, parts }));
  } catch (error) {
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
