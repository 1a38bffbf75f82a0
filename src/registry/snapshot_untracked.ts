/**
 * What a snapshot's tree itself holds, tracked data aside.
 *
 * @module
 */
import { compareCodePoints } from "../objects/listing.ts";
import type { FileTreeEntry } from "../platform/file_tree.ts";
import { joinPath } from "../platform/paths.ts";
import { belowProject, type Snapshot, type SnapshotFiles } from "./snapshot.ts";
import type { SnapshotProject } from "./snapshot_project.ts";

/**
 * The names in a folder of the tree, given by its path there, but for those that nobody asks for:
 * Git's and DVC's own, what `.dvcignore` hides, and projects, which are asked for by their paths.
 */
export async function visibleEntries(
  snapshot: Snapshot,
  path: string,
  project: SnapshotProject | undefined,
): Promise<FileTreeEntry[]> {
  const inside = project === undefined ? path : belowProject(path, project);
  const rules = (await project?.ignoreOutside())?.folder(inside);
  const visible: FileTreeEntry[] = [];
  for (const entry of await snapshot.tree.list(path) ?? []) {
    const isFolder = entry.kind === "directory";
    if (entry.name === ".git" || entry.name === ".dvc" && isFolder) continue;
    if (rules?.ignores(entry.name, isFolder) === true) continue;
    if (isFolder && await snapshot.isProject(joinPath(path, entry.name))) continue;
    visible.push(entry);
  }
  return visible;
}

/** A file of a work tree. */
export interface UntrackedFile {
  /** Relative to the folder that was asked for. */
  readonly path: string;
  readonly entry: FileTreeEntry;
}

/**
 * The files of a folder of the work tree that are not among these, in the order of their paths.
 * `files` are in that order, too, and relative to the folder.
 */
export async function untrackedBelow(
  snapshot: Snapshot,
  folder: string,
  files: SnapshotFiles,
): Promise<UntrackedFile[]> {
  const project = await snapshot.projectAround(folder);
  const found: UntrackedFile[] = [];
  const enter = async (below: string): Promise<void> => {
    for (const entry of await visibleEntries(snapshot, joinPath(folder, below), project)) {
      const path = joinPath(below, entry.name);
      if (entry.kind === "directory") await enter(path);
      else if (!holds(files, path)) found.push({ path, entry });
    }
  };
  await enter("");
  return found.sort((a, b) => compareCodePoints(a.path, b.path));
}

function holds(files: SnapshotFiles, path: string): boolean {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareCodePoints(files.at(middle)?.path ?? "", path);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
