/**
 * What the user typed → the outputs it means.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import { DvtError } from "../platform/error.ts";
import { exists, isDirectory } from "../platform/files.ts";
import { collectFromDisk } from "../registry/collect.ts";
import type { Project } from "../registry/project.ts";
import { Catalog, type TrackedOut } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { isWhole, type Parts } from "./parts.ts";

/** An output, or the part of it at and below a path. */
export interface SelectedOut extends TrackedOut {
  /** Relative to the output; `""` is all of it. */
  readonly inside: string;
  /** Which files of a folder are wanted; all where absent. */
  readonly parts?: Parts;
}

/** Whether less than all of an output is meant. */
export function isPart({ inside, parts }: Pick<SelectedOut, "inside" | "parts">): boolean {
  return inside !== "" || (parts !== undefined && !isWhole(parts));
}

/** How targets are read. */
export interface TargetOptions {
  /** Folders stand for all stages below them. */
  readonly recursive?: boolean;
  /** Wildcards are matched against the outputs of the project. */
  readonly glob?: boolean;
}

/** The outputs that targets mean; without targets, all outputs of the project. */
export async function selectOuts(
  project: Project,
  targets: readonly string[],
  options: TargetOptions = {},
): Promise<SelectedOut[]> {
  if (targets.length === 0) return (await project.catalog()).outs.map(whole);
  const selected: SelectedOut[] = [];
  for (const typed of targets) append(selected, await selectOne(project, typed, options));
  return unique(selected);
}

/** The stages that targets mean; without targets, all stages of the project. */
export async function selectStages(
  project: Project,
  targets: readonly string[],
  options: TargetOptions = {},
): Promise<StageFile[]> {
  if (targets.length === 0) return [...(await project.catalog()).stages];
  const selected = new Map<string, StageFile>();
  for (const typed of targets) {
    for (const stage of await stagesNamed(project, typed, options)) {
      selected.set(`${stage.path}:${stage.name ?? ""}`, stage);
    }
  }
  return [...selected.values()];
}

function whole(tracked: TrackedOut): SelectedOut {
  return { ...tracked, inside: "" };
}

function unique(selected: readonly SelectedOut[]): SelectedOut[] {
  const seen = new Map<string, SelectedOut>();
  for (const one of selected) seen.set(`${one.path}\0${one.inside}`, one);
  return [...seen.values()].filter((one) => one.inside === "" || !seen.has(`${one.path}\0`));
}

async function selectOne(
  project: Project,
  typed: string,
  options: TargetOptions,
): Promise<SelectedOut[]> {
  if (options.glob === true && /[*?[]/.test(typed)) {
    const { matchGlob } = await import("./glob.ts");
    // Outputs or their stage files, seen from here or in full.
    const fits = (path: string) =>
      matchGlob(typed, project.shown(path)) || matchGlob(typed, project.nativePath(path));
    return (await project.catalog()).outs
      .filter((one) => fits(one.path) || fits(one.stage.path)).map(whole);
  }
  const path = project.projectPath(typed);
  if (path !== undefined && !namesAStageFile(typed)) {
    const catalog = await project.catalog();
    // A name that is both is taken for the stage; `./name` is the output.
    const named = /[\\/]/.test(typed) ? [] : stagesCalled(catalog, project, { name: typed });
    if (named.length > 0) return new Catalog(named).outs.map(whole);
    const found = catalog.containing(path);
    if (found !== undefined) {
      return [{ ...found, inside: path.slice(found.path.length).replace(/^\//, "") }];
    }
  }
  const stages = await stagesNamed(project, typed, options);
  return new Catalog(stages).outs.map(whole);
}

function namesAStageFile(typed: string): boolean {
  return typed.endsWith(".dvc") || /(^|[\\/])dvc\.yaml(:|$)/.test(typed);
}

async function stagesNamed(
  project: Project,
  typed: string,
  options: TargetOptions,
): Promise<StageFile[]> {
  const path = project.projectPath(typed);
  if (options.recursive === true && path !== undefined && isDirectory(project.nativePath(path))) {
    const stages = await collectFromDisk(project.root, { ignore: project.ignore, below: path });
    if (stages.length > 0) return stages;
  }
  if (namesAStageFile(typed) && !typed.includes(":")) {
    const stages = path === undefined ? undefined : await project.stagesAt(path);
    if (stages !== undefined) return stages;
    // An output may be called `x.dvc`, too; only then is the catalog needed.
    if (path === undefined || !exists(project.nativePath(path))) {
      throw new DvtError(
        "not-found",
        `'${path === undefined ? typed : project.nativePath(path)}' does not exist`,
      );
    }
  }
  const catalog = await project.catalog();
  const out = path === undefined ? undefined : catalog.at(path);
  if (out !== undefined) return [out.stage];
  const [file, name] = typed.includes(":") ? splitOnce(typed) : ["dvc.yaml", typed];
  const filePath = project.projectPath(file);
  const named = stagesCalled(catalog, project, { file, name });
  if (named.length > 0) return named;
  const there = filePath !== undefined && exists(project.nativePath(filePath));
  if (typed.includes(":")) {
    throw new DvtError(
      "not-found",
      there ? `Stage '${name}' not found inside '${file}' file` : `'${file}' does not exist`,
    );
  }
  throw new DvtError(
    "not-found",
    `'${typed}' does not exist as an output or a stage name in 'dvc.yaml'` +
      (there ? "" : ": 'dvc.yaml' does not exist"),
  );
}

/** The stages of a pipeline file by name, or by the name of their group. */
function stagesCalled(
  catalog: Catalog,
  project: Project,
  { file = "dvc.yaml", name }: { file?: string; name: string },
): StageFile[] {
  const path = project.projectPath(file);
  return catalog.stages.filter((stage) =>
    stage.path === path && stage.name !== undefined &&
    // `dvc.yaml:` means all of them.
    (name === "" || stage.name === name || stage.name.startsWith(`${name}@`))
  );
}

function splitOnce(text: string): [string, string] {
  const colon = text.lastIndexOf(":");
  return [text.slice(0, colon) || "dvc.yaml", text.slice(colon + 1)];
}
