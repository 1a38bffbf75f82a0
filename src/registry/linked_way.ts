/**
 * Links on the way to an output. A stranger's repository can hold a link in the place of a folder,
 * and a stage file whose output lies behind it: what is written there would land anywhere.
 *
 * @module
 */
import { gitTracked } from "../git/tracked.ts";
import { DvtError } from "../platform/error.ts";
import { lookAt, lookThrough, readLink } from "../platform/files.ts";
import { parentPath } from "../platform/paths.ts";
import type { Project } from "./project.ts";
import { refuseBusy } from "./rwlock.ts";

/**
 * Throws where an output is not to be written, moved or removed, since a link leads elsewhere or
 * another process is at it. The output itself may be a link to a folder, on another disk perhaps, if it is the user's own: one
 * that Git does not track.
 */
export async function refuseUnsafe(project: Project, path: string): Promise<void> {
  refuseBusy(project, path);
  for (let folder = parentPath(path); folder !== ""; folder = parentPath(folder)) {
    if (lookAt(project.nativePath(folder))?.kind === "link") throw linked(project, path, folder);
  }
  const place = project.nativePath(path);
  if (lookAt(place)?.kind !== "link" || lookThrough(place)?.kind !== "directory") return;
  if (project.git === undefined || !(await gitTracked(project.git, [place])).has(place)) return;
  throw linked(project, path, path);
}

function linked(project: Project, path: string, folder: string): DvtError {
  const target = readLink(project.nativePath(folder));
  return new DvtError(
    "conflict",
    `'${project.shown(path)}' is not touched: '${project.shown(folder)}' is a link to '${target}'`,
    { hint: "replace the link by a folder, if you trust where the project comes from" },
  );
}
