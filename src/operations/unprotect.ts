/**
 * Makes files of the workspace independent of the cache, so that they may be edited.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import {
  changeMode,
  copyFile,
  defaultMode,
  exists,
  type FileFacts,
  listDirectory,
  lookAt,
  lookThrough,
  removeIfThere,
  renameFile,
} from "../platform/files.ts";
import { absolutePath } from "../platform/paths.ts";
import { temporaryPathFor } from "../platform/arrivals.ts";
import { breathe, stopIfAborted } from "../platform/pool.ts";
import { openProject } from "../registry/project.ts";

/** Unprotects what the targets name, files or folders, at any depth. */
export async function unprotect(targets: readonly string[], context: Context): Promise<void> {
  const project = openProject(context);
  using _lock = await project.lock();
  for (const typed of targets) {
    const place = absolutePath(typed, context.directory);
    if (!exists(place)) {
      throw new DvtError("not-found", `can't unprotect non-existing data '${typed}'`);
    }
    await unprotectTree(place, context);
  }
}

/** Unprotects a file, or every file below a folder. */
export async function unprotectTree(place: string, context: Context): Promise<void> {
  const facts = lookThrough(place);
  if (facts === undefined) {
    if (lookAt(place)?.kind !== "link") return;
    throw new DvtError("missing-data", `can't unprotect non-existing data '${place}'`, {
      hint: 'fetch the data first with "dvt pull", or remove the link',
    });
  }
  if (facts.kind !== "directory") return unprotectFile(place, facts);
  for (const { name } of listDirectory(place) ?? []) {
    await unprotectTree(`${place}/${name}`, context);
  }
  await breathe();
  stopIfAborted(context.signal);
}

function unprotectFile(place: string, facts: FileFacts): void {
  if (facts.kind !== "file") return;
  const isLink = lookAt(place)?.kind === "link";
  if (!isLink && facts.links === 1) {
    if ((facts.mode & 0o200) === 0) changeMode(place, writable(facts));
    return;
  }
  const temporary = temporaryPathFor(place);
  try {
    copyFile(place, temporary);
    changeMode(temporary, writable(facts));
    renameFile(temporary, place);
  } finally {
    removeIfThere(temporary);
  }
}

/** As a new file would be, but executable where it was. */
function writable({ mode }: FileFacts): number {
  return defaultMode() | (mode & 0o100);
}
