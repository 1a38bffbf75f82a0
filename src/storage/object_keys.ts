/**
 * Keys of services of objects, which know no folders: paths below a prefix, and folders read out of
 * the slashes.
 *
 * @module
 */
import type { FolderEntry } from "./storage.ts";

/** The key of a path below a prefix, which has no slashes at its ends and may be empty. */
export function keyBelow(prefix: string, path: string): string {
  if (path === "") return prefix;
  return prefix === "" ? path : `${prefix}/${path}`;
}

/** What all keys below a key begin with. */
export function rootOf(key: string): string {
  return key === "" ? "" : `${key}/`;
}

/** The path of a key below a root; undefined for the root's own marker and those of folders. */
export function pathBelow(root: string, key: string): string | undefined {
  if (!key.startsWith(root) || key.endsWith("/") || key.length === root.length) return undefined;
  return key.slice(root.length);
}

/** A page of a listing that ends at slashes. Sizes are bytes. */
export interface FolderPage {
  readonly files: Iterable<{ readonly key: string; readonly size: number }>;
  /** Each ending in a slash. */
  readonly folders: Iterable<string>;
}

/**
 * The names in a folder; undefined where no key begins with it. The marker of an empty folder makes
 * it one.
 */
export async function folderEntries(
  key: string,
  pages: (root: string) => AsyncIterable<FolderPage>,
): Promise<FolderEntry[] | undefined> {
  const root = rootOf(key);
  const found: FolderEntry[] = [];
  let exists = root === "";
  for await (const { files, folders } of pages(root)) {
    for (const { key, size } of files) {
      exists = true;
      const name = key.slice(root.length);
      if (name !== "") found.push({ name, kind: "file", size });
    }
    for (const folder of folders) {
      exists = true;
      found.push({ name: folder.slice(root.length, -1), kind: "directory" });
    }
  }
  return exists ? found : undefined;
}
