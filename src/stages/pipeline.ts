/**
 * `dvc.yaml` with its `dvc.lock` → the stages and artifacts that they speak of.
 *
 * @module
 */
import {
  entriesOf,
  isPlainMap,
  keyText,
  type PlainMap,
  plainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import { type Artifact, artifactNameProblem, readArtifacts } from "./artifacts.ts";
import { foreachMembers, type GroupMember, matrixMembers } from "./pipeline_groups.ts";
import { pipelineStage } from "./pipeline_stage.ts";
import {
  loadDefaultParams,
  loadVars,
  parseFault,
  type ReadText,
  refuseExpressions,
} from "./pipeline_vars.ts";
import { readChecked } from "./read_stage.ts";
import { lockFileSchema, pipelineSchema } from "./schema.ts";
import type { StageFile } from "./stage_file.ts";
import { normalizePath } from "./stage_paths.ts";
import { checkExpressions, type ResolveOptions, resolveText, resolveValue } from "./templating.ts";
import {
  ContextFault,
  LoadedAlready,
  TemplateContext,
  templateText,
} from "./templating_context.ts";

/** What a `dvc.yaml` speaks of. */
export interface Pipeline {
  /** In the order of the file; groups are expanded, as `fe@a`. */
  readonly stages: StageFile[];
  /** By name, names that tags cannot have included. */
  readonly artifacts: Record<string, Artifact>;
  /** What DVC warns of while it reads the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads the `dvc.yaml` at a POSIX path relative to the project's root, the `dvc.lock` beside it and
 * the files of parameters that it names; `readText` takes such paths too. Without a `dvc.yaml`,
 * nothing is found. Throws `invalid-stage` with DVC's messages.
 */
export async function readPipeline(path: string, readText: ReadText): Promise<Pipeline> {
  const text = await readText(path);
  if (text === undefined) return { stages: [], artifacts: {}, warnings: [] };
  const data = readChecked(text, pipelineSchema, { path });
  const lockPath = path.replace(/\.ya?ml$/, ".lock");
  const lockText = await readText(lockPath);
  const lock = lockText === undefined
    ? {}
    : readChecked(lockText, lockFileSchema, { path: lockPath });
  return await new PipelineReader(path, readText).read(data, lock);
}

/** An entry of `stages`: one stage, or the template and the members of a group. */
interface Definition {
  readonly name: string;
  readonly template: PlainMap;
  readonly members?: readonly GroupMember[];
}

class PipelineReader {
  readonly #path: string;
  readonly #folder: string;
  readonly #readText: ReadText;
  readonly #context = new TemplateContext();
  readonly #warnings: string[] = [];

  constructor(path: string, readText: ReadText) {
    this.#path = path;
    this.#folder = path.split("/").slice(0, -1).join("/");
    this.#readText = readText;
  }

  async read(data: PlainMap, lock: PlainMap): Promise<Pipeline> {
    const place = { readText: this.#readText, folder: this.#folder };
    refuseExpressions(data.vars ?? null, "vars", this.#path);
    await this.#inPart("'vars'", async () => {
      await loadDefaultParams(this.#context, place);
      await loadVars(this.#context, data.vars, place);
    });
    const locked = isPlainMap(lock.stages) ? lock.stages : {};
    const stages: StageFile[] = [];
    const entries = isPlainMap(data.stages) ? entriesOf(data.stages) : [];
    // All groups are expanded before any stage is looked at: so are their faults found first.
    const definitions = entries.flatMap(([key, definition]) =>
      isPlainMap(definition) ? [this.#expand(keyText(key), definition)] : []
    );
    for (const definition of definitions) {
      for (const [name, resolved] of await this.#resolve(definition)) {
        const known = Object.hasOwn(locked, name) ? locked[name] : undefined;
        const entry = isPlainMap(known) ? known : undefined;
        stages.push(pipelineStage(resolved, entry, { path: this.#path, name }));
      }
    }
    const artifacts = readArtifacts(data.artifacts, this.#context, this.#path);
    for (const name of Object.keys(artifacts)) {
      const problem = artifactNameProblem(name);
      if (problem !== undefined) this.#warnings.push(problem);
    }
    return { stages, artifacts, warnings: this.#warnings };
  }

  /** Names the part of the file where a fault of the context shows. */
  async #inPart<Result>(part: string, run: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ContextFault) throw parseFault(error, part, this.#path);
      throw error;
    }
  }

  #expand(name: string, definition: PlainMap): Definition {
    const group = { name, path: this.#path, context: this.#context };
    if (definition.matrix !== undefined) {
      const template = plainMap(entriesOf(definition).filter(([key]) => key !== "matrix"));
      const members = matrixMembers(isPlainMap(definition.matrix) ? definition.matrix : {}, group);
      this.#warnOfHidden(name, ["key", "item"]);
      return { name, template, members };
    }
    if (definition.foreach !== undefined) {
      const template = isPlainMap(definition.do) ? definition.do : {};
      const members = foreachMembers(definition.foreach, group);
      this.#warnOfHidden(name, [...members[0]?.names.keys() ?? []]);
      return { name, template, members };
    }
    return { name, template: definition };
  }

  #warnOfHidden(name: string, keys: readonly string[]): void {
    const hidden = keys.filter((key) => this.#context.has(key));
    if (hidden.length === 0) return;
    const verb = hidden.length === 1 ? "is" : "are";
    this.#warnings.push(
      `${hidden.join(" and ")} ${verb} already specified, ` +
        `will be overwritten for stages generated from '${name}'`,
    );
  }

  /** The stages of an entry, by name. */
  async #resolve({ name, template, members }: Definition): Promise<[string, PlainMap][]> {
    if (!members || members.length > 0) await this.#checkSyntax(name, template);
    if (!members) return [[name, await this.#resolveStage(name, template, {})]];
    const stages: [string, PlainMap][] = [];
    for (const { key, names } of members) {
      const stage = `${name}@${key}`;
      const resolved = await this.#context.withNames(
        names,
        () => this.#resolveStage(stage, template, { checked: true }),
      );
      stages.push([stage, resolved]);
    }
    return stages;
  }

  async #checkSyntax(name: string, definition: PlainMap): Promise<void> {
    for (const [key, value] of entriesOf(definition)) {
      await this.#inPart(`'stages.${name}.${keyText(key)}'`, () => checkExpressions(value));
    }
  }

  async #resolveStage(
    name: string,
    definition: PlainMap,
    options: ResolveOptions,
  ): Promise<PlainMap> {
    let context = this.#context;
    const { wdir, vars } = definition;
    let folder = this.#folder;
    if (wdir !== undefined && wdir !== null && wdir !== "") {
      const resolved = await this.#inPart(
        `'stages.${name}.wdir'`,
        () => typeof wdir === "string" ? templateText(resolveText(wdir, context)) : "",
      );
      folder = normalizePath(`${folder || "."}/${resolved}`);
    }
    refuseExpressions(vars ?? null, `stages.${name}.vars`, this.#path);
    if (vars !== undefined) {
      const own = context.copy();
      try {
        await loadVars(own, vars, { readText: this.#readText, folder, stage: name });
      } catch (error) {
        if (!(error instanceof ContextFault)) throw error;
        const part = error instanceof LoadedAlready ? `'stages.${name}.vars'` : `stage '${name}'`;
        throw parseFault(error, part, this.#path);
      }
      context = own;
    }
    const resolved: [string, PlainValue][] = [];
    for (const [key, value] of entriesOf(definition)) {
      const field = keyText(key);
      if (field === "vars") continue;
      resolved.push([
        field,
        await this.#inPart(
          `'stages.${name}.${field}'`,
          () => resolveValue(value, context, { ...options, key: field }),
        ),
      ]);
    }
    return plainMap(resolved);
  }
}
