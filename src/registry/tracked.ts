/**
 * Every tracked output of a project, found by path.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isAbsolutePath, parentPath } from "../platform/paths.ts";
import type { Dep, Out, StageFile } from "../stages/stage_file.ts";
import { isUrl, pathInProject } from "../stages/stage_paths.ts";

/** An output and where it is. */
export interface TrackedOut {
  readonly stage: StageFile;
  readonly out: Out;
  /** POSIX, relative to the project's root, without `.` and `..`. */
  readonly path: string;
}

/** The stages of one project at one moment. */
export class Catalog {
  readonly stages: readonly StageFile[];
  /** Outputs within the project; those at URLs or absolute paths are not data of the project. */
  readonly outs: readonly TrackedOut[];
  readonly #byPath = new Map<string, TrackedOut>();

  constructor(stages: readonly StageFile[]) {
    this.stages = stages;
    const outs: TrackedOut[] = [];
    for (const stage of stages) {
      for (const out of stage.outs) {
        const path = projectPathOf(stage, out);
        if (path === undefined) continue;
        const tracked = { stage, out, path };
        outs.push(tracked);
        if (!this.#byPath.has(path)) this.#byPath.set(path, tracked);
      }
    }
    this.outs = outs;
  }

  /** The output at exactly this path. */
  at(path: string): TrackedOut | undefined {
    return this.#byPath.get(path);
  }

  /** The output that is this path or a folder around it. */
  containing(path: string): TrackedOut | undefined {
    for (let folder = path;; folder = parentPath(folder)) {
      const found = this.#byPath.get(folder);
      if (found !== undefined || folder === "") return found;
    }
  }

  /** The outputs that are this path or lie below it. */
  below(path: string): TrackedOut[] {
    if (path === "") return [...this.outs];
    return this.outs.filter((one) => one.path === path || one.path.startsWith(path + "/"));
  }
}

/**
 * Where an output or a file dependency is, relative to the project's root; undefined for a URL or
 * an absolute path. Throws `invalid-stage` where the path leaves the project.
 */
export function projectPathOf(stage: StageFile, data: Out | Dep): string | undefined {
  if (isUrl(data.path) || isAbsolutePath(data.path)) return undefined;
  const path = pathInProject(data.path, stage);
  if (path !== undefined) return path;
  throw new DvtError(
    "invalid-stage",
    `'${stage.path}' names '${data.path}', which lies outside of the project`,
    { hint: "correct the path in the stage file" },
  );
}

/** How messages name a stage: `data.dvc`, or `dvc.yaml:train`. */
export function stageLabel(stage: StageFile): string {
  return stage.name === undefined ? stage.path : `${stage.path}:${stage.name}`;
}

/** The repository dependency of an import, if the stage is one. */
export function importSource(stage: StageFile): Dep | undefined {
  const [dep] = stage.deps;
  return stage.deps.length === 1 && dep?.repo !== undefined ? dep : undefined;
}

/** Whether the stage is an import from a URL. */
export function isUrlImport(stage: StageFile): boolean {
  return stage.name === undefined && stage.cmd === undefined && stage.deps.length === 1 &&
    stage.outs.length === 1 && stage.deps[0]?.repo === undefined;
}
