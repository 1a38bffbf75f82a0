/**
 * DVC's cache of runs: what pipelines produced from what, for `dvc repro`. dvt runs no pipelines,
 * but carries the cache between projects and remotes.
 *
 * @module
 */
import { LocalStore } from "../objects/local_store.ts";
import { RemoteStore } from "../objects/object_store.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { exists, listDirectory, makeDirectory, readFileIfThere } from "../platform/files.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { Project } from "../registry/project.ts";

/** Where entries lie in a cache or on a remote: by what went in, then by what came out. */
const entryPath = /^runs\/[0-9a-f]{2}\/[0-9a-f]{64}\/[0-9a-f]{64}$/;

/** Sends entries that a remote lacks; answers their number. */
export async function pushRuns(project: Project, remote: string | undefined): Promise<number> {
  const store = await storeOf(project, remote);
  const own = localEntries(project.cacheDirectory);
  if (store instanceof LocalStore) return copyEntries(own, project.cacheDirectory, store.root);
  if (!(store instanceof RemoteStore)) return 0;
  const { storage } = store;
  const there = new Set<string>();
  if (storage.canList) {
    for await (const { path } of storage.list("runs/")) there.add(path);
  }
  const lacking = own.filter((path) => !there.has(path));
  await eachAtOnce(lacking, async (path) => {
    const bytes = readFileIfThere(nativeBelow(project.cacheDirectory, path));
    if (bytes !== undefined) await storage.write(path, bytes, bytes.length);
  }, { limit: storage.concurrency, signal: project.context.signal });
  return lacking.length;
}

/** Brings entries that the cache lacks; answers their number. */
export async function pullRuns(project: Project, remote: string | undefined): Promise<number> {
  const store = await storeOf(project, remote);
  if (store instanceof LocalStore) {
    return copyEntries(localEntries(store.root), store.root, project.cacheDirectory);
  }
  if (!(store instanceof RemoteStore) || !store.storage.canList) return 0;
  const { storage } = store;
  const lacking: string[] = [];
  for await (const { path } of storage.list("runs/")) {
    if (entryPath.test(path) && !exists(nativeBelow(project.cacheDirectory, path))) {
      lacking.push(path);
    }
  }
  await eachAtOnce(lacking, async (path) => {
    const bytes = await storage.readBytes(path);
    if (bytes !== undefined) place(bytes, nativeBelow(project.cacheDirectory, path));
  }, { limit: storage.concurrency, signal: project.context.signal });
  return lacking.length;
}

async function storeOf(project: Project, remote: string | undefined) {
  return await project.remote(project.remoteConfig(remote, "push --run-cache"), "md5-dos2unix");
}

function localEntries(root: string): string[] {
  const found: string[] = [];
  const enter = (folder: string, depth: number) => {
    for (const { name, isDirectory } of listDirectory(nativeBelow(root, folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (isDirectory && depth < 2) enter(path, depth + 1);
      else if (entryPath.test(path)) found.push(path);
    }
  };
  enter("runs", 0);
  return found;
}

function copyEntries(paths: readonly string[], from: string, to: string): number {
  let copied = 0;
  for (const path of paths) {
    const target = nativeBelow(to, path);
    const bytes = exists(target) ? undefined : readFileIfThere(nativeBelow(from, path));
    if (bytes === undefined) continue;
    place(bytes, target);
    copied++;
  }
  return copied;
}

function place(bytes: Uint8Array, target: string): void {
  makeDirectory(parentDirectory(target));
  writeFileAtomically(target, bytes);
}
