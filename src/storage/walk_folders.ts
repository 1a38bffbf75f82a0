/**
 * Listing all files of servers that list only folder by folder.
 *
 * @module
 */
import { isTemporaryName } from "../platform/files.ts";
import type { Leftovers } from "./leftovers.ts";
import type { StoredFile } from "./storage.ts";
import { isSafePath, safePath } from "./storage_path.ts";

/** How a server is walked. */
export interface FolderWalk<Name extends { readonly name: string }> {
  /** How many folders are asked for at once. */
  readonly concurrency: number;
  /** The names in a folder; undefined where there is no such folder. */
  readonly inside: (folder: string) => Promise<Iterable<Name> | undefined>;
  /** What a name is; undefined for what is passed over. */
  readonly look: (
    path: string,
    name: Name,
  ) => StoredFile | "folder" | undefined | Promise<StoredFile | "folder" | undefined>;
  /** Told of temporary files. */
  readonly leftovers: Leftovers;
}

/** Every file whose path starts with a text, level by level. Temporary files are none. */
export async function* walkFolders<Name extends { readonly name: string }>(
  prefix: string,
  { concurrency, inside, look, leftovers }: FolderWalk<Name>,
): AsyncGenerator<StoredFile> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1).replace(/\/$/, "");
  let level = [safePath(folder)];
  while (level.length > 0) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += concurrency) {
      const some = level.slice(at, at + concurrency);
      const listed = await Promise.all(some.map(inside));
      for (const [i, below] of some.entries()) {
        for (const one of listed[i] ?? []) {
          const path = below === "" ? one.name : `${below}/${one.name}`;
          if (!isSafePath(path)) continue;
          const found = await look(path, one);
          if (isTemporaryName(one.name)) {
            if (found !== "folder" && found !== undefined) leftovers.saw(found);
          } else if (found === "folder") {
            if (path.startsWith(prefix) || prefix.startsWith(`${path}/`)) next.push(path);
          } else if (found !== undefined && path.startsWith(prefix)) yield found;
        }
      }
    }
    level = next;
  }
}
