/**
 * A new value into an old YAML text, which keeps its order, comments and layout.
 *
 * @module
 */
import { applyChanges } from "./yaml_changes.ts";
import { printYaml } from "./yaml_print.ts";
import { readYaml } from "./yaml_read.ts";
import type { PlainMap } from "./yaml_value.ts";

/** The old text with the new value's content. Throws `YamlError` where the old is not YAML. */
export function rewriteYaml(previous: string, value: PlainMap): string {
  return printYaml(applyChanges(readYaml(previous) ?? {}, value));
}
