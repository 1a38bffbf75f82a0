/**
 * Writing what stages of a pipeline were into their `dvc.lock`.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { Project } from "../registry/project.ts";
import { printLock } from "../stages/lock_file.ts";
import type { StageFile } from "../stages/stage_file.ts";

/** The `dvc.lock` beside a `dvc.yaml`. */
export function lockPathOf(stage: StageFile): string {
  return stage.path.replace(/\.ya?ml$/, ".lock");
}

/** Records stages of one `dvc.yaml`; answers whether the file says anything new now. */
export function saveLock(project: Project, stages: readonly StageFile[]): boolean {
  const [first] = stages;
  if (first === undefined) return false;
  const path = lockPathOf(first);
  const place = project.nativePath(path);
  const previous = readTextIfThere(place);
  const { text, changed } = printLock(stages, previous);
  project.forgetCatalog();
  const shown = project.shown(path);
  const { reporter } = project.context;
  if (previous === undefined || previous.trim() === "") {
    reporter.say(`Generating lock file '${shown}'`);
  }
  if (changed) reporter.say(`Updating lock file '${shown}'`);
  if (text !== previous) writeFileAtomically(place, text);
  return changed;
}
