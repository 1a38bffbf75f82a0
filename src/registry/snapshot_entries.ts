/**
 * What a folder of a snapshot holds: Git's files and tracked data side by side.
 *
 * @module
 */
import type { FileTreeEntry } from "../platform/file_tree.ts";
import { baseName, joinPath, parentPath } from "../platform/paths.ts";
import { compareCodePoints } from "../objects/listing.ts";
import { GitTree } from "../git/tree.ts";
import type { Found, Snapshot } from "./snapshot.ts";
import type { SnapshotFile, SnapshotFiles } from "./snapshot_files.ts";
import { belowProject, type SnapshotProject } from "./snapshot_project.ts";
import { visibleEntries } from "./snapshot_untracked.ts";
import { refuseSubmodule } from "./submodules.ts";
import type { TrackedOut } from "./tracked.ts";

/** One name in a folder of a snapshot. */
export interface SnapshotEntry {
  readonly name: string;
  readonly isdir: boolean;
  readonly isexec: boolean;
  /** Whether it is, or lies in, tracked data. */
  readonly isout: boolean;
  /** In bytes; undefined where nobody knows without downloading. */
  readonly size: number | undefined;
  /** The recorded hash, `….dir` for a tracked folder. */
  readonly md5: string | undefined;
}

/** A path of a snapshot: a file, or a folder with its names in order. */
export type Listed =
  | { readonly kind: "file"; readonly entry: SnapshotEntry }
  | { readonly kind: "directory"; readonly entries: readonly SnapshotEntry[] };

/**
 * What is at a path as typed; undefined where nothing is. Without `details`, nobody is asked for
 * sizes: of a commit that is not here, the files themselves would have to be fetched for them.
 */
export async function listSnapshot(
  snapshot: Snapshot,
  typed: string,
  details = true,
): Promise<Listed | undefined> {
  const path = snapshot.treePath(typed);
  const project = await snapshot.projectAround(path);
  const owner = await cachedAt(path, project);
  if (owner !== undefined) {
    if (isTrackedFile(owner, path, project)) {
      return { kind: "file", entry: await outEntry(snapshot, path, owner) };
    }
    const found = await snapshot.find(typed);
    if (found?.owner !== undefined) return await listedData(snapshot, path, { found, details });
    // The work tree may hold more in a tracked folder than was added.
    if (snapshot.commit !== undefined) return undefined;
  }
  const entry = await snapshot.tree.stat(path);
  if (entry?.kind !== "directory") await refuseSubmodule(snapshot, path);
  const kind = entry?.kind === "directory" ? "directory" : "file";
  if (entry !== undefined && await snapshot.isHidden(path, kind)) return undefined;
  if (entry !== undefined && entry.kind !== "directory") {
    return { kind: "file", entry: await gitEntry(snapshot, path, { entry, details }) };
  }
  const entries = await folderEntries(snapshot, path, { project, details });
  if (entry === undefined && entries.length === 0) return undefined;
  return { kind: "directory", entries };
}

/**
 * All files below a path as typed, if it is a tracked folder or lies in one; undefined where it is
 * not, or where Git may hold some of them.
 */
export async function dataBelow(
  snapshot: Snapshot,
  typed: string,
): Promise<SnapshotFiles | undefined> {
  const path = snapshot.treePath(typed);
  const project = await snapshot.projectAround(path);
  const owner = await cachedAt(path, project);
  if (owner === undefined || isTrackedFile(owner, path, project)) return undefined;
  const found = await snapshot.find(typed);
  if (found?.kind !== "directory" || found.owner === undefined) return undefined;
  return await (found.recorded ?? found.files)();
}

/** The output in the cache that is, or is around, a path of the tree. */
async function cachedAt(
  path: string,
  project: SnapshotProject | undefined,
): Promise<TrackedOut | undefined> {
  if (project === undefined) return undefined;
  const tracked = (await project.catalog()).containing(belowProject(path, project));
  return tracked?.out.cache === true ? tracked : undefined;
}

/** Not of an import without recorded data, which may be a folder: its source knows. */
function isTrackedFile(
  { path: outPath, out: { md5 } }: TrackedOut,
  path: string,
  project: SnapshotProject | undefined,
): boolean {
  const inside = project === undefined ? path : belowProject(path, project);
  return outPath === inside && md5 !== undefined && !md5.endsWith(".dir");
}

async function listedData(
  snapshot: Snapshot,
  path: string,
  { found, details }: { found: Found; details: boolean },
): Promise<Listed> {
  if (found.kind === "file") {
    return { kind: "file", entry: await dataEntry(snapshot, path, found.file, details) };
  }
  const entries: SnapshotEntry[] = [];
  const folders = new Set<string>();
  for (const file of await (found.recorded ?? found.files)()) {
    const slash = file.path.indexOf("/");
    const place = joinPath(path, file.path);
    if (slash < 0) entries.push(await dataEntry(snapshot, place, file, details));
    else folders.add(file.path.slice(0, slash));
  }
  for (const name of folders) {
    const onDisk = await diskFacts(snapshot, joinPath(path, name));
    entries.push({
      name,
      isdir: true,
      isexec: false,
      isout: true,
      size: onDisk?.size,
      md5: undefined,
    });
  }
  if (snapshot.commit === undefined) {
    const known = new Set(entries.map(({ name }) => name));
    const project = await snapshot.projectAround(path);
    for (const entry of await visibleEntries(snapshot, path, project)) {
      if (known.has(entry.name)) continue;
      entries.push(await gitEntry(snapshot, joinPath(path, entry.name), { entry, details }));
    }
  }
  return { kind: "directory", entries: entries.sort(byName) };
}

/**
 * The entry of a file of tracked data, at a path of the tree. Without `details`, a work tree is not
 * asked for its size and mode.
 */
export async function dataEntry(
  snapshot: Snapshot,
  path: string,
  { content }: SnapshotFile,
  details = true,
): Promise<SnapshotEntry> {
  const onDisk = details ? await diskFacts(snapshot, path) : undefined;
  const tracked = content.kind === "object" ? content.owner.tracked.out : undefined;
  const whole = content.kind === "object" && tracked?.md5 === content.id;
  return {
    name: baseName(path),
    isdir: false,
    isexec: onDisk?.executable ?? false,
    isout: true,
    size: onDisk?.size ?? (whole ? tracked?.size : undefined),
    md5: content.kind === "object" ? content.id : undefined,
  };
}

/** What the work tree has at the path of tracked data; nothing in a commit. */
async function diskFacts(snapshot: Snapshot, path: string): Promise<FileTreeEntry | undefined> {
  return snapshot.commit === undefined ? await snapshot.tree.stat(path) : undefined;
}

async function outEntry(
  snapshot: Snapshot,
  path: string,
  { out }: TrackedOut,
): Promise<SnapshotEntry> {
  const onDisk = await diskFacts(snapshot, path);
  return {
    name: baseName(path),
    isdir: out.md5?.endsWith(".dir") ?? onDisk?.kind === "directory",
    isexec: onDisk?.executable ?? out.isexec ?? false,
    isout: true,
    size: onDisk?.size ?? out.size,
    md5: out.md5,
  };
}

async function folderEntries(
  snapshot: Snapshot,
  path: string,
  { project, details }: { project: SnapshotProject | undefined; details: boolean },
): Promise<SnapshotEntry[]> {
  const entries = new Map<string, SnapshotEntry>();
  const inside = project === undefined ? path : belowProject(path, project);
  const catalog = await project?.catalog();
  for (const tracked of catalog?.below(inside) ?? []) {
    if (!tracked.out.cache || tracked.path === inside) continue;
    const rest = inside === "" ? tracked.path : tracked.path.slice(inside.length + 1);
    const name = rest.split("/", 1)[0] ?? "";
    if (name === rest) entries.set(name, await outEntry(snapshot, joinPath(path, name), tracked));
    else if (!entries.has(name)) {
      entries.set(name, {
        name,
        isdir: true,
        isexec: false,
        isout: false,
        size: undefined,
        md5: undefined,
      });
    }
  }
  const sizes = details ? await gitSizes(snapshot, path) : undefined;
  for (const entry of await visibleEntries(snapshot, path, project)) {
    if (entries.get(entry.name)?.isout === true) continue;
    const place = joinPath(path, entry.name);
    entries.set(entry.name, await gitEntry(snapshot, place, { entry, sizes, details }));
  }
  return [...entries.values()].sort(byName);
}

async function gitSizes(
  { tree }: Snapshot,
  folder: string,
): Promise<ReadonlyMap<string, number> | undefined> {
  if (!(tree instanceof GitTree)) return undefined;
  const names = await tree.list(folder) ?? [];
  return await tree.sizes(names.map(({ name }) => joinPath(folder, name)));
}

/** The entry of a file or folder that the tree holds. */
export async function gitEntry(
  snapshot: Snapshot,
  path: string,
  { entry, sizes, details }: {
    entry: FileTreeEntry;
    /** Those of the files beside it, where they are known. */
    sizes?: ReadonlyMap<string, number> | undefined;
    details: boolean;
  },
): Promise<SnapshotEntry> {
  const size = details
    ? entry.size ?? await sizeInGit(snapshot, path, { entry, sizes })
    : undefined;
  return {
    name: baseName(path),
    isdir: entry.kind === "directory" || entry.kind === "submodule",
    isexec: entry.executable,
    isout: false,
    size,
    md5: undefined,
  };
}

async function sizeInGit(
  snapshot: Snapshot,
  path: string,
  { entry, sizes }: { entry: FileTreeEntry; sizes: ReadonlyMap<string, number> | undefined },
): Promise<number | undefined> {
  const known = sizes ?? await gitSizes(snapshot, parentPath(path));
  return known?.get(path) ?? await folderSize(snapshot, path, entry);
}

/**
 * Asks once for the sizes of all files below a path of the tree, so that they are known for each
 * folder. Projects within, which nobody enters, are left out: files may have to be fetched for it.
 */
export async function learnSizes({ tree }: Snapshot, path: string): Promise<void> {
  if (!(tree instanceof GitTree)) return;
  const files = await tree.findFiles(path, () => true);
  const within = new Set<string>();
  for (const file of files) {
    const project = /^(.*?)\/\.dvc\//s.exec(file)?.[1];
    if (project !== undefined && project.length > path.length) within.add(project);
  }
  await tree.sizes(files.filter((file) => {
    for (let at = parentPath(file); at.length > path.length; at = parentPath(at)) {
      if (within.has(at)) return false;
    }
    return true;
  }));
}

/** DVC shows for a folder of a commit how many bytes Git's own record of it has. */
async function folderSize(
  snapshot: Snapshot,
  path: string,
  { kind }: FileTreeEntry,
): Promise<number | undefined> {
  if (kind !== "directory") return undefined;
  const encoder = new TextEncoder();
  let size = 0;
  for (const entry of await snapshot.tree.list(path) ?? []) {
    const mode = entry.kind === "directory" ? "40000" : "100644";
    size += mode.length + 1 + encoder.encode(entry.name).length + 1 + 20;
  }
  return size;
}

function byName(a: SnapshotEntry, b: SnapshotEntry): number {
  return compareCodePoints(a.name, b.name);
}
