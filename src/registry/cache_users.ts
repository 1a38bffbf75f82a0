/**
 * Which projects use a cache that lies outside of them, so that `gc` in one keeps what the others
 * need. Each notes itself in the cache, in a folder that DVC passes over.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  isDirectory,
  isPermissionDenied,
  leadsSomewhere,
  listDirectory,
  makeDirectory,
  readTextIfThere,
} from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";

const folder = ".dvt/projects";

/** Notes a project as a user of a cache, once. A cache that may only be read stays as it is. */
export function noteCacheUser(cache: string, root: string): void {
  const place = nativeBelow(cache, `${folder}/${md5Hex(new TextEncoder().encode(root))}`);
  if (leadsSomewhere(place) || !isDirectory(cache)) return;
  try {
    makeDirectory(nativeBelow(cache, folder));
    writeFileAtomically(place, `${root}\n`);
  } catch (error) {
    if (!isPermissionDenied(error)) throw error;
  }
}

/** The top folders of projects that noted themselves and are still there. */
export function cacheUsers(cache: string): string[] {
  const users: string[] = [];
  for (const { name, isFile } of listDirectory(nativeBelow(cache, folder)) ?? []) {
    if (!isFile) continue;
    const root = readTextIfThere(nativeBelow(cache, `${folder}/${name}`))?.trim() ?? "";
    if (root !== "" && isDirectory(nativeBelow(root, ".dvc"))) users.push(root);
  }
  return users.sort();
}
