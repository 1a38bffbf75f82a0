/**
 * {@linkcode StageFile} → `.dvc` text, byte for byte as DVC writes it.
 *
 * @module
 */
import { printYaml } from "../platform/yaml_print.ts";
import { applyChanges } from "../platform/yaml_changes.ts";
import { tryParsePlainStageFile } from "./read.ts";
import type { Out, StageFile } from "./stage_file.ts";
import { stageValue } from "./stage_value.ts";

/**
 * The text of a stage file. With the `previous` text of the same file, its comments, the order of
 * its keys and its layout are kept as DVC keeps them, and only what differs is changed.
 */
export async function printStageFile(stage: StageFile, previous?: string): Promise<string> {
  const value = stageValue(stage);
  if (previous === undefined) return printYaml(value);
  const old = tryParsePlainStageFile(previous, stage.path);
  if (old) {
    const oldValue = stageValue(old);
    if (printYaml(oldValue) === previous) return printYaml(applyChanges(oldValue, value));
  }
  const { rewriteYaml } = await import("../platform/yaml_rewrite.ts");
  return rewriteYaml(previous, value);
}

/**
 * The fresh stage file with what people wrote into the old one at the same place: description,
 * `meta`, and by out its annotations, `remote`, `push` and `persist`.
 */
export function keepAnnotations(fresh: StageFile, old: StageFile): StageFile {
  const { desc: _desc, meta: _meta, ...bare } = fresh;
  const oldOuts = new Map(old.outs.map((out) => [out.path, out]));
  return {
    ...bare,
    ...(old.desc === undefined ? {} : { desc: old.desc }),
    ...(old.meta === undefined ? {} : { meta: old.meta }),
    outs: fresh.outs.map((out) => keepOutAnnotations(out, oldOuts.get(out.path))),
  };
}

/** A new record of an output with what people wrote about the old one. */
export function keepOutAnnotations(fresh: Out, old: Out | undefined): Out {
  if (!old) return fresh;
  const { desc: _desc, type: _type, labels: _labels, meta: _meta, remote: _remote, ...bare } =
    fresh;
  return {
    ...bare,
    push: old.push,
    persist: old.persist,
    ...(old.desc === undefined ? {} : { desc: old.desc }),
    ...(old.type === undefined ? {} : { type: old.type }),
    ...(old.labels === undefined ? {} : { labels: old.labels }),
    ...(old.meta === undefined ? {} : { meta: old.meta }),
    ...(old.remote === undefined ? {} : { remote: old.remote }),
  };
}
