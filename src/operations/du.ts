/**
 * How much the data of a repository takes.
 *
 * @module
 */
import { GitTree } from "../git/tree.ts";
import { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { lookThrough } from "../platform/files.ts";
import { absolutePath, joinPath } from "../platform/paths.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import type { SnapshotFiles } from "../registry/snapshot_files.ts";
import type { Owner } from "../registry/snapshot_project.ts";
import { openSource } from "../registry/source.ts";
import { type SourceOptions, sourceOverrides } from "./source_options.ts";

/** What is measured. */
export interface DiskUsageRequest extends SourceOptions {
  readonly url: string;
  readonly path: string;
  readonly rev: string | undefined;
  /** Only the sum. */
  readonly summarize: boolean;
}

/** A file, or a folder with all that is in it. */
export interface DiskUsage {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** The entries of a folder and then their sum; of a file, or with `summarize`, the sum alone. */
export async function diskUsage(
  request: DiskUsageRequest,
  context: Context,
): Promise<readonly DiskUsage[]> {
  const snapshot = await openSource({
    url: request.url,
    rev: request.rev,
    overrides: sourceOverrides(request, context),
  }, context);
  const found = await snapshot.find(request.path);
  if (found === undefined) {
    const place = absolutePath(request.path, absolutePath(request.url, context.directory));
    throw new DvtError(
      "not-found",
      `unexpected error - [Errno 2] No such file or directory: '${place}'`,
    );
  }
  const files = found.kind === "file" ? [found.file] : await found.files();
  const start = snapshot.treePath(request.path);
  const sizes = await sizesOf(snapshot, { files, start, context });
  let total = 0;
  const byName = new Map<string, number>();
  let at = 0;
  for (const { path } of files) {
    const size = sizes[at++] ?? 0;
    const [name = ""] = path.split("/", 1);
    byName.set(name, (byName.get(name) ?? 0) + size);
    total += size;
  }
  const sum = { path: request.path, size: total };
  if (found.kind === "file" || request.summarize) return [sum];
  const entries = [...byName].map(([name, size]) => ({
    path: request.path === "/" ? `/${name}` : joinPath(request.path, name),
    size,
  }));
  return [...entries.sort((a, b) => (a.path < b.path ? -1 : 1)), sum];
}

/** The files' sizes in their order, asking nobody for what is known here. */
async function sizesOf(
  snapshot: Snapshot,
  { files, start, context }: {
    files: SnapshotFiles;
    start: string;
    context: Context;
  },
): Promise<number[]> {
  const sizes = new Array<number>(files.length).fill(0);
  const inGit = [...files].flatMap(({ content }) => content.kind === "git" ? [content] : []);
  const trees = new Set(inGit.map(({ tree }) => tree));
  const known = new Map<string, number>();
  for (const tree of trees) {
    if (!(tree instanceof GitTree)) continue;
    const paths = inGit.filter((one) => one.tree === tree).map(({ path }) => path);
    for (const [path, size] of await tree.sizes(paths)) known.set(path, size);
  }
  const remote: { at: number; owner: Owner; id: ObjectId }[] = [];
  let next = 0;
  for (const { path, content } of files) {
    const at = next++;
    if (content.kind === "git") {
      sizes[at] = known.get(content.path) ?? (await content.tree.stat(content.path))?.size ?? 0;
      continue;
    }
    const { owner, id } = content;
    const { out } = owner.tracked;
    const onDisk = snapshot.commit === undefined
      ? await snapshot.tree.stat(joinPath(start, path))
      : undefined;
    const cache = owner.project.cache(out.hash);
    const size = onDisk?.size ?? (out.md5 === id ? out.size : undefined) ??
      recordedSize(owner, id) ??
      (cache === undefined ? undefined : lookThrough(cache.pathOf(id))?.size);
    if (size === undefined) remote.push({ at, owner, id });
    else sizes[at] = size;
  }
  await eachAtOnce(remote, async ({ at, owner, id }) => {
    sizes[at] = await remoteSize(owner, id) ?? 0;
  }, { limit: 16, signal: context.signal });
  return sizes;
}

/** What a stage file says of one of the files that it spells. */
function recordedSize({ tracked: { out } }: Owner, id: ObjectId): number | undefined {
  return out.files?.find((file) => file.md5 === id)?.size;
}

async function remoteSize({ project, tracked }: Owner, id: ObjectId): Promise<number | undefined> {
  for (const store of await project.stores(tracked)) {
    if (store instanceof LocalStore) {
      const size = lookThrough(store.pathOf(id))?.size;
      if (size !== undefined) return size;
      continue;
    }
    const place = store.locate?.(id);
    const size = place === undefined
      ? undefined
      : (await place.storage.stat(place.path, place.part))?.size;
    if (size !== undefined) return size;
  }
  return undefined;
}
