/**
 * Freezing a stage where it is declared, in its `dvc.yaml`.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { readTextIfThere } from "../platform/files.ts";
import { readYaml } from "../platform/yaml_read.ts";
import { rewriteYaml } from "../platform/yaml_rewrite.ts";
import { entriesOf, isPlainMap, keyText, plainMap } from "../platform/yaml_value.ts";
import type { Project } from "../registry/project.ts";
import type { StageFile } from "../stages/stage_file.ts";

/** Freezes or unfreezes; answers whether the file changed. The rest of it stays as it is. */
export function freezePipelineStage(
  project: Project,
  stage: StageFile,
  frozen: boolean,
): boolean {
  if (stage.frozen === frozen) return false;
  const place = project.nativePath(stage.path);
  const text = readTextIfThere(place) ?? "";
  const value = readYaml(text);
  const stages = isPlainMap(value) && isPlainMap(value["stages"]) ? value["stages"] : {};
  const declared = entriesOf(stages).find(([key]) => keyText(key) === stage.name)?.[1];
  if (!isPlainMap(value) || !isPlainMap(declared)) {
    throw new DvtError("failed", `cannot dump a parametrized stage: '${stage.name}'`, {
      hint: "its foreach or matrix declares it together with others: edit dvc.yaml",
    });
  }
  const bare = entriesOf(declared).filter(([key]) => keyText(key) !== "frozen");
  const next = plainMap(frozen ? [...bare, ["frozen", true]] : bare);
  const fresh = plainMap(
    entriesOf(value).map(([key, entry]) =>
      keyText(key) === "stages"
        ? [
          key,
          plainMap(
            entriesOf(stages).map(([name, one]) => [
              name,
              keyText(name) === stage.name ? next : one,
            ]),
          ),
        ]
        : [key, entry]
    ),
  );
  const shown = project.shown(stage.path);
  project.context.reporter.say(`Modifying stage '${stage.name}' in '${shown}'`);
  writeFileAtomically(place, rewriteYaml(text, fresh));
  project.forgetCatalog();
  return true;
}
