/**
 * Holds stages at their present state, or lets them go.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { openProject } from "../registry/project.ts";
import { GitTracking } from "./git_tracking.ts";
import { saveStage } from "./save_stage.ts";
import { selectStages } from "./targets.ts";

/** Freezes or unfreezes the stages that targets name. */
export async function freeze(
  { targets, frozen }: { targets: readonly string[]; frozen: boolean },
  context: Context,
): Promise<void> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  for (const typed of targets) {
    for (const stage of await selectStages(project, [typed])) {
      if (stage.name !== undefined) {
        throw new DvtError("failed", `'${typed}' is a stage of a pipeline, which dvt only reads`, {
          hint: "set `frozen: true` in dvc.yaml in an editor",
        });
      }
      if (await saveStage(project, { ...stage, frozen })) tracking.track(stage.path);
    }
  }
  await tracking.finish();
}
