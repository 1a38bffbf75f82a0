/**
 * What differs between stage files, cache and workspace.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { isObjectId, type ObjectId } from "../objects/object_id.ts";
import { md5Hex } from "../platform/digest/md5.ts";
import type { Context } from "../platform/context.ts";
import { exists } from "../platform/files.ts";
import { openProject, type Project } from "../registry/project.ts";
import { importSource, isUrlImport, projectPathOf } from "../registry/tracked.ts";
import { paramNames } from "../stages/lock_file.ts";
import { stageChecksum } from "../stages/checksum.ts";
import type { Dep, Out, StageFile } from "../stages/stage_file.ts";
import { scan } from "../workspace/scan.ts";
import { scanOptions } from "./record.ts";
import { selectStages } from "./targets.ts";

/** What is asked. */
export interface StatusRequest {
  readonly targets: readonly string[];
  readonly recursive: boolean;
  readonly withDeps: boolean;
  /** False for `--no-updates`: sources of imports are not asked. */
  readonly updates: boolean;
}

/** How one output or dependency differs. */
export type DataChange =
  | "new"
  | "modified"
  | "deleted"
  | "not in cache"
  | "update available";

/** How a dependency differs; of a file of parameters, one by one. */
export type DepChange = DataChange | Readonly<Record<string, DataChange>>;

/** What differs in one stage, in DVC's order and shape (`status --json`). */
export type StageChange =
  | { readonly "changed deps": Readonly<Record<string, DepChange>> }
  | { readonly "changed outs": Readonly<Record<string, DataChange>> }
  | "changed checksum"
  | "changed command"
  | "always changed";

/** What differs, by stage as shown from the working directory. */
export interface StatusResult {
  readonly changes: Readonly<Record<string, readonly StageChange[]>>;
  /** There is nothing to compare at all. */
  readonly empty: boolean;
}

/** Compares the workspace with its stage files. */
export async function status(request: StatusRequest, context: Context): Promise<StatusResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const targets = await outputsOf(project, request.targets);
  const stages = await selectStages(project, targets, request);
  const changes: Record<string, StageChange[]> = {};
  const named = await namedOuts(project, targets);
  for (const stage of stages) {
    const found = await stageStatus(project, stage, { ...request, named });
    if (found.length > 0) changes[shownStage(project, stage)] = found;
  }
  return { changes, empty: stages.length === 0 };
}

/** Paths inside of tracked folders as those folders. */
async function outputsOf(project: Project, targets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const typed of targets) {
    const path = project.projectPath(typed);
    const around = path === undefined ? undefined : (await project.catalog()).containing(path);
    found.push(around === undefined || around.path === path ? typed : project.shown(around.path));
  }
  return found;
}

/** The outputs that targets name, where they name nothing else: only these are looked at. */
export async function namedOuts(
  project: Project,
  targets: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  if (targets.length === 0) return undefined;
  const catalog = await project.catalog();
  const named = new Set<string>();
  for (const typed of targets) {
    const path = project.projectPath(typed);
    const tracked = path === undefined ? undefined : catalog.at(path);
    if (tracked === undefined) return undefined;
    named.add(tracked.path);
  }
  return named;
}

/** How messages and answers name a stage, seen from the working directory. */
export function shownStage(project: Project, stage: StageFile): string {
  const shown = project.shown(stage.path);
  if (stage.name === undefined) return shown;
  return shown === "dvc.yaml" ? stage.name : `${shown}:${stage.name}`;
}

async function stageStatus(
  project: Project,
  stage: StageFile,
  request: StatusRequest & { readonly named: ReadonlySet<string> | undefined },
): Promise<StageChange[]> {
  const found: StageChange[] = [];
  const deps = await changedDeps(project, stage, request);
  if (Object.keys(deps).length > 0) found.push({ "changed deps": deps });
  const outs: Record<string, DataChange> = {};
  for (const out of stage.outs) {
    if (request.named?.has(projectPathOf(stage, out) ?? "") === false) continue;
    const change = await outStatus(project, stage, out);
    if (change !== undefined) outs[shownData(project, stage, out)] = change;
  }
  if (Object.keys(outs).length > 0) found.push({ "changed outs": outs });
  // A command without data could do anything.
  const isCallback = Boolean(stage.cmd) && stage.deps.length + stage.outs.length === 0;
  if (isCallback || stage.alwaysChanged) found.push("always changed");
  if (stage.cmdChanged === true) found.push("changed command");
  if (checksumChanged(stage)) found.push("changed checksum");
  return found;
}

function shownData(project: Project, stage: StageFile, data: Out | Dep): string {
  const path = projectPathOf(stage, data);
  return path === undefined ? data.path : project.shown(path);
}

function checksumChanged(stage: StageFile): boolean {
  // Only imports have one; an import that was never executed has none yet, and so differs.
  if (stage.name !== undefined || (stage.md5 === undefined && stage.deps.length === 0)) {
    return false;
  }
  return stageChecksum(stage, md5Hex) !== stage.md5;
}

async function changedDeps(
  project: Project,
  stage: StageFile,
  request: StatusRequest,
): Promise<Record<string, DepChange>> {
  const changes: Record<string, DepChange> = {};
  const imported = importSource(stage);
  if (imported?.repo !== undefined) {
    if (!request.updates) return changes;
    const { hasUpdate } = await import("./import_status.ts");
    if (await hasUpdate(project, stage)) {
      changes[`${imported.path} (${imported.repo.url})`] = "update available";
    }
    return changes;
  }
  if (isUrlImport(stage)) {
    const { urlStatus } = await import("./url_status.ts");
    return await urlStatus(project, stage, request);
  }
  if (stage.frozen) {
    const { warnFrozen } = await import("./url_status.ts");
    return warnFrozen(project, stage);
  }
  return await fileDepsStatus(project, stage);
}

async function fileDepsStatus(
  project: Project,
  stage: StageFile,
): Promise<Record<string, DepChange>> {
  const changes: Record<string, DepChange> = {};
  for (const dep of stage.deps) {
    const change = paramNames(dep) === undefined
      ? await fileDepStatus(project, stage, dep)
      : await (await import("./params.ts")).paramsStatus(project, stage, dep);
    if (change !== undefined) changes[shownData(project, stage, dep)] = change;
  }
  return changes;
}

/** Whether files or parameters that a stage depends on are not as recorded. */
export async function changedFileDeps(project: Project, stage: StageFile): Promise<boolean> {
  return Object.keys(await fileDepsStatus(project, stage)).length > 0;
}

async function fileDepStatus(
  project: Project,
  stage: StageFile,
  dep: Dep,
): Promise<DataChange | undefined> {
  const path = projectPathOf(stage, dep);
  if (path === undefined) return undefined;
  const found = await scan(
    project.nativePath(path),
    scanOptions(path, { project, hash: dep.hash }),
  );
  if (found.kind === "missing") return "deleted";
  if (dep.md5 === undefined) return "modified";
  return found.id === dep.md5 ? undefined : "modified";
}

/** How an output differs, by DVC's priority: not in cache, deleted, modified. */
export async function outStatus(
  project: Project,
  stage: StageFile,
  out: Out,
): Promise<DataChange | undefined> {
  const path = projectPathOf(stage, out);
  if (path === undefined) return undefined;
  const isRecorded = out.md5 !== undefined && out.md5 !== "";
  if (isRecorded && out.cache && !await isCached(project, out)) return "not in cache";
  return await workspaceStatus(project, stage, out);
}

/** How an output differs from what is recorded of it, whatever the cache holds. */
export async function workspaceStatus(
  project: Project,
  stage: StageFile,
  out: Out,
): Promise<DataChange | undefined> {
  const path = projectPathOf(stage, out);
  if (path === undefined) return undefined;
  const place = project.nativePath(path);
  if (out.md5 === undefined || out.md5 === "") {
    return out.files === undefined ? (exists(place) ? "modified" : "deleted") : undefined;
  }
  const found = await scan(place, scanOptions(path, { project, hash: out.hash }));
  if (found.kind === "missing") return "deleted";
  return found.id === out.md5 ? undefined : "modified";
}

/** Whether all objects of an output are in the cache. */
export async function isCached(project: Project, out: Out): Promise<boolean> {
  if (out.md5 === undefined || !isObjectId(out.md5)) return false;
  const id: ObjectId = out.md5;
  const cache = project.cache(out.hash);
  if (!await cache.has(id)) return false;
  if (!id.endsWith(".dir")) return true;
  if (project.presence.holds(cache, id)) return true;
  const listing = await readListing(cache, id);
  if (listing === undefined) return false;
  if (!listing.ids.every((one) => cache.lists(one))) return false;
  project.presence.note(cache, id);
  return true;
}
