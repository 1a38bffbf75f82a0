/**
 * How the files of an import's source differ between two revisions.
 *
 * @module
 */
import type { ObjectStore } from "../objects/object_store.ts";
import { GitTree } from "../git/tree.ts";
import { DvtError } from "../platform/error.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { Project } from "../registry/project.ts";
import { isWanted, type Parts } from "./parts.ts";
import type { Found, Snapshot } from "../registry/snapshot.ts";
import type { ObjectFile, SnapshotFile } from "../registry/snapshot_files.ts";

/** Counts of files. */
export interface SourceChanges {
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  /** Bytes that an update would download; undefined where the source does not say. */
  readonly bytes: number | undefined;
}

/** Sizes are asked of the source one by one, up to so many. */
const mostSizes = 1000;

/** Compares what is at a path in two snapshots. Listings may be downloaded, data is not. */
export async function sourceChanges(
  project: Project,
  { from, to, path, parts }: { from: Snapshot; to: Snapshot; path: string; parts: Parts },
): Promise<SourceChanges> {
  const before = await files(await from.find(path), parts);
  const after = await files(await to.find(path), parts);
  let [added, modified] = [0, 0];
  const fresh: SnapshotFile[] = [];
  for (const [name, { id, file }] of after) {
    const old = before.get(name);
    if (old?.id === id) continue;
    if (old === undefined) added++;
    else modified++;
    fresh.push(file);
  }
  const deleted = [...before.keys()].filter((name) => !after.has(name)).length;
  return { added, modified, deleted, bytes: await sizeOf(project, fresh) };
}

/** Files with what tells their content apart, by path. */
async function files(
  found: Found | undefined,
  parts: Parts,
): Promise<Map<string, { id: string; file: SnapshotFile }>> {
  const all = found === undefined ? [] : found.kind === "file" ? [found.file] : await found.files();
  const byPath = new Map<string, { id: string; file: SnapshotFile }>();
  for (const file of all) {
    if (found?.kind === "directory" && !isWanted(file.path, parts)) continue;
    const { content } = file;
    const id = content.kind === "object"
      ? content.id
      : content.tree instanceof GitTree
      ? await content.tree.objectAt(content.path) ?? ""
      : `${content.path} of the work tree`;
    byPath.set(file.path, { id, file });
  }
  return byPath;
}

async function sizeOf(
  project: Project,
  fresh: readonly SnapshotFile[],
): Promise<number | undefined> {
  const wanted = new Map<string, ObjectFile>();
  for (const { content } of fresh) {
    if (content.kind !== "object") return undefined;
    if (!await project.cache("md5").has(content.id)) wanted.set(content.id, content);
  }
  if (wanted.size > mostSizes) return undefined;
  let bytes = 0;
  let unknown = false;
  await eachAtOnce([...wanted.values()], async (file) => {
    const size = await objectSize(file);
    if (size === undefined) unknown = true;
    else bytes += size;
  }, { limit: 16, signal: project.context.signal });
  return unknown ? undefined : bytes;
}

async function objectSize({ id, owner }: ObjectFile): Promise<number | undefined> {
  const { tracked, project } = owner;
  if (tracked.out.md5 === id && tracked.out.size !== undefined) return tracked.out.size;
  for (const store of await project.stores(tracked)) {
    const size = await sizeIn(store, id);
    if (size !== undefined) return size;
  }
  return undefined;
}

async function sizeIn(store: ObjectStore, id: ObjectFile["id"]): Promise<number | undefined> {
  const { LocalStore } = await import("../objects/local_store.ts");
  if (store instanceof LocalStore) {
    const { lookThrough } = await import("../platform/files.ts");
    return lookThrough(store.pathOf(id))?.size;
  }
  const place = store.locate?.(id);
  try {
    return (await place?.storage.stat(place.path))?.size;
  } catch (error) {
    if (error instanceof DvtError && error.kind === "storage") return undefined;
    throw error;
  }
}
