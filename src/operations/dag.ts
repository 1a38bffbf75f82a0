/**
 * Which stage needs what of which other stage.
 *
 * @module
 */
import { isInside } from "../platform/paths.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { shownStage } from "./status.ts";
import { selectStages } from "./targets.ts";

/** What is drawn. */
export interface DagRequest {
  /** A stage or output; undefined for all. */
  readonly target: string | undefined;
  /** All that hangs together with the target, instead of what it needs. */
  readonly full: boolean;
  /** Outputs instead of stages. */
  readonly outs: boolean;
  /** The stages of a `foreach` or `matrix` as one. */
  readonly collapse: boolean;
}

/** Names, and what each needs. Connected parts stand together, in order. */
export interface Dag {
  readonly nodes: readonly string[];
  /** From what is needed to what needs it. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The parts of the project's graph that are not connected with each other. */
export async function dag(request: DagRequest, context: Context): Promise<Dag[]> {
  if (request.outs && request.collapse) {
    throw new DvtError(
      "failed",
      "`--outs` and `--collapse-foreach-matrix` are mutually exclusive",
    );
  }
  const project = openProject(context);
  const stages = (await project.catalog()).stages;
  const needs = request.outs ? outNeeds(project, stages) : stageNeeds(project, stages);
  const targets = request.target === undefined
    ? undefined
    : await targetNodes(project, request.target, request.outs);
  const kept = targets === undefined ? new Set(needs.keys()) : reach(needs, targets, request.full);
  const named = new Map<string, Set<string>>();
  for (const [node, others] of needs) {
    if (!kept.has(node)) continue;
    const name = request.collapse ? collapsed(node) : node;
    const known = named.get(name) ?? new Set();
    for (const other of others) {
      const upstream = request.collapse ? collapsed(other) : other;
      if (kept.has(other) && upstream !== name) known.add(upstream);
    }
    named.set(name, known);
  }
  return components(named);
}

type Needs = ReadonlyMap<string, ReadonlySet<string>>;

interface Product {
  readonly path: string;
  readonly stage: StageFile;
}

function productsOf(stages: readonly StageFile[]): Product[] {
  return stages.flatMap((stage) =>
    stage.outs.flatMap((out) => {
      const path = projectPathOf(stage, out);
      return path === undefined ? [] : [{ path, stage }];
    })
  );
}

/** The products that a stage's dependencies are, are in, or are around. */
function upstream(stage: StageFile, products: readonly Product[]): Product[] {
  return stage.deps.flatMap((dep) => {
    const path = dep.repo === undefined ? safePath(stage, dep) : undefined;
    if (path === undefined) return [];
    return products.filter((one) => isInside(path, one.path) || isInside(one.path, path));
  });
}

/** Sources of imports may lie anywhere. */
function safePath(stage: StageFile, dep: StageFile["deps"][number]): string | undefined {
  try {
    return projectPathOf(stage, dep);
  } catch {
    return undefined;
  }
}

function stageNeeds(project: Project, stages: readonly StageFile[]): Needs {
  const products = productsOf(stages);
  return new Map(stages.map((stage) => [
    shownStage(project, stage),
    new Set(upstream(stage, products).map((one) => shownStage(project, one.stage))),
  ]));
}

function outNeeds(project: Project, stages: readonly StageFile[]): Needs {
  const products = productsOf(stages);
  return new Map(products.map(({ path, stage }) => [
    project.shown(path),
    new Set(upstream(stage, products).map((one) => project.shown(one.path))),
  ]));
}

async function targetNodes(project: Project, target: string, outs: boolean): Promise<string[]> {
  const stages = await selectStages(project, [target]);
  if (!outs) return stages.map((stage) => shownStage(project, stage));
  const path = project.projectPath(target);
  const own = productsOf(stages);
  const named = own.filter((one) => one.path === path);
  return (named.length > 0 ? named : own).map((one) => project.shown(one.path));
}

function reach(needs: Needs, targets: readonly string[], full: boolean): Set<string> {
  const reached = new Set<string>();
  const enter = (node: string) => {
    if (reached.has(node)) return;
    reached.add(node);
    for (const other of needs.get(node) ?? []) enter(other);
    if (full) { for (const [other, its] of needs) if (its.has(node)) enter(other); }
  };
  for (const target of targets) enter(target);
  return reached;
}

function collapsed(name: string): string {
  return name.endsWith(".dvc") ? name : name.split("@", 1)[0] ?? name;
}

function components(needs: Needs): Dag[] {
  const left = new Set(needs.keys());
  const found: Dag[] = [];
  for (const start of needs.keys()) {
    if (!left.has(start)) continue;
    const part = reach(needs, [start], true);
    const nodes = [...needs.keys()].filter((node) => part.has(node));
    for (const node of nodes) left.delete(node);
    const edges = nodes.flatMap((node) =>
      [...needs.get(node) ?? []].map((other) => [other, node] as const)
    );
    found.push({ nodes, edges });
  }
  return found;
}
