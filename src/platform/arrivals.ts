/**
 * Where new files are written before they get their names. Beside their names is the usual place;
 * while somebody holds a folder's lock, it is one place for the whole folder, so that what a killed
 * run leaves behind lies where the next run looks, and not among people's data.
 *
 * @module
 */
import {
  changeMode,
  lookAt,
  lookThrough,
  openFile,
  realPath,
  removeIfThere,
  renameFile,
  temporaryName,
  writeAll,
} from "./files.ts";
import { isInside, parentDirectory } from "./paths.ts";

interface Arrival {
  readonly folder: string;
  readonly device: number | undefined;
  /** Folders from which a rename leads to `folder` and back, as far as they were looked at. */
  readonly near: Map<string, boolean>;
}

const byRoot = new Map<string, Arrival>();

/** From now on, until the result is disposed, files below `root` are written in `folder` first. */
export function arriveBy(root: string, folder: string): Disposable {
  byRoot.set(root, { folder, device: lookThrough(folder)?.device, near: new Map() });
  return {
    [Symbol.dispose]() {
      byRoot.delete(root);
    },
  };
}

/** A path for a temporary file from which a rename to `target` takes one step. */
export function temporaryPathFor(target: string): string {
  const parent = parentDirectory(target);
  for (const [root, arrival] of byRoot) {
    if (isInside(target, root) && isNear(parent, arrival)) {
      return `${arrival.folder}/${temporaryName()}`;
    }
  }
  return `${parent}/${temporaryName()}`;
}

/** A rename does not lead from one file system to another. */
function isNear(parent: string, { device, near }: Arrival): boolean {
  const known = near.get(parent);
  if (known !== undefined) return known;
  const found = lookThrough(parent)?.device;
  if (found === undefined) return false;
  near.set(parent, found === device);
  return found === device;
}

/**
 * Puts content under a path so that a reader sees the old or the new content, never a part: a
 * temporary file is written, synced and renamed. An existing file's mode is
 * kept, and a link is written through, so that what it leads to changes.
 */
export function writeFileAtomically(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const target = lookAt(path)?.kind === "link" ? realPath(path) : path;
  const old = lookAt(target);
  const temporary = temporaryPathFor(target);
  try {
    const file = openFile(temporary, { write: true, createNew: true });
    try {
      for (const block of bytes instanceof Uint8Array ? [bytes] : bytes) writeAll(file, block);
      if (old !== undefined) changeMode(temporary, old.mode);
      file.syncDataSync();
    } finally {
      file.close();
    }
    renameFile(temporary, target);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}
