/**
 * What a snapshot's tree itself holds, tracked data aside.
 *
 * @module
 */
import { compareCodePoints } from "../objects/listing.ts";
import { type FileTree, type FileTreeEntry, seenInFolder } from "../platform/file_tree.ts";
import { listNames } from "../platform/files.ts";
import { compareInWalk, joinPath, nativeBelow } from "../platform/paths.ts";
import { PathFinder } from "../workspace/path_finder.ts";
import type { FolderRules } from "./ignore.ts";
import type { SnapshotFiles } from "./snapshot_files.ts";
import { belowProject, type SnapshotProject } from "./snapshot_project.ts";

/** A tree and the projects in it. */
interface TreeOfProjects {
  readonly tree: FileTree;
  /** The nearest project at or above a path of the tree. */
  projectAround(path: string): Promise<SnapshotProject | undefined>;
  /** Whether a project begins at a path. */
  isProject(path: string): Promise<boolean>;
}

/**
 * The names in a folder of the tree, given by its path there, but for those that nobody asks for:
 * Git's and DVC's own, what `.dvcignore` hides, and projects, which are asked for by their paths.
 */
export async function visibleEntries(
  snapshot: TreeOfProjects,
  path: string,
  project: SnapshotProject | undefined,
): Promise<FileTreeEntry[]> {
  const rules = await rulesIn(path, project);
  const visible: FileTreeEntry[] = [];
  for (const entry of await snapshot.tree.list(path) ?? []) {
    const isFolder = entry.kind === "directory";
    if (isHidden(entry.name, isFolder, rules)) continue;
    if (isFolder && await snapshot.isProject(joinPath(path, entry.name))) continue;
    visible.push(entry);
  }
  return visible;
}

async function rulesIn(
  path: string,
  project: SnapshotProject | undefined,
): Promise<FolderRules | undefined> {
  if (project === undefined) return undefined;
  return (await project.ignoreOutside()).folder(belowProject(path, project));
}

function isHidden(name: string, isFolder: boolean, rules: FolderRules | undefined): boolean {
  return name === ".git" || name === ".dvc" && isFolder || rules?.ignores(name, isFolder) === true;
}

/** A file of a work tree. */
export interface UntrackedFile {
  /** Relative to the folder that was asked for. */
  readonly path: string;
  readonly entry: FileTreeEntry;
}

/**
 * The files of a folder of the work tree that are not among the recorded ones, in the order of
 * their paths. Of the recorded ones, which may be a million, none is looked at.
 */
export async function untrackedBelow(
  snapshot: TreeOfProjects,
  folder: string,
  recorded: SnapshotFiles,
): Promise<UntrackedFile[]> {
  const { tree } = snapshot;
  if (tree.folder === undefined) return [];
  const root = nativeBelow(tree.folder, folder);
  const project = await snapshot.projectAround(folder);
  const known = finderOf(recorded);
  const found: UntrackedFile[] = [];
  const enter = async (below: string): Promise<void> => {
    const listed = listNames(nativeBelow(root, below));
    const rules = await rulesIn(joinPath(folder, below), project);
    for (const name of listed?.names ?? []) {
      const path = joinPath(below, name);
      const place = joinPath(folder, path);
      const isFolder = listed?.others.get(name)?.isDirectory === true;
      if (!isFolder && known.find(path) >= 0) continue;
      if (isHidden(name, isFolder, rules)) continue;
      if (!isFolder) {
        const entry = await tree.stat(place);
        const isLink = listed?.others.get(name)?.isSymlink === true;
        if (entry !== undefined) found.push({ path, entry: seenInFolder(entry, isLink) });
      } else if (!await snapshot.isProject(place)) await enter(path);
    }
  };
  await enter("");
  return found.sort((a, b) => compareCodePoints(a.path, b.path));
}

/** Finds paths of files in the order of a walk. */
function finderOf(files: SnapshotFiles): PathFinder {
  const paths = Array.from(files, ({ path }) => path);
  const isSorted = paths.every((path, i) => i === 0 || compareInWalk(paths[i - 1] ?? "", path) < 0);
  return new PathFinder(isSorted ? paths : paths.sort(compareInWalk), compareInWalk);
}
