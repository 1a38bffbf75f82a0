/**
 * Listings of a bucket, page by page.
 *
 * @module
 */
import { element, elements } from "../flat_xml.ts";
import { type FolderPage, pathBelow } from "../object_keys.ts";
import type { StoredFile } from "../storage.ts";
import type { S3Connection } from "./connection.ts";

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
  const query = { ...(versions ? { versions: "" } : { "list-type": "2" }), prefix: root + prefix };
  for await (const { page, decode } of pagesOf(connection, { query, versions })) {
    for (const item of elements(page, versions ? "Version" : "Contents")) {
      if (versions && element(item, "IsLatest") === "false") continue;
      const path = pathBelow(root, decode(element(item, "Key") ?? ""));
      if (path !== undefined) yield storedFile(path, item);
    }
  }
}

/** The pages of a folder's names. */
export async function* folderPages(
  connection: S3Connection,
  root: string,
): AsyncIterable<FolderPage> {
  const query = { "list-type": "2", prefix: root, delimiter: "/" };
  for await (const { page, decode } of pagesOf(connection, { query, versions: false })) {
    yield {
      files: [...elements(page, "Contents")].map((item) => ({
        key: decode(element(item, "Key") ?? ""),
        size: Number(element(item, "Size") ?? "0"),
      })),
      folders: [...elements(page, "CommonPrefixes")].map((item) =>
        decode(element(item, "Prefix") ?? "")
      ),
    };
  }
}

async function* pagesOf(
  connection: S3Connection,
  { query, versions }: { query: Readonly<Record<string, string>>; versions: boolean },
): AsyncGenerator<Page> {
  let next: Record<string, string> | undefined = {};
  while (next !== undefined) {
    const page: Page = await readPage(connection, { ...query, ...next });
    yield page;
    next = element(page.page, "IsTruncated") === "true"
      ? following(page.page, { versions, decode: page.decode })
      : undefined;
  }
}

interface Page {
  readonly page: string;
  /** XML cannot hold every character, so that keys come encoded once more. */
  readonly decode: (key: string) => string;
}

async function readPage(
  connection: S3Connection,
  query: Readonly<Record<string, string>>,
): Promise<Page> {
  const answer = await connection.call({
    method: "GET",
    deed: "list",
    query: { ...query, "max-keys": "1000", "encoding-type": "url" },
  });
  const page = answer === undefined ? "" : await connection.text(answer, query.prefix ?? "");
  const encoded = element(page, "EncodingType") === "url";
  return {
    page,
    decode: (key) => encoded ? decodeURIComponent(key.replaceAll("+", "%20")) : key,
  };
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
