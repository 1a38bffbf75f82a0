/**
 * A resolved stage of a `dvc.yaml`, with what `dvc.lock` knows about it → {@linkcode StageFile}.
 *
 * @module
 */
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import { pythonEquals } from "../platform/yaml_changes.ts";
import { defined, mapsOf, readFacts, readOutFlags, textOf } from "./read_stage.ts";
import type { Dep, Out, StageFile } from "./stage_file.ts";
import type { StagePlace } from "./stage_paths.ts";
import { templateText } from "./templating_context.ts";

const defaultParams = "params.yaml";
const plotKeys = ["template", "x", "y", "x_label", "y_label", "title", "header"];

/** The stage `name` of the `dvc.yaml` at a path. */
export function pipelineStage(
  data: PlainMap,
  lock: PlainMap | undefined,
  place: { readonly path: string; readonly name: string },
): StageFile {
  const wdir = data.wdir === undefined ? undefined : templateText(data.wdir);
  const stagePlace = { path: place.path, ...defined({ wdir }) };
  return {
    path: place.path,
    name: place.name,
    ...defined({ cmd: data.cmd, wdir, desc: textOf(data.desc), meta: data.meta ?? undefined }),
    ...(lock ? { cmdChanged: !pythonEquals(lock.cmd ?? null, data.cmd ?? null) } : {}),
    frozen: data.frozen === true,
    alwaysChanged: data.always_changed === true,
    deps: [
      ...itemsOf(data.deps).map((dep) => readDep(templateText(dep), lock, stagePlace)),
      ...readParamDeps(data.params, lock),
    ],
    outs: [
      ...readOuts(data.outs, "outs", { lock, place: stagePlace }),
      ...readOuts(data.metrics, "metrics", { lock, place: stagePlace }),
      ...readOuts(data.plots, "plots", { lock, place: stagePlace }),
    ],
  };
}

function itemsOf(value: PlainValue | undefined): readonly PlainValue[] {
  return isPlainList(value) ? value : [];
}

/** What the lock says about a path. A stage that never ran is of the new kind. */
function lockedFacts(list: "deps" | "outs", path: string, lock: PlainMap | undefined): PlainMap {
  if (!lock) return { hash: "md5" };
  return mapsOf(lock[list]).findLast((entry) => entry.path === path) ?? {};
}

function readDep(path: string, lock: PlainMap | undefined, place: StagePlace): Dep {
  return readFacts(lockedFacts("deps", path, lock), path, place);
}

interface OutPlace {
  readonly lock: PlainMap | undefined;
  readonly place: StagePlace;
}

function readOuts(
  value: PlainValue | undefined,
  kind: "outs" | "metrics" | "plots",
  { lock, place }: OutPlace,
): Out[] {
  const flags = new Map<string, Record<string, PlainValue>>();
  for (const item of itemsOf(value)) {
    const entries = isPlainMap(item) ? entriesOf(item) : [[templateText(item), null] as const];
    for (const [key, given] of entries) {
      const path = keyText(key);
      flags.set(path, { ...flags.get(path), ...(isPlainMap(given) ? given : {}) });
    }
  }
  return [...flags].map(([path, given]): Out => {
    const extra = outExtra(kind, given);
    return {
      ...readFacts(lockedFacts("outs", path, lock), path, place),
      ...readOutFlags(given),
      ...(extra ? { extra } : {}),
    };
  });
}

function outExtra(kind: "outs" | "metrics" | "plots", flags: PlainMap): PlainMap | undefined {
  if (kind === "outs") return undefined;
  if (kind === "metrics") return { metric: true };
  const props = Object.entries(flags).filter(([key]) => plotKeys.includes(key));
  return { plot: props.length > 0 ? Object.fromEntries(props) : true };
}

/** One dep for each file of parameters, with the names that count and their locked values. */
function readParamDeps(value: PlainValue | undefined, lock: PlainMap | undefined): Dep[] {
  const names = new Map<string, string[]>();
  const whole = new Set<string>();
  const items = itemsOf(value);
  for (const item of items) {
    if (!isPlainMap(item)) continue;
    for (const [file, keys] of entriesOf(item)) {
      if (!isPlainList(keys) || keys.length === 0) whole.add(keyText(file));
    }
  }
  const add = (file: string, keys: readonly PlainValue[]) => {
    const known = names.get(file) ?? [];
    names.set(file, whole.has(file) ? [] : [...known, ...keys.map(templateText)]);
  };
  for (const item of items) {
    if (isPlainMap(item)) {
      for (const [file, keys] of entriesOf(item)) {
        add(keyText(file), isPlainList(keys) ? keys : []);
      }
    } else if (!whole.has(defaultParams)) add(defaultParams, [item]);
  }
  return [...names].map(([file, params]): Dep => {
    const all = lock && isPlainMap(lock.params) ? lock.params[file] : undefined;
    const locked = isPlainMap(all)
      ? Object.entries(all).filter(([key]) => params.length === 0 || params.includes(key))
      : [];
    const values = isPlainMap(all) ? { values: Object.fromEntries(locked) } : {};
    return { path: file, hash: "md5", extra: { params, ...values } };
  });
}
