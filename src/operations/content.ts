/**
 * Files of a snapshot → paths, or → the cache.
 *
 * @module
 */
import { temporaryPathFor } from "../platform/arrivals.ts";
import { deliver, type Delivery } from "../objects/deliver.ts";
import { IdColumn } from "../objects/id_column.ts";
import { isSafeRelpath } from "../objects/listing.ts";
import { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { createHasher, type Hasher } from "../platform/digest/hasher.ts";
import { DvtError } from "../platform/error.ts";
import { createWriter, removeIfThere, renameFile } from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Progress } from "../platform/reporter.ts";
import { inShares } from "../platform/shares.ts";
import { noData } from "../registry/snapshot_objects.ts";
import {
  type GitFile,
  ListedFiles,
  type ObjectFile,
  type SnapshotFile,
  type SnapshotFiles,
} from "../registry/snapshot_files.ts";
import type { Owner } from "../registry/snapshot_project.ts";

/** How content is brought. */
export interface ContentOptions {
  readonly context: Context;
  readonly jobs?: number | undefined;
  readonly progress: Progress;
  /** The files' folder is seen by nobody before it is complete. */
  readonly unseen?: boolean;
}

/** A file of a snapshot and where it shall arrive. */
interface Placed<Content> {
  readonly content: Content;
  readonly target: string;
}

/** Refuses names that would leave their folder; a source is somebody else's. */
export function refuseUnsafe(files: Iterable<SnapshotFile>, label: string): void {
  for (const { path } of files) {
    if (path === "" || isSafeRelpath(path)) continue;
    throw new DvtError("corrupt", `'${label}' holds the path '${path}', which is refused`, {
      hint: "it would be written outside of its folder, or into the insides of Git or DVC",
    });
  }
}

/** Writes files to paths, whose folders must exist. All arrive, or the first failure is thrown. */
export async function writeContent(
  files: readonly { readonly file: SnapshotFile; readonly target: string }[],
  options: ContentOptions,
): Promise<void> {
  const objects: Placed<ObjectFile>[] = [];
  const blobs: Placed<GitFile>[] = [];
  for (const { file: { content }, target } of files) {
    if (content.kind === "object") objects.push({ content, target });
    else blobs.push({ content, target });
  }
  for (const [owner, group] of byOwner(objects, ({ content }) => content.owner)) {
    await deliverGroup(
      group.map(({ content, target }) => ({ id: content.id, target })),
      { owner, options },
    );
  }
  await prefetch(blobs.map((one) => one.content));
  for (const { content, target } of blobs) {
    stopIfAborted(options.context.signal);
    const temporary = temporaryPathFor(target);
    try {
      const size = await receiveBlob(content, temporary, []);
      renameFile(temporary, target);
      options.progress.advance(1, size);
    } finally {
      removeIfThere(temporary);
    }
  }
}

function byOwner<T>(items: readonly T[], ownerOf: (item: T) => Owner): Map<Owner, T[]> {
  const groups = new Map<Owner, T[]>();
  for (const item of items) {
    const owner = ownerOf(item);
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [item]);
    else group.push(item);
  }
  return groups;
}

async function deliverGroup(
  deliveries: Iterable<Delivery>,
  how: {
    owner: Owner;
    options: ContentOptions;
    mode?: number;
    temporaryFolder?: string;
    arrived?: (delivery: Delivery, size: number) => void;
  },
): Promise<void> {
  const stores = await how.owner.project.stores(how.owner.tracked);
  for (const share of inShares(deliveries)) await deliverShare(share, { ...how, stores });
}

/** From the first store that has it intact, each. */
async function deliverShare(
  deliveries: readonly Delivery[],
  { owner, options, stores, mode, temporaryFolder, arrived }: Parameters<typeof deliverGroup>[1] & {
    stores: readonly ObjectStore[];
  },
): Promise<void> {
  const { context, jobs, progress, unseen = false } = options;
  let pending: readonly Delivery[] = deliveries;
  let told: DvtError | undefined;
  const tried: string[] = [];
  for (const store of stores) {
    if (pending.length === 0) return;
    tried.push(store.label);
    // What is not there need not fail: a disk tells it by the names alone.
    const isThere = ({ id }: Delivery) => !(store instanceof LocalStore) || store.lists(id);
    const rest = pending.filter((one) => !isThere(one));
    const { failed } = await deliver(pending.filter(isThere), store, {
      signal: context.signal,
      progress,
      unseen,
      ...(jobs === undefined ? {} : { jobs }),
      ...(mode === undefined ? {} : { mode }),
      ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
      ...(arrived === undefined ? {} : { arrived }),
    });
    pending = [...rest, ...failed];
    told ??= failed.find(({ error }) => error.kind !== "missing-data")?.error;
  }
  const [lacking] = pending;
  if (lacking !== undefined) throw told ?? noData(owner, lacking.id, tried);
}

async function prefetch(blobs: readonly GitFile[]): Promise<void> {
  const trees = new Map<GitFile["tree"], string[]>();
  for (const { tree, path } of blobs) {
    const paths = trees.get(tree);
    if (paths === undefined) trees.set(tree, [path]);
    else paths.push(path);
  }
  for (const [tree, paths] of trees) await tree.prefetch?.(paths);
}

async function receiveBlob(
  { tree, path }: GitFile,
  target: string,
  hashers: readonly Hasher[],
): Promise<number> {
  const stream = await tree.open(path);
  if (stream === undefined) {
    throw new DvtError("not-found", `'${path}' does not exist in '${tree.label}'`);
  }
  const writer = createWriter(target);
  let size = 0;
  try {
    for await (const chunk of stream) {
      for (const hasher of hashers) hasher.update(chunk);
      writer.write(chunk);
      size += chunk.length;
    }
  } finally {
    writer.close();
  }
  return size;
}

// ---- into the cache -------------------------------------------------------

/** What is in the cache now, file by file in the order asked for. */
export interface CachedContent {
  readonly ids: IdColumn;
  /** Objects that were brought in. */
  readonly moved: number;
  readonly bytes: number;
}

/**
 * Brings files into the cache under their 3.x hash, recomputed where the source has another. What
 * the cache has is not asked for again.
 */
export async function cacheContent(
  files: SnapshotFiles,
  { cache, names, options }: { cache: LocalStore; names: LegacyNames; options: ContentOptions },
): Promise<CachedContent> {
  // Of a whole listing, the ids are there already.
  const whole = files instanceof ListedFiles && files.owner.tracked.out.hash === "md5"
    ? files
    : undefined;
  const ids = whole?.listing.ids ?? new IdColumn(files.length);
  const plain = new Map<Owner, IdColumn>(whole === undefined ? [] : [[whole.owner, ids]]);
  const others: number[] = [];
  let moved = 0;
  let bytes = 0;
  let i = 0;
  for (const { content } of whole === undefined ? files : []) {
    const at = i++;
    if (content.kind === "object" && content.owner.tracked.out.hash === "md5") {
      const { id, owner } = content;
      ids.set(at, id);
      let group = plain.get(owner);
      if (group === undefined) plain.set(owner, group = new IdColumn());
      group.push(id);
      continue;
    }
    const name = content.kind === "object" ? names.get(content.id) : undefined;
    if (name !== undefined && cache.lists(name)) ids.set(at, name);
    else others.push(at);
  }
  for (const [owner, group] of plain) {
    const missing = await cache.lackingFiles([group]);
    await deliverGroup(intoCache(missing, cache), {
      owner,
      options,
      mode: 0o444,
      temporaryFolder: cache.temporaryFolder(),
      arrived({ id }, size) {
        cache.noteArrival(id);
        moved++;
        bytes += size;
      },
    });
  }
  await prefetch(others.flatMap((i) => {
    const content = files.at(i)?.content;
    return content?.kind === "git" ? [content] : [];
  }));
  await eachAtOnce(others, async (i) => {
    const content = files.at(i)?.content;
    if (content === undefined) return;
    const { id, size, fresh } = await recompute(content, { cache, names, options });
    ids.set(i, id);
    if (fresh) moved++;
    if (fresh) bytes += size;
  }, { limit: options.jobs ?? 16, signal: options.context.signal });
  names.save();
  return { ids, moved, bytes };
}

function* intoCache(ids: Iterable<ObjectId>, cache: LocalStore): Generator<Delivery> {
  for (const id of ids) yield { id, target: cache.targetFor(id) };
}

async function recompute(
  content: GitFile | ObjectFile,
  { cache, names, options }: { cache: LocalStore; names: LegacyNames; options: ContentOptions },
): Promise<{ id: ObjectId; size: number; fresh: boolean }> {
  const temporary = cache.temporaryFile();
  try {
    const hasher = createHasher("md5");
    let size = 0;
    if (content.kind === "git") {
      size = await receiveBlob(content, temporary, [hasher]);
      options.progress.advance(1, size);
    } else {
      await deliverGroup([{ id: content.id, target: temporary }], {
        owner: content.owner,
        options,
      });
      const { hashFile } = await import("../objects/hash_file.ts");
      const hashed = await hashFile(temporary, "md5");
      size = hashed.size;
      const id = hashed.id as ObjectId;
      names.set(content.id, id);
      return { id, size, fresh: adopt(temporary, id, cache) };
    }
    const id = hasher.digestHex() as ObjectId;
    return { id, size, fresh: adopt(temporary, id, cache) };
  } finally {
    removeIfThere(temporary);
  }
}

function adopt(temporary: string, id: ObjectId, cache: LocalStore): boolean {
  if (cache.lists(id)) return false;
  cache.adopt(temporary, id);
  return true;
}

/** Which 3.x object has the content of a 2.x object, as found out in earlier runs. */
export interface LegacyNames {
  get(legacy: ObjectId): ObjectId | undefined;
  set(legacy: ObjectId, id: ObjectId): void;
  save(): void;
}
