/**
 * Cache → cloud-versioned remote: files go under their own names, and the stage files note the
 * versions they got. What was recorded of the content stays, whatever becomes of a push.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { RemoteStore } from "../objects/object_store.ts";
import { sendObject, type TransferOptions } from "../objects/transfer.ts";
import { DvtError } from "../platform/error.ts";
import { eachAtOnce } from "../platform/pool.ts";
import type { RemoteConfig } from "../registry/config.ts";
import type { Project } from "../registry/project.ts";
import type { Out, StageFile, VersionedFile } from "../stages/stage_file.ts";
import { cloudVersion, listingOfFiles } from "../stages/versioned_files.ts";
import type { Storage, StoredFile } from "../storage/storage.ts";
import type { FailedObject } from "./transfer_results.ts";
import { type Need, notCached } from "./needs.ts";
import type { PushResult } from "./transfer_results.ts";
import { saveStage } from "./save_stage.ts";

/** A file of an output on its way. */
interface Item {
  readonly id: ObjectId;
  /** On the remote: relative to its root, as in the project. */
  readonly path: string;
  /** What is known of it so far. */
  readonly file: VersionedFile;
  readonly wanted: boolean;
  /** What the remote has of it after the push. */
  version?: { readonly etag?: string; readonly versionId: string; readonly size?: number };
}

/** Sends what the remote lacks and notes versions in the stage files. */
export async function pushVersioned(
  project: Project,
  { remote, needs, options }: {
    readonly remote: RemoteConfig;
    readonly needs: readonly Need[];
    readonly options: TransferOptions;
  },
): Promise<PushResult> {
  const store = await project.remote(remote, "md5");
  if (!(store instanceof RemoteStore)) {
    throw new DvtError("storage", `'${store.label}' keeps no versions`);
  }
  const failed: FailedObject[] = [];
  const items = new Map<Need, Item[]>();
  for (const need of needs) {
    const found = await itemsOf(project, need, remote.name);
    if (found === undefined) failed.push({ id: need.id, error: notCached(need.id, need.path) });
    else items.set(need, found);
  }
  const all = [...items.values()].flat().filter((item) => item.wanted);
  const lacking = await withoutVersion(all, needs, store.storage, options);
  let pushed = 0;
  let bytes = 0;
  {
    using progress = project.context.reporter.progress("Pushing", { files: lacking.length });
    await eachAtOnce(lacking, async (item) => {
      try {
        const sent = await send(project, item, store.storage);
        pushed++;
        bytes += sent;
        progress.advance(1, sent);
      } catch (error) {
        if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
        failed.push({ id: item.id, error });
      }
    }, { limit: options.jobs ?? store.storage.concurrency, signal: options.signal });
  }
  await noteVersions(project, items, remote.name);
  return { pushed, bytes, failed };
}

async function itemsOf(
  project: Project,
  need: Need,
  remote: string,
): Promise<Item[] | undefined> {
  if (!need.id.endsWith(".dir")) {
    const { md5: _md5, ...facts } = need.out;
    const file: VersionedFile = { relpath: "", ...versionFacts(facts) };
    return [itemOf(need.id, { path: need.path, file, remote, wanted: true })];
  }
  const listing = listingOfFiles(need.out.files) ??
    await readListing(project.cache(need.hash), need.id);
  if (listing === undefined) return undefined;
  const known = new Map((need.out.files ?? []).map((file) => [file.relpath, file]));
  return listing.paths.map((path, at) => {
    const id = listing.ids.at(at);
    const wanted = need.inside === "" || path === need.inside ||
      path.startsWith(`${need.inside}/`);
    const file = known.get(path) ?? { relpath: path, md5: id };
    return itemOf(id, { path: `${need.path}/${path}`, file, remote, wanted });
  });
}

function versionFacts({ cloud, etag, versionId, size, isexec }: Omit<Out, "md5">) {
  return {
    ...(cloud === undefined ? {} : { cloud }),
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
    ...(size === undefined ? {} : { size }),
    ...(isexec === undefined ? {} : { isexec }),
  };
}

function itemOf(
  id: ObjectId,
  { path, file, remote, wanted }: {
    path: string;
    file: VersionedFile;
    remote: string;
    wanted: boolean;
  },
): Item {
  const known = cloudVersion(file, remote);
  const item: Item = { id, path, file, wanted };
  if (known?.versionId !== undefined) {
    const { etag, versionId } = known;
    item.version = { versionId, ...(etag === undefined ? {} : { etag }) };
  }
  return item;
}

/**
 * Those that have to be sent. A version that was noted is looked for; a newest version whose etag is
 * the content's own MD5 is what a push that did not end left, and is taken.
 */
async function withoutVersion(
  items: readonly Item[],
  needs: readonly Need[],
  storage: Storage,
  options: TransferOptions,
): Promise<Item[]> {
  const newest = await newestVersions(storage, needs);
  const unsure: Item[] = [];
  const lacking: Item[] = [];
  for (const item of items) {
    const there = newest.get(item.path);
    const { version } = item;
    if (version !== undefined) {
      if (there?.versionId !== version.versionId) unsure.push(item);
    } else if (there?.versionId !== undefined && there.etag === item.id) {
      item.version = versionOf(there, there.versionId);
    } else lacking.push(item);
  }
  await eachAtOnce(unsure, async (item) => {
    const { versionId } = item.version ?? {};
    const there = versionId === undefined
      ? undefined
      : await storage.stat(item.path, { versionId });
    if (there !== undefined) return;
    delete item.version; // the remote lost it
    lacking.push(item);
  }, { limit: options.jobs ?? storage.concurrency, signal: options.signal });
  return lacking;
}

async function newestVersions(
  storage: Storage,
  needs: readonly Need[],
): Promise<Map<string, StoredFile>> {
  const newest = new Map<string, StoredFile>();
  for (const { path, id } of needs) {
    const prefix = id.endsWith(".dir") ? `${path}/` : path;
    if (storage.listVersions === undefined || prefix === path) {
      const file = await storage.stat(path);
      if (file !== undefined) newest.set(path, file);
      continue;
    }
    for await (const file of storage.listVersions(prefix)) newest.set(file.path, file);
  }
  return newest;
}

function versionOf(
  { etag, size }: { readonly etag?: string; readonly size?: number },
  versionId: string,
) {
  return {
    versionId,
    ...(etag === undefined ? {} : { etag }),
    ...(size === undefined ? {} : { size }),
  };
}

async function send(project: Project, item: Item, storage: Storage): Promise<number> {
  const cache = project.cache("md5");
  if (!await cache.has(item.id)) throw notCached(item.id);
  const { size, written } = await sendObject(item.id, cache, { storage, path: item.path });
  const { etag, versionId } = written;
  if (versionId === undefined) {
    throw new DvtError(
      "storage",
      `while uploading '${storage.url(item.path)}', support for versioning could not be detected`,
      { hint: "switch versioning on for the bucket, or unset version_aware for the remote" },
    );
  }
  item.version = versionOf({ size, ...(etag === undefined ? {} : { etag }) }, versionId);
  return size;
}

/** Writes the stage files whose outputs got versions. */
async function noteVersions(
  project: Project,
  items: ReadonlyMap<Need, readonly Item[]>,
  remote: string,
): Promise<void> {
  const outs = new Map<Out, Out>();
  const stages = new Map<string, StageFile>();
  for (const [need, parts] of items) {
    if (!parts.some((item) => item.version !== undefined)) continue;
    stages.set(`${need.stage.path}:${need.stage.name ?? ""}`, need.stage);
    outs.set(need.out, noted(need.out, parts, remote));
  }
  for (const stage of stages.values()) {
    await saveStage(project, { ...stage, outs: stage.outs.map((out) => outs.get(out) ?? out) });
  }
}

function noted(out: Out, items: readonly Item[], remote: string): Out {
  const { files: _files, ...bare } = out;
  if (out.md5?.endsWith(".dir") === true) {
    return { ...bare, files: items.map((item) => notedFile(item, remote)) };
  }
  const [item] = items;
  if (item === undefined) return out;
  const { etag: _etag, versionId: _version, ...rest } = bare;
  const { relpath: _relpath, md5: _md5, ...facts } = notedFile(item, remote);
  return { ...rest, ...facts };
}

function notedFile({ file, id, version }: Item, remote: string): VersionedFile {
  const { cloud: _cloud, etag: _etag, versionId: _version, ...bare } = file;
  if (version === undefined) return { ...file, md5: id };
  const { size = file.size, ...known } = version;
  return {
    ...bare,
    md5: id,
    ...(size === undefined ? {} : { size }),
    cloud: { [remote]: known },
  };
}
