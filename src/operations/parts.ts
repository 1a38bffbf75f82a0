/**
 * Parts of folders: which files of a source are wanted.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { baseName, parentPath } from "../platform/paths.ts";
import type { Found } from "../registry/snapshot.ts";
import { matchGlob } from "./glob.ts";

/** Patterns over paths below what is asked for; absent: all files, none left out. */
export interface Parts {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** Whether all of a folder is wanted. */
export function isWhole({ include, exclude }: Parts): boolean {
  return (include?.length ?? 0) + (exclude?.length ?? 0) === 0;
}

/**
 * Whether a file is wanted. A pattern speaks of a file's whole path, of a folder above it, or,
 * where it holds no slash, of its name.
 */
export function isWanted(path: string, { include, exclude }: Parts): boolean {
  const fits = (pattern: string) => {
    const plain = pattern.replace(/^\.?\/+|\/+$/g, "");
    if (!plain.includes("/") && matchGlob(plain, baseName(path))) return true;
    for (let at = path; at !== ""; at = parentPath(at)) if (matchGlob(plain, at)) return true;
    return false;
  };
  const included = include === undefined || include.length === 0 || include.some(fits);
  return included && !(exclude ?? []).some(fits);
}

/** What was found, less what is not wanted. Throws where nothing is left, or for a file. */
export function partOf(found: Found, parts: Parts, shown: string): Found {
  if (isWhole(parts)) return found;
  if (found.kind === "file") {
    throw new DvtError("failed", `'${shown}' is a file; --include and --exclude are for folders`);
  }
  return {
    ...found,
    async files() {
      const files = [...await found.files()].filter(({ path }) => isWanted(path, parts));
      if (files.length > 0) return files;
      throw new DvtError("not-found", `no file of '${shown}' is wanted`, {
        hint: "--include and --exclude take patterns such as 'train/*.csv', relative to the folder",
      });
    },
  };
}
