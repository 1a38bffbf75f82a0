/**
 * Forgets tracked data: the stage file goes, the data stays unless told otherwise.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists, removeIfThere, removeTree } from "../platform/files.ts";
import { readStagesAt } from "../registry/collect.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { GitTracking } from "./git_tracking.ts";
import { unprotectTree } from "./unprotect.ts";

/** What is removed. */
export interface RemoveRequest {
  readonly targets: readonly string[];
  /** Remove the data of the workspace, too. */
  readonly outs: boolean;
}

/** Removes stage files. What the cache holds stays until `gc`. */
export async function remove(request: RemoveRequest, context: Context): Promise<void> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  try {
    for (const typed of request.targets) {
      for (const stage of await stagesToRemove(project, typed)) {
        await removeStage(project, stage, { request, tracking });
      }
    }
  } finally {
    await tracking.finish({ hint: false });
  }
}

async function stagesToRemove(project: Project, typed: string): Promise<readonly StageFile[]> {
  const path = project.projectPath(typed);
  if (path === undefined) {
    throw new DvtError("not-found", `'${typed}' is outside of the project`);
  }
  if (!typed.endsWith(".dvc")) {
    const near = exists(project.nativePath(`${path}.dvc`))
      ? `'${typed}' is not a .dvc file. Do you mean '${typed}.dvc'?`
      : `'${typed}' is not a .dvc file`;
    if (!exists(project.nativePath("dvc.yaml"))) {
      throw new DvtError("not-found", `${near}: 'dvc.yaml' does not exist`);
    }
    throw new DvtError("failed", `${near}, and stages of pipelines are not removed by dvt`, {
      hint: "take the stage out of dvc.yaml in an editor",
    });
  }
  const stages = await readStagesAt(project.root, path);
  if (stages === undefined) {
    throw new DvtError("not-found", `'${project.nativePath(path)}' does not exist`);
  }
  return stages;
}

async function removeStage(
  project: Project,
  stage: StageFile,
  { request, tracking }: { request: RemoveRequest; tracking: GitTracking },
): Promise<void> {
  for (const out of stage.outs) {
    const path = projectPathOf(stage, out);
    if (path === undefined) continue;
    const place = project.nativePath(path);
    if (request.outs) removeTree(place);
    else await unprotectTree(place, project.context);
    project.state.forget(path);
  }
  removeIfThere(project.nativePath(stage.path));
  project.forgetCatalog();
  tracking.track(stage.path);
  for (const out of stage.outs) {
    const path = projectPathOf(stage, out);
    if (path !== undefined && out.cache) tracking.unignore(path);
  }
}
