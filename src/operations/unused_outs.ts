/**
 * Outputs of the version before that this version does not have: checkout takes them away, as Git
 * takes away its files, if nothing is lost by it.
 *
 * @module
 */
import { gitTracked } from "../git/tracked.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  isDirectory,
  makeDirectory,
  readTextIfThere,
  removeEmptyDirectory,
  removeIfThere,
  removeTree,
} from "../platform/files.ts";
import { DvtError } from "../platform/error.ts";
import { nativeBelow, parentPath, relativeNative, toPosix } from "../platform/paths.ts";
import type { Project } from "../registry/project.ts";
import { Catalog, type TrackedOut } from "../registry/tracked.ts";
import { scan } from "../workspace/scan.ts";
import type { CheckedOut } from "./checked_out.ts";
import { scanOptions } from "./record.ts";

/** Moves of HEAD further back than this are not looked at. */
const mostMoves = 10;

/** What was removed. */
export interface RemovedOuts {
  readonly outs: readonly CheckedOut[];
  /** Files. */
  readonly deleted: number;
}

/**
 * Removes the data of outputs that commits had on which HEAD stood since the last checkout, and
 * that are no outputs now. Data that Git tracks, or that is not in the cache, stays.
 */
export async function removeUnusedOuts(project: Project): Promise<RemovedOuts> {
  const outs: CheckedOut[] = [];
  let deleted = 0;
  const { git } = project;
  if (git?.root === undefined) return { outs, deleted };
  const log = readTextIfThere(nativeBelow(git.gitDirectory, "logs/HEAD")) ?? "";
  const notePath = `${project.temporaryFolder}/dvt/head_moves`;
  const seen = Number(readTextIfThere(notePath) ?? "0") || 0;
  const note = () => {
    try {
      makeDirectory(`${project.temporaryFolder}/dvt`);
      writeFileAtomically(notePath, String(log.length));
    } catch {
      // A project that may only be read: the same commits are looked at again next time.
    }
  };
  if (log.length === seen) return { outs, deleted };
  const catalog = await project.catalog();
  for (const one of await formerOuts(project, log.slice(log.length > seen ? seen : 0))) {
    const overlaps = catalog.containing(one.path) !== undefined ||
      catalog.below(one.path).length > 0;
    if (overlaps) continue;
    const files = await removeSaved(project, one);
    if (files === undefined) continue;
    deleted += files.count;
    outs.push({ change: "deleted", path: project.shown(one.path), isFolder: files.isFolder });
  }
  note();
  return { outs, deleted };
}

/** The outputs of the commits from which HEAD moved away, each path once. */
async function formerOuts(project: Project, moves: string): Promise<TrackedOut[]> {
  const { git } = project;
  if (git?.root === undefined) return [];
  const commits = new Set<string>();
  for (const line of moves.split("\n").slice(-mostMoves - 1)) {
    const [before, after] = line.split(" ");
    if (before !== undefined && /^[0-9a-f]{40,}$/.test(before) && !/^0+$/.test(before)) {
      if (before !== after) commits.add(before);
    }
  }
  if (commits.size === 0) return [];
  const { stagesOfCommit } = await import("./revision_scope.ts");
  project.context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  const path = toPosix(relativeNative(git.root, project.root));
  const found = new Map<string, TrackedOut>();
  for (const commit of commits) {
    try {
      const prefix = path === "." ? "" : path;
      const stages = await stagesOfCommit({ git, commit, prefix });
      for (const one of new Catalog(stages).outs) if (one.out.cache) found.set(one.path, one);
    } catch (error) {
      // An old commit that cannot be read any more takes nothing away.
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    }
  }
  return [...found.values()];
}

async function removeSaved(
  project: Project,
  { path, out }: TrackedOut,
): Promise<{ count: number; isFolder: boolean } | undefined> {
  const place = project.nativePath(path);
  const { git } = project;
  const current = await scan(place, scanOptions(path, { project, hash: out.hash }));
  if (current.kind === "missing") return undefined;
  if (git !== undefined && (await gitTracked(git, [place])).size > 0) return undefined;
  const cache = project.cache(out.hash);
  if (current.kind === "file") {
    if (!await cache.has(current.id)) return undefined;
    removeIfThere(place);
  } else {
    if (current.walk.ignored.length > 0) return undefined;
    if (!current.hashes.every((id) => cache.lists(id))) return undefined;
    removeTree(place);
  }
  project.state.forget(path);
  for (let folder = parentPath(path); folder !== ""; folder = parentPath(folder)) {
    const around = project.nativePath(folder);
    if (!isDirectory(around) || !removeEmptyDirectory(around)) break;
  }
  return current.kind === "file"
    ? { count: 1, isFolder: false }
    : { count: current.nfiles, isFolder: true };
}
