/**
 * Forgets tracked data: the stage file goes, the data stays unless told otherwise.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { isObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists, lookAt, lookThrough, removeIfThere, removeTree } from "../platform/files.ts";
import { mayBeInMemory, syncFiles } from "../platform/sync.ts";
import { readStagesAt } from "../registry/collect.ts";
import { refuseUnsafe } from "../registry/linked_way.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf, stageLabel } from "../registry/tracked.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { GitTracking } from "./git_tracking.ts";
import { unprotectTree } from "./unprotect.ts";

/** What is removed. */
export interface RemoveRequest {
  readonly targets: readonly string[];
  /** Remove the data of the workspace, too. */
  readonly outs: boolean;
}

/** Removes stage files; gives their names. What the cache holds stays until `gc`. */
export async function remove(request: RemoveRequest, context: Context): Promise<string[]> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  const removed: string[] = [];
  try {
    for (const typed of request.targets) {
      for (const stage of await stagesToRemove(project, typed)) {
        await removeStage(project, stage, { request, tracking });
        removed.push(stageLabel(stage));
      }
    }
  } finally {
    await tracking.finish({ hint: false });
  }
  return removed;
}

async function stagesToRemove(project: Project, typed: string): Promise<readonly StageFile[]> {
  const path = project.projectPath(typed);
  if (path === undefined) {
    throw new DvtError("not-found", `'${typed}' is outside of the project`);
  }
  if (!typed.endsWith(".dvc")) return await pipelineStages(project, typed, path);
  const stages = await readStagesAt(project.root, path);
  if (stages === undefined) {
    throw new DvtError("not-found", `'${project.nativePath(path)}' does not exist`);
  }
  return stages;
}

async function pipelineStages(
  project: Project,
  typed: string,
  path: string,
): Promise<readonly StageFile[]> {
  const colon = typed.lastIndexOf(":");
  const [file, name] = colon < 0
    ? ["dvc.yaml", typed]
    : [typed.slice(0, colon) || "dvc.yaml", typed.slice(colon + 1)];
  const filePath = project.projectPath(file) ?? file;
  const stages = await readStagesAt(project.root, filePath);
  const named = stages?.filter((stage) => stage.name === name) ?? [];
  if (named.length > 0) return named;
  const fault = stages === undefined
    ? `'${file}' does not exist`
    : `Stage '${name}' not found inside '${file}' file`;
  const near = exists(project.nativePath(`${path}.dvc`))
    ? `'${typed}' is not a .dvc file. Do you mean '${typed}.dvc'?: `
    : "";
  throw new DvtError("not-found", near + fault);
}

async function removeStage(
  project: Project,
  stage: StageFile,
  { request, tracking }: { request: RemoveRequest; tracking: GitTracking },
): Promise<void> {
  for (const out of stage.outs) {
    const path = projectPathOf(stage, out);
    if (path === undefined) continue;
    await refuseUnsafe(project, path);
    const place = project.nativePath(path);
    if (request.outs) {
      await settle(project, stage, out);
      removeTree(place);
    } else await unprotectTree(place, project.context);
    project.state.forget(path);
  }
  // The stage file goes last, so that the same command can go on after an interruption.
  for (const out of stage.outs) {
    const path = projectPathOf(stage, out);
    if (path !== undefined && out.cache) tracking.unignore(path);
  }
  if (stage.name === undefined) {
    removeIfThere(project.nativePath(stage.path));
    tracking.track(stage.path);
  } else {
    const { removePipelineStage } = await import("./remove_pipeline_stage.ts");
    for (const file of removePipelineStage(project, stage.path, stage.name)) tracking.track(file);
  }
  project.forgetCatalog();
}

/** What was tracked a moment ago is kept by the cache alone from now on: the disk shall have it. */
async function settle(project: Project, stage: StageFile, out: Out): Promise<void> {
  const recorded = lookAt(project.nativePath(stage.path));
  if (recorded === undefined || !mayBeInMemory(recorded)) return;
  const { md5, hash } = out;
  if (md5 === undefined || !isObjectId(md5)) return;
  const cache = project.cache(hash);
  const listed = md5.endsWith(".dir") ? (await readListing(cache, md5))?.ids ?? [] : [];
  const young = [md5, ...listed].map((id) => cache.pathOf(id)).filter((path) => {
    const facts = lookThrough(path);
    return facts !== undefined && mayBeInMemory(facts);
  });
  await syncFiles(young, project.context.signal);
}
