/**
 * Files that arrive at a path outside of any project: `get` and `get-url`.
 *
 * @module
 */
import { temporaryPathFor } from "../platform/arrivals.ts";
import { DvtError } from "../platform/error.ts";
import {
  exists,
  isDirectory,
  lookAt,
  makeDirectory,
  removeTree,
  renameFile,
} from "../platform/files.ts";
import { parentDirectory, parentPath } from "../platform/paths.ts";
import { inShares } from "../platform/shares.ts";

/** A file and the native path at which it shall arrive; the path's folder exists. */
export interface PlacedFile<File> {
  readonly file: File;
  readonly target: string;
}

/**
 * Lets files arrive at a native path: a single file, or the files of a folder, whose paths are
 * relative to it. A new folder is seen when it is complete; one that is there takes the files in.
 */
export async function arrive<File extends { readonly path: string }>(
  files: Iterable<File>,
  { out, isFolder }: { readonly out: string; readonly isFolder: boolean },
  write: (
    files: readonly PlacedFile<File>[],
    /** Whether the files lie in a folder that nobody sees before it is complete. */
    unseen: boolean,
  ) => Promise<void>,
): Promise<void> {
  makeDirectory(parentDirectory(out));
  const [file] = files;
  if (!isFolder && file !== undefined) {
    if (isDirectory(out)) removeTree(out); // only with --force
    await write([{ file, target: out }], false);
    return;
  }
  const fresh = temporaryPathFor(out);
  const existing = lookAt(out)?.kind === "directory";
  const target = existing ? out : fresh;
  try {
    makeFolders(target, files);
    for (const share of inShares(files)) {
      await write(share.map((file) => ({ file, target: `${target}/${file.path}` })), !existing);
    }
    if (!existing) {
      if (exists(out)) removeTree(out); // a file or link, only with --force
      renameFile(fresh, out);
    }
  } finally {
    removeTree(fresh);
  }
}

function makeFolders(target: string, files: Iterable<{ readonly path: string }>): void {
  makeDirectory(target);
  const ready = new Set([""]);
  const make = (folder: string): void => {
    if (ready.has(folder)) return;
    make(parentPath(folder));
    const place = `${target}/${folder}`;
    const kind = lookAt(place)?.kind;
    if (kind === undefined) makeDirectory(place);
    else if (kind !== "directory") {
      throw new DvtError("conflict", `'${place}' is in the way of a folder`, {
        hint: "move it away and run the command again",
      });
    }
    ready.add(folder);
  };
  for (const { path } of files) make(parentPath(path));
}
