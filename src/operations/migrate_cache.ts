/**
 * From the cache of DVC 2.x to that of 3.x. Objects keep their place and get a second name, and
 * stage files get the new hashes of the content that they record, whatever the workspace holds.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { hashBlocks } from "../objects/hash_blocks.ts";
import { hashFile } from "../objects/hash_file.ts";
import { makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { isObjectId, type ObjectId, objectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { copyFile, exists, linkFile, lookAt } from "../platform/files.ts";
import { stopIfAborted } from "../platform/pool.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import type { Dep, Out, StageFile } from "../stages/stage_file.ts";
import { scan } from "../workspace/scan.ts";
import { GitTracking } from "./git_tracking.ts";
import { outOf, scanOptions } from "./record.ts";
import { withFacts } from "./record_stage.ts";
import { saveStage, withChecksum } from "./save_stage.ts";

/** What is migrated. */
export interface MigrateRequest {
  /** Stage files, too. */
  readonly stageFiles: boolean;
  /** Only tell what would be done. */
  readonly dry: boolean;
}

/** What was, or would be, done. */
export interface Migrated {
  /** Objects of the old cache. */
  readonly objects: number;
  /** Stage files as shown, in order; undefined where they were not asked for. */
  readonly stages: readonly string[] | undefined;
  /** Those among them that could not be, with the reason. */
  readonly left: readonly { readonly stage: string; readonly reason: string }[];
}

/** Migrates the project's cache and, if asked for, its stage files. */
export async function migrateCache(request: MigrateRequest, context: Context): Promise<Migrated> {
  const project = openProject(context);
  using _lock = await project.lock();
  const legacy = [...project.cache("md5-dos2unix").all()];
  const stages = request.stageFiles
    ? (await project.catalog()).stages.filter((stage) => stage.outs.some(isLegacy))
    : undefined;
  const shown = stages?.map((stage) => shownFile(project, stage));
  if (request.dry) {
    return { objects: legacy.length, stages: shown && [...new Set(shown)].sort(), left: [] };
  }
  const names = await linkObjects(project, legacy);
  const left: { stage: string; reason: string }[] = [];
  const done: string[] = [];
  const tracking = new GitTracking(project);
  try {
    for (const stage of stages ?? []) {
      const label = project.shown(stage.path);
      const fresh = await migrated(project, stage, names);
      if (typeof fresh === "string") {
        left.push({ stage: label, reason: fresh });
        continue;
      }
      if (await saveStage(project, fresh)) tracking.track(stage.path);
      for (const out of fresh.outs) {
        const path = projectPathOf(fresh, out);
        if (path !== undefined) await tracking.ignore(path);
      }
      done.push(label);
    }
  } finally {
    await tracking.finish({ hint: false });
  }
  return { objects: legacy.length, stages: stages && done, left };
}

function isLegacy({ hash, md5, cache }: Out): boolean {
  return cache && hash === "md5-dos2unix" && md5 !== undefined && md5 !== "";
}

function shownFile(project: Project, stage: StageFile): string {
  const shown = project.shown(stage.path);
  return stage.name === undefined ? shown : `${shown} (${shown.replace(/\.yaml$/, ".lock")})`;
}

/** Gives every intact object its name in the new cache; answers new names by old ones. */
async function linkObjects(
  project: Project,
  legacy: readonly ObjectId[],
): Promise<Map<ObjectId, ObjectId>> {
  const from = project.cache("md5-dos2unix");
  const to = project.cache("md5");
  const names = new Map<ObjectId, ObjectId>();
  using progress = project.context.reporter.progress("Migrating", { files: legacy.length });
  for (const id of legacy) {
    stopIfAborted(project.context.signal);
    const path = from.pathOf(id);
    const isListing = id.endsWith(".dir");
    const old = await hashFile(path, isListing ? "md5" : "md5-dos2unix");
    progress.advance(1, old.size);
    if (old.id !== id.slice(0, 32)) {
      project.context.reporter.warn(`'${path}' has the wrong content; it is passed over`);
      continue;
    }
    const { id: hash } = isListing ? old : await hashFile(path, "md5");
    const name = objectId(isListing ? `${hash}.dir` : hash);
    names.set(id, name);
    if (exists(to.pathOf(name))) continue;
    const temporary = to.temporaryFile();
    try {
      linkFile(path, temporary);
    } catch {
      copyFile(path, temporary); // a file system without links, or a cache over two of them
    }
    to.adopt(temporary, name);
  }
  return names;
}

/** The stage with new hashes, or why it stays as it is. */
async function migrated(
  project: Project,
  stage: StageFile,
  names: ReadonlyMap<ObjectId, ObjectId>,
): Promise<StageFile | string> {
  const outs: Out[] = [];
  for (const out of stage.outs) {
    if (!isLegacy(out)) {
      outs.push(out);
      continue;
    }
    const fresh = out.md5 !== undefined && isObjectId(out.md5)
      ? await migratedOut(project, out, { id: out.md5, names })
      : undefined;
    if (fresh === undefined) {
      const path = projectPathOf(stage, out) ?? out.path;
      return `the data of '${project.shown(path)}' is not all in the cache; fetch it first`;
    }
    outs.push(fresh);
  }
  const deps = stage.name === undefined ? stage.deps : await migratedDeps(project, stage);
  const next = { ...stage, deps, outs };
  return stage.deps.length > 0 && stage.md5 !== undefined ? withChecksum(next) : next;
}

/** Dependencies of a pipeline's stage that are as recorded get their new hashes. */
async function migratedDeps(project: Project, stage: StageFile): Promise<Dep[]> {
  const deps: Dep[] = [];
  for (const dep of stage.deps) {
    const path = projectPathOf(stage, dep);
    if (path === undefined || dep.hash === "md5" || dep.md5 === undefined) {
      deps.push(dep);
      continue;
    }
    const place = project.nativePath(path);
    const old = await scan(place, scanOptions(path, { project, hash: "md5-dos2unix" }));
    const same = old.kind !== "missing" && old.id === dep.md5;
    deps.push(
      same
        ? withFacts(
          dep,
          outOf(await scan(place, scanOptions(path, { project, hash: "md5" })), dep.path),
        )
        : dep,
    );
  }
  return deps;
}

async function migratedOut(
  project: Project,
  out: Out,
  { id, names }: { id: ObjectId; names: ReadonlyMap<ObjectId, ObjectId> },
): Promise<Out | undefined> {
  const to = project.cache("md5");
  if (!id.endsWith(".dir")) {
    const name = names.get(id);
    if (name === undefined) return undefined;
    const size = out.size ?? lookAt(to.pathOf(name))?.size;
    return { ...out, md5: name, hash: "md5", ...(size === undefined ? {} : { size }) };
  }
  const listing = await readListing(project.cache("md5-dos2unix"), id);
  if (listing === undefined) return undefined;
  const ids: ObjectId[] = [];
  let size = 0;
  for (const one of listing.ids) {
    const name = names.get(one);
    if (name === undefined) return undefined;
    ids.push(name);
    size += lookAt(to.pathOf(name))?.size ?? 0;
  }
  const fresh = makeListing(listing.paths, ids);
  const name = objectId(`${hashBlocks(listingBlocks(fresh))}.dir`);
  if (!await to.has(name)) to.insertBlocks(name, listingBlocks(fresh));
  return { ...out, md5: name, hash: "md5", size, nfiles: ids.length };
}
