/**
 * Takes a stage out of a pipeline's files.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { readTextIfThere, removeIfThere } from "../platform/files.ts";
import { readYaml } from "../platform/yaml_read.ts";
import { rewriteYaml } from "../platform/yaml_rewrite.ts";
import { isPlainMap, type PlainMap } from "../platform/yaml_value.ts";
import type { Project } from "../registry/project.ts";

/**
 * Removes a stage from `dvc.yaml` and `dvc.lock`; a file that lists no stage any more goes, too.
 * Answers the files that changed, relative to the project's root.
 */
export function removePipelineStage(project: Project, path: string, name: string): string[] {
  const lock = path.replace(/dvc\.yaml$/, "dvc.lock");
  return [path, lock].filter((file) => removeFrom(project.nativePath(file), name));
}

function removeFrom(place: string, name: string): boolean {
  const text = readTextIfThere(place);
  if (text === undefined) return false;
  const value = readYaml(text);
  if (!isPlainMap(value) || !isPlainMap(value["stages"])) return false;
  const stages: PlainMap = value["stages"];
  if (!(name in stages)) return false;
  const kept = Object.fromEntries(Object.entries(stages).filter(([key]) => key !== name));
  if (Object.keys(kept).length === 0) removeIfThere(place);
  else writeFileAtomically(place, rewriteYaml(text, { ...value, stages: kept }));
  return true;
}
