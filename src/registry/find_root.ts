/**
 * Where a project begins.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isDirectory, lookAt } from "../platform/files.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";

/** The nearest folder at or above `directory` that holds a `.dvc` folder; undefined if none does. */
export function findProjectRoot(directory: string): string | undefined {
  for (let folder = directory;; folder = parentDirectory(folder)) {
    if (isDirectory(nativeBelow(folder, ".dvc"))) return folder;
    if (isTop(folder)) return undefined;
  }
}

/** The same, but a `not-a-project` error where there is none. */
export function requireProjectRoot(directory: string): string {
  const root = findProjectRoot(directory);
  if (root !== undefined) return root;
  let top = directory;
  while (!isTop(top)) top = parentDirectory(top);
  throw new DvtError(
    "not-a-project",
    `you are not inside of a DVC repository (checked up to mount point '${top}')`,
    { hint: 'run "dvt init" in the folder where the project shall begin' },
  );
}

/** Like DVC, the search does not leave a mounted file system. */
function isTop(folder: string): boolean {
  const parent = parentDirectory(folder);
  return parent === folder || lookAt(folder)?.device !== lookAt(parent)?.device;
}
