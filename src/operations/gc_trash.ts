/**
 * The trash of a cache: what `gc --trash` put aside, until it is restored or emptied.
 *
 * @module
 */
import type { LocalStore } from "../objects/local_store.ts";
import { isObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { exists, listDirectory, removeTree, renameFile } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import { openProject, type Project } from "../registry/project.ts";

const folder = ".dvt/trash";

/** A new part of the trash, named by the time, such that they sort. */
export function newTrash(project: Project, time: Date): string {
  const name = time.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return nativeBelow(project.cacheDirectory, `${folder}/${name}-${project.context.processId}`);
}

/** Brings everything in the trash back into the cache; answers the number of objects. */
export async function restoreTrash(context: Context): Promise<number> {
  const project = openProject(context);
  using _lock = await project.lock();
  let restored = 0;
  for (const part of parts(project).reverse()) {
    for (const hash of ["md5", "md5-dos2unix"] as const) {
      const cache = project.cache(hash);
      for (const { path, prefix, name } of contents(nativeBelow(part, hash))) {
        const id = prefix + name;
        const target = isObjectId(id)
          ? cache.targetFor(id)
          : nativeBelow(foldersOf(cache), `${prefix}/${name}`);
        if (exists(target)) continue;
        renameFile(path, target);
        restored++;
      }
    }
    removeTree(part);
  }
  return restored;
}

/** Removes the trash for good; answers the number of objects. */
export async function emptyTrash(context: Context): Promise<number> {
  const project = openProject(context);
  using _lock = await project.lock();
  let removed = 0;
  for (const part of parts(project)) {
    for (const hash of ["md5", "md5-dos2unix"]) {
      removed += [...contents(nativeBelow(part, hash))].length;
    }
    removeTree(part);
  }
  return removed;
}

function foldersOf(cache: LocalStore): string {
  return cache.hash === "md5" ? nativeBelow(cache.root, "files/md5") : cache.root;
}

function parts(project: Project): string[] {
  const trash = nativeBelow(project.cacheDirectory, folder);
  return (listDirectory(trash) ?? []).map(({ name }) => nativeBelow(trash, name)).sort();
}

function* contents(
  place: string,
): Generator<{ readonly path: string; readonly prefix: string; readonly name: string }> {
  for (const { name: prefix } of listDirectory(place) ?? []) {
    for (const { name } of listDirectory(nativeBelow(place, prefix)) ?? []) {
      yield { path: nativeBelow(place, `${prefix}/${name}`), prefix, name };
    }
  }
}
