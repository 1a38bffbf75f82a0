/**
 * Which stages there are, in a line each.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Context } from "../platform/context.ts";
import { isDirectory } from "../platform/files.ts";
import { openProject } from "../registry/project.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { shownStage } from "./status.ts";
import { selectStages } from "./targets.ts";

/** What is listed. */
export interface StageListRequest {
  /** Pipeline files, `.dvc` files, stages; with `recursive` also folders. */
  readonly targets: readonly string[];
  readonly all: boolean;
  readonly recursive: boolean;
}

/** A stage by name, and what it is about. */
export interface ListedStage {
  readonly name: string;
  readonly description: string;
}

/** The stages that targets name, each once, in order. */
export async function listStages(
  request: StageListRequest,
  context: Context,
): Promise<ListedStage[]> {
  const project = openProject(context);
  const stages: StageFile[] = [];
  if (request.all) append(stages, (await project.catalog()).stages);
  for (const target of request.all ? [] : request.targets) {
    const path = project.projectPath(target);
    const isFolder = path !== undefined && isDirectory(project.nativePath(path));
    // Names are those of stages here, never of outputs.
    const isName = !isFolder && !/[:/\\]|\.(dvc|ya?ml)$/.test(target);
    stages.push(
      ...await selectStages(project, [isName ? `dvc.yaml:${target}` : target], {
        recursive: request.recursive && isFolder,
      }),
    );
  }
  return [...new Set(stages)].map((stage) => ({
    name: shownStage(project, stage),
    description: shortened(
      stage.desc?.split("\n").find((line) => line !== "")?.trim() ??
        described(stage),
    ),
  }));
}

function described({ deps, outs }: StageFile): string {
  if (deps.length === 0 && outs.length === 0) return "No outputs or dependencies";
  const names = (some: readonly { readonly path: string }[]) =>
    some.map(({ path }) => path).join(", ");
  if (outs.length === 0) return `Depends on ${names(deps)}`;
  const isReport = ({ extra }: Out) =>
    extra?.["metric"] !== undefined ||
    extra?.["plot"] !== undefined;
  const data = outs.filter((out) => !isReport(out));
  const reports = outs.filter(isReport);
  return [
    ...(data.length > 0 ? [`Outputs ${names(data)}`] : []),
    ...(reports.length > 0 ? [`Reports ${names(reports)}`] : []),
  ].join("; ");
}

const longest = 80;

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
