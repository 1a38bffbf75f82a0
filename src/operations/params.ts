/**
 * Parameters that stages depend on: values in files that people edit.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isDirectory, readTextIfThere } from "../platform/files.ts";
import { pythonEquals } from "../platform/yaml_changes.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainMap,
  plainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import type { Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import { paramNames, paramValues } from "../stages/lock_file.ts";
import { readParams } from "../stages/params_file.ts";
import type { Dep, StageFile } from "../stages/stage_file.ts";

/** How one parameter differs from what was recorded. */
export type ParamChange = "new" | "modified" | "deleted";

/** The values that a dep's file has now: all of it, or those named; undefined without the file. */
export async function currentParams(
  project: Project,
  stage: StageFile,
  dep: Dep,
): Promise<PlainMap | undefined> {
  const path = projectPathOf(stage, dep);
  if (path === undefined) return undefined;
  const place = project.nativePath(path);
  if (isDirectory(place)) {
    throw new DvtError(
      "failed",
      `'${project.shown(path)}' is a directory, expected a parameters file`,
    );
  }
  const text = readTextIfThere(place);
  if (text === undefined) return undefined;
  const value = await readParams(text, project.shown(path));
  const all: PlainMap = isPlainMap(value) ? value : {};
  const names = paramNames(dep) ?? [];
  if (names.length === 0) return all;
  const found: [string, PlainValue][] = [];
  for (const name of names) {
    const one = valueAt(all, name.split("."));
    if (one !== undefined) found.push([name, one]);
  }
  return plainMap(found);
}

function valueAt(value: PlainValue, way: readonly string[]): PlainValue | undefined {
  const [step, ...rest] = way;
  if (step === undefined) return value;
  if (isPlainMap(value)) {
    const found = entriesOf(value).find(([key]) => keyText(key) === step);
    return found === undefined ? undefined : valueAt(found[1], rest);
  }
  if (isPlainList(value) && /^\d+$/.test(step)) {
    const found = value[Number(step)];
    return found === undefined ? undefined : valueAt(found, rest);
  }
  return undefined;
}

/** How a dep's parameters differ: as a whole, or one by one; undefined where they do not. */
export async function paramsStatus(
  project: Project,
  stage: StageFile,
  dep: Dep,
): Promise<"new" | "deleted" | Readonly<Record<string, ParamChange>> | undefined> {
  const current = await currentParams(project, stage, dep);
  if (current === undefined) return "deleted";
  const recorded = paramValues(dep);
  if (recorded === undefined) return "new";
  const changes: Record<string, ParamChange> = {};
  const names = paramNames(dep) ?? [];
  const all = names.length > 0
    ? names
    : new Set([...entriesOf(current), ...entriesOf(recorded)].map(([key]) => keyText(key)));
  for (const name of all) {
    const now = memberOf(current, name);
    const before = memberOf(recorded, name);
    if (now === undefined) changes[name] = "deleted";
    else if (before === undefined) changes[name] = "new";
    else if (!pythonEquals(now, before)) changes[name] = "modified";
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function memberOf(map: PlainMap, name: string): PlainValue | undefined {
  return entriesOf(map).find(([key]) => keyText(key) === name)?.[1];
}

/** The dep with the values that its file has now. Throws where the file or a name is missing. */
export async function recordParams(
  project: Project,
  stage: StageFile,
  dep: Dep,
): Promise<Dep> {
  const path = projectPathOf(stage, dep) ?? dep.path;
  const values = await currentParams(project, stage, dep);
  if (values === undefined) {
    throw new DvtError("not-found", `dependency '${project.shown(path)}' does not exist`);
  }
  const missing = (paramNames(dep) ?? []).filter((name) => memberOf(values, name) === undefined);
  if (missing.length > 0) {
    throw new DvtError(
      "failed",
      `Parameters '${missing.join(", ")}' are missing from '${project.shown(path)}'.`,
    );
  }
  return { ...dep, extra: { ...dep.extra, values } };
}
