/**
 * Listings of a bucket, page by page.
 *
 * @module
 */
import type { FolderEntry, StoredFile } from "../storage.ts";
import type { S3Connection } from "./connection.ts";
import { element, elements } from "../flat_xml.ts";

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
    const { page, decode }: Page = await readPage(connection, {
      ...(versions ? { versions: "" } : { "list-type": "2" }),
      prefix: root + prefix,
      ...next,
    });
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

/**
 * The names in a folder; undefined where no key begins with it. The marker of an empty folder makes
 * it one.
 */
export async function listOneFolder(
  connection: S3Connection,
  key: string,
): Promise<FolderEntry[] | undefined> {
  const root = key === "" ? "" : `${key}/`;
  const found: FolderEntry[] = [];
  let exists = root === "";
  let next: Record<string, string> | undefined = {};
  while (next !== undefined) {
    const { page, decode }: Page = await readPage(connection, {
      "list-type": "2",
      prefix: root,
      delimiter: "/",
      ...next,
    });
    for (const item of elements(page, "Contents")) {
      exists = true;
      const name = decode(element(item, "Key") ?? "").slice(root.length);
      if (name === "") continue;
      found.push({ name, kind: "file", size: Number(element(item, "Size") ?? "0") });
    }
    for (const item of elements(page, "CommonPrefixes")) {
      exists = true;
      const name = decode(element(item, "Prefix") ?? "").slice(root.length, -1);
      found.push({ name, kind: "directory" });
    }
    next = element(page, "IsTruncated") === "true"
      ? following(page, { versions: false, decode })
      : undefined;
  }
  return exists ? found : undefined;
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
