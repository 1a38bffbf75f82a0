/**
 * `dvc.lock`: what stages of a `dvc.yaml` were when their data was last recorded.
 *
 * @module
 */
import { pythonEquals } from "../platform/yaml_changes.ts";
import { printYaml } from "../platform/yaml_print.ts";
import { readYaml } from "../platform/yaml_read.ts";
import { rewriteYaml } from "../platform/yaml_rewrite.ts";
import {
  byCodePoints,
  entriesOf,
  isPlainMap,
  keyText,
  type PlainMap,
  plainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import type { Dep, StageFile } from "./stage_file.ts";
import { lockedValue } from "./stage_value.ts";

/** The names of parameters that a dep stands for, in order; undefined for a dep that is data. */
export function paramNames({ extra }: Dep): readonly string[] | undefined {
  const names = extra?.["params"];
  return Array.isArray(names) ? names.map(String) : undefined;
}

/** The recorded values of a dep's parameters; undefined where none were recorded yet. */
export function paramValues({ extra }: Dep): PlainMap | undefined {
  const values = extra?.["values"];
  return isPlainMap(values) ? values : undefined;
}

/** The stage's entry, keys in DVC's order. */
export function lockedStage(stage: StageFile): PlainMap {
  const byPath = (a: { path: string }, b: { path: string }) => byCodePoints(a.path, b.path);
  const data = stage.deps.filter((dep) => paramNames(dep) === undefined).sort(byPath);
  const params = stage.deps.filter((dep) => paramValues(dep) !== undefined).sort(byPath);
  const entry: Record<string, PlainValue> = { cmd: stage.cmd ?? null };
  if (data.length > 0) entry.deps = data.map((dep) => lockedValue(dep, stage));
  if (params.length > 0) {
    const usual = params.filter(({ path }) => path === "params.yaml");
    const others = params.filter(({ path }) => path !== "params.yaml");
    entry.params = plainMap(
      [...usual, ...others].map((dep) => [dep.path, sorted(paramValues(dep) ?? {})]),
    );
  }
  if (stage.outs.length > 0) {
    entry.outs = [...stage.outs].sort(byPath).map((out) => lockedValue(out, stage));
  }
  return entry;
}

function sorted(values: PlainMap): PlainMap {
  return plainMap(
    [...entriesOf(values)].sort(([a], [b]) => byCodePoints(keyText(a), keyText(b))),
  );
}

/** The new text of a `dvc.lock`, and whether it says anything new. */
export function printLock(
  stages: readonly StageFile[],
  previous: string | undefined,
): { readonly text: string; readonly changed: boolean } {
  const value = previous === undefined ? undefined : readYaml(previous);
  const old: PlainMap = isPlainMap(value) ? value : {};
  const known = isPlainMap(old["stages"]) ? entriesOf(old["stages"]) : [];
  const entries = new Map(known.map(([key, entry]) => [keyText(key), entry]));
  let changed = false;
  for (const stage of stages) {
    const name = stage.name ?? "";
    const fresh = lockedStage(stage);
    const before = entries.get(name);
    if (before !== undefined && pythonEquals(before, fresh)) continue;
    entries.set(name, fresh);
    changed = true;
  }
  const isNew = Object.keys(old).length === 0;
  if (!changed && !isNew) return { text: previous ?? "", changed };
  const next: PlainMap = {
    ...(isNew ? { schema: "2.0" } : old),
    stages: plainMap([...entries]),
  };
  if (isNew || previous === undefined) return { text: printYaml(next), changed };
  // Entries that changed are written anew, as DVC does it, those around them stay as they are.
  const emptied: PlainMap = {
    ...next,
    stages: plainMap(
      [...entries].map((
        [name, entry],
      ) => [name, stages.some((one) => one.name === name) ? null : entry]),
    ),
  };
  return { text: rewriteYaml(rewriteYaml(previous, emptied), next), changed };
}
