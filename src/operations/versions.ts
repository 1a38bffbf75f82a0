/**
 * Which versions of some data a repository has: the commits that changed it, and the tags on them.
 *
 * @module
 */
import { type PathChange, pathHistory } from "../git/history.ts";
import type { Git } from "../git/git.ts";
import { prefetchObjects } from "../git/partial.ts";
import { GitTree } from "../git/tree.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { joinPath, parentPath } from "../platform/paths.ts";
import { readFromTree } from "../registry/collect.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { belowProject, type SnapshotProject } from "../registry/snapshot_project.ts";
import { openSource } from "../registry/source.ts";
import { Catalog } from "../registry/tracked.ts";

/** Whose versions are wanted. */
export interface VersionsRequest {
  readonly url: string;
  readonly path: string;
  readonly offline: boolean;
}

/** One version of data, from the commit that brought it. */
export interface DataVersion {
  readonly commit: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** `Name <address>`. */
  readonly author: string;
  readonly subject: string;
  /** The tags whose commits have this version. */
  readonly tags: readonly string[];
  /** Of tracked data its MD5 (`….dir` for a folder), of a file of Git its blob. */
  readonly hash: string;
  /** Bytes; undefined where the stage file does not say. */
  readonly size: number | undefined;
  /** Files of a folder. */
  readonly nfiles: number | undefined;
  /** Whether the newest commit has it. */
  readonly current: boolean;
}

/** What a commit records of the data. */
interface Recorded {
  readonly hash: string;
  readonly size: number | undefined;
  readonly nfiles: number | undefined;
}

/** The versions of what is at a path, the newest first. No data is downloaded. */
export async function versions(
  { url, path, offline }: VersionsRequest,
  context: Context,
): Promise<DataVersion[]> {
  const snapshot = await openSource({ url, rev: "HEAD", offline, history: true }, context);
  const { git, commit } = snapshot;
  if (git === undefined || commit === undefined) {
    throw new DvtError("git", `'${snapshot.label}' has no history: it is no Git repository`);
  }
  const place = await placeOf(snapshot, path);
  const changes = await pathHistory(git, place.files);
  await prefetchObjects(git, changes.flatMap(({ blob }) => blob ?? []));
  const records = new Map<string, Recorded>();
  const found: DataVersion[] = [];
  let last: string | undefined;
  for (const change of changes.reverse()) {
    const recorded = await recordedIn(git, change, place);
    if (change.blob !== undefined && recorded !== undefined) {
      records.set(`${change.path}\0${change.blob}`, recorded);
    }
    if (recorded !== undefined && recorded.hash !== last) {
      const { commit, time, author, subject } = change;
      found.unshift({ commit, time, author, subject, tags: [], ...recorded, current: false });
    }
    last = recorded?.hash;
  }
  const hashAt = async (at: string) => {
    const tree = new GitTree(git, at);
    for (const file of place.files) {
      const known = records.get(`${file}\0${await tree.objectAt(file)}`);
      if (known !== undefined) return known.hash;
    }
    return undefined;
  };
  if (found.length === 0) {
    throw new DvtError("not-found", `'${path}' was never in '${snapshot.label}'`, {
      hint: `see what is there: dvt list ${snapshot.label}`,
    });
  }
  return await named(found, { snapshot, hashAt, head: await hashAt(commit) });
}

/** Where a path's data is recorded, at whatever commit. */
interface Place {
  /** Stage files, `dvc.lock` files, and the path itself; of the repository. */
  readonly files: readonly string[];
  readonly project: SnapshotProject | undefined;
  /** The path within the project, or of the repository. */
  readonly inside: string;
  readonly treePath: string;
}

async function placeOf(snapshot: Snapshot, path: string): Promise<Place> {
  const treePath = snapshot.treePath(path);
  const project = await snapshot.projectAround(treePath);
  const inside = project === undefined ? treePath : belowProject(treePath, project);
  const files = new Set([treePath]);
  if (project !== undefined) {
    // Its stage file may have had other names before, the usual ones as a rule.
    for (let at = inside; at !== ""; at = parentPath(at)) {
      files.add(joinPath(project.path, `${at}.dvc`));
      files.add(joinPath(project.path, joinPath(parentPath(at), "dvc.lock")));
    }
    const tracked = await project.containing(inside) ??
      (await project.catalog()).containing(inside);
    if (tracked !== undefined) {
      const stage = joinPath(project.path, tracked.stage.path);
      files.add(stage.replace(/dvc\.yaml$/, "dvc.lock"));
    }
  }
  return { files: [...files], project, inside, treePath };
}

async function recordedIn(
  git: Git,
  { commit, path, blob }: PathChange,
  { project, inside, treePath }: Place,
): Promise<Recorded | undefined> {
  if (blob === undefined) return undefined;
  const tree = new GitTree(git, commit);
  if (path === treePath) {
    const size = (await tree.sizes([path])).get(path);
    return { hash: blob, size, nfiles: undefined };
  }
  const stage = path.replace(/dvc\.lock$/, "dvc.yaml");
  const stages = await readFromTree(tree, [stage], project?.path ?? "");
  const out = new Catalog(stages).containing(inside)?.out;
  if (out?.md5 === undefined) return undefined;
  return { hash: out.md5, size: out.size, nfiles: out.nfiles };
}

async function named(
  found: readonly DataVersion[],
  { snapshot, hashAt, head }: {
    snapshot: Snapshot;
    hashAt: (commit: string) => Promise<string | undefined>;
    head: string | undefined;
  },
): Promise<DataVersion[]> {
  const tags = new Map<DataVersion, string[]>();
  for (const tag of (await snapshot.tags()).toSorted((a, b) => a.time - b.time)) {
    const hash = await hashAt(tag.commit);
    const same = found.filter((one) => one.hash === hash);
    // Of a version that came back, the last time before the tag.
    const one = same.find(({ commit }) => commit === tag.commit) ??
      same.find(({ time }) => time <= tag.time) ?? same.at(-1);
    if (one !== undefined) tags.set(one, [...tags.get(one) ?? [], tag.name]);
  }
  const newest = found.find(({ hash }) => hash === head);
  return found.map((one) => ({ ...one, tags: tags.get(one) ?? [], current: one === newest }));
}
