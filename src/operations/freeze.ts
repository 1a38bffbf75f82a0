/**
 * Holds stages at their present state, or lets them go.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { openProject } from "../registry/project.ts";
import { GitTracking } from "./git_tracking.ts";
import { saveStage } from "./save_stage.ts";
import { stageLabel } from "../registry/tracked.ts";
import { selectStages } from "./targets.ts";

/** Freezes or unfreezes the stages that targets name; gives their names. */
export async function freeze(
  { targets, frozen }: { targets: readonly string[]; frozen: boolean },
  context: Context,
): Promise<string[]> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  const stages: string[] = [];
  for (const typed of targets) {
    for (const stage of await selectStages(project, [typed])) {
      stages.push(stageLabel(stage));
      if (stage.name !== undefined) {
        const { freezePipelineStage } = await import("./freeze_pipeline_stage.ts");
        if (freezePipelineStage(project, stage, frozen)) tracking.track(stage.path);
      } else if (await saveStage(project, { ...stage, frozen })) tracking.track(stage.path);
    }
  }
  await tracking.finish();
  return stages;
}
