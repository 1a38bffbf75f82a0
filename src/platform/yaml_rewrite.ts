/**
 * A new value into an old YAML text, which keeps its order, comments and layout.
 *
 * @module
 */
import { applyChanges, pythonEquals } from "./yaml_changes.ts";
import { YamlError } from "./yaml_error.ts";
import { changeLive, liveDocument, LivePrinter } from "./yaml_live.ts";
import { parseYaml } from "./yaml_parser.ts";
import { NodeMaker, printNode, printYaml } from "./yaml_print.ts";
import { readYaml } from "./yaml_read.ts";
import type { PlainMap } from "./yaml_value.ts";

/** The old text with the new value's content. Throws `YamlError` where the old is not YAML. */
export function rewriteYaml(previous: string, value: PlainMap): string {
  const live = liveDocument(parseYaml(previous, "comments"));
  if (live?.kind !== "map") return printYaml(value);
  changeLive(live, value);
  const text = printNode(new LivePrinter(new NodeMaker()).print(live));
  // Comments in odd places can break the text (they do in DVC); the values matter more.
  return says(text, value) ? text : printYaml(applyChanges(readYaml(previous), value));
}

function says(text: string, value: PlainMap): boolean {
  try {
    return pythonEquals(readYaml(text), value);
  } catch (error) {
    if (error instanceof YamlError) return false;
    throw error;
  }
}
