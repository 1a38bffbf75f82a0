/**
 * Listings of a bucket, page by page.
 *
 * @module
 */
import type { StoredFile } from "../storage.ts";
import type { S3Connection } from "./connection.ts";
import { element, elements } from "./xml.ts";

/** What is listed. */
export interface S3Listing {
  /** What all keys of the storage start with: empty, or ending in a slash. */
  readonly root: string;
  readonly prefix: string;
  /** With the ids of the newest versions. */
  readonly versions: boolean;
}

/** All objects below a prefix. Keys that end in a slash are folders' markers, and left out. */
export async function* listObjects(
  connection: S3Connection,
  { root, prefix, versions }: S3Listing,
): AsyncIterable<StoredFile> {
  let next: Record<string, string> | undefined = {};
  while (next !== undefined) {
    const answer = await connection.call({
      method: "GET",
      deed: "list",
      query: {
        ...(versions ? { versions: "" } : { "list-type": "2" }),
        prefix: root + prefix,
        "max-keys": "1000",
        "encoding-type": "url",
        ...next,
      },
    });
    if (answer === undefined) return;
    const page = await connection.text(answer, root + prefix);
    // XML cannot hold every character, so that keys come encoded once more.
    const encoded = element(page, "EncodingType") === "url";
    const decode = (key: string) => encoded ? decodeURIComponent(key.replaceAll("+", "%20")) : key;
    for (const item of elements(page, versions ? "Version" : "Contents")) {
      if (versions && element(item, "IsLatest") === "false") continue;
      const key = decode(element(item, "Key") ?? "");
      if (!key.startsWith(root) || key.endsWith("/") || key.length === root.length) continue;
      yield storedFile(key.slice(root.length), item);
    }
    next = element(page, "IsTruncated") === "true"
      ? following(page, { versions, decode })
      : undefined;
  }
}

function storedFile(path: string, item: string): StoredFile {
  const etag = element(item, "ETag")?.replaceAll('"', "");
  const lastModified = element(item, "LastModified");
  const versionId = element(item, "VersionId");
  return {
    path,
    size: Number(element(item, "Size") ?? "0"),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(versionId === undefined || versionId === "null" ? {} : { versionId }),
  };
}

function following(
  page: string,
  { versions, decode }: { versions: boolean; decode: (key: string) => string },
): Record<string, string> | undefined {
  if (!versions) {
    const token = element(page, "NextContinuationToken");
    return token === undefined ? undefined : { "continuation-token": token };
  }
  const marker = element(page, "NextKeyMarker");
  const versionMarker = element(page, "NextVersionIdMarker");
  if (marker === undefined) return undefined;
  return {
    "key-marker": decode(marker),
    ...(versionMarker === undefined ? {} : { "version-id-marker": versionMarker }),
  };
}
