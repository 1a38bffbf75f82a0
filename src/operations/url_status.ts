/**
 * Whether the source of an import from a URL has changed.
 *
 * @module
 */
import type { Project } from "../registry/project.ts";
import type { StageFile } from "../stages/stage_file.ts";
import {
  compareSource,
  isVersioned,
  lookAtSource,
  openSourceOf,
  shownSource,
  urlDep,
} from "./url_source.ts";

/** How a source differs from what was imported. */
export type UrlChange = "deleted" | "modified" | "update available";

/**
 * Compares a source with what was imported, by its name as shown. As in DVC, a frozen import's
 * source is looked at only where the import is by version, and if `updates` are asked for.
 */
export async function urlStatus(
  project: Project,
  stage: StageFile,
  { updates = true }: { readonly updates?: boolean } = {},
): Promise<Record<string, UrlChange>> {
  const dep = urlDep(stage);
  const onDisk = !/^[a-z][\w+.-]*:\/\//i.test(dep.path) || /^(?:https?|file):/i.test(dep.path);
  if (stage.frozen && onDisk) return warnFrozen(project, stage);
  const place = await openSourceOf(project, stage);
  const versioned = isVersioned(place, dep);
  if (stage.frozen && !versioned) return warnFrozen(project, stage);
  if (stage.frozen && !updates) return {};
  const outPath = stage.path.replace(/\.dvc$/, "");
  const state = await lookAtSource(project, place, { outPath, versioned });
  const shown = shownSource(project, stage);
  if (state === undefined) return { [shown]: "deleted" };
  if (compareSource(dep, state) !== "changed") return {};
  const byVersion = versioned && dep.versionId !== undefined && state.facts.versionId !== undefined;
  return { [shown]: byVersion ? "update available" : "modified" };
}

/** Says, as DVC does, why nothing is said of a frozen stage's dependencies. */
export function warnFrozen(project: Project, stage: StageFile): Record<string, never> {
  const file = project.shown(stage.path);
  const shown = stage.name === undefined
    ? file
    : file === "dvc.yaml"
    ? stage.name
    : `${file}:${stage.name}`;
  project.context.reporter.warn(
    `stage: '${shown}' is frozen. Its dependencies are not going to be shown in the status output.`,
  );
  return {};
}
