/**
 * Ends a project: everything of DVC's and dvt's goes, the data stays.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { removeIfThere, removeTree } from "../platform/files.ts";
import { openProject } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import { unprotectTree } from "./unprotect.ts";

/** Removes stage files, pipelines, `.dvc` and `.dvcignore`, cache included. */
export async function destroy({ force }: { force: boolean }, context: Context): Promise<void> {
  const project = openProject(context);
  if (!force) {
    const agreed = context.confirm(
      "This will destroy all information about your pipelines, all data files, as well as cache in " +
        ".dvc/cache.\nAre you sure you want to continue?",
    );
    if (agreed !== true) {
      throw new DvtError(
        "failed",
        "cannot destroy without a confirmation from the user. Use `-f` to force.",
      );
    }
  }
  {
    using _lock = await project.lock();
    const { stages } = await project.catalog();
    // Links into the cache would lead nowhere afterwards.
    for (const stage of stages) {
      for (const out of stage.outs) {
        const path = projectPathOf(stage, out);
        if (path !== undefined) await unprotectTree(project.nativePath(path), context);
      }
    }
    for (const stage of stages) {
      removeIfThere(project.nativePath(stage.path));
      if (stage.name !== undefined) {
        removeIfThere(project.nativePath(stage.path.replace(/dvc\.yaml$/, "dvc.lock")));
      }
    }
  }
  removeIfThere(project.nativePath(".dvcignore"));
  removeTree(project.dvcDirectory);
}
