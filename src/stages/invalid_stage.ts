/**
 * The messages for stage files that cannot be understood, with the lines that are at fault.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import type { YamlError, YamlMark } from "../platform/yaml_error.ts";
import { markAt } from "../platform/yaml_error.ts";
import { parseYaml } from "../platform/yaml_parser.ts";
import { nodeAt } from "../platform/yaml_read.ts";
import type { Flaw } from "./check.ts";
import { printExcerpt, wrapMessage } from "./excerpt.ts";

/** Whose text is at fault. */
export interface StageSource {
  /** POSIX path as messages show it, such as `data.dvc`. */
  readonly path: string;
  /** The commit, where the text is of one. */
  readonly rev?: string;
}

const conflictMarker = /^[<=>]{7} .*$/m;
/** DVC looks at most this many steps up for a place that it can show. */
const mostSteps = 5;

function shownPath(path: string): string {
  return path.startsWith("../") || path.startsWith("/") ? path : `./${path}`;
}

function inRevision(rev: string | undefined): string {
  return rev === undefined ? "" : ` in revision '${rev.slice(0, 7)}'`;
}

/** A text that is not YAML. */
export function syntaxFault(error: YamlError, text: string, source: StageSource): DvtError {
  if (!error.problemMark) {
    return new DvtError(
      "invalid-stage",
      `unable to read: '${source.path}', YAML file structure is corrupted: ${error.problem}`,
      { cause: error },
    );
  }
  const hint = conflictMarker.test(text) ? " (possible merge conflicts)" : "";
  const heading = `'${shownPath(source.path)}' is invalid${hint}${inRevision(source.rev)}`;
  const lines = text.split("\n");
  const blocks = [wrapMessage(`${heading}.`)];
  const { context, contextMark, problem, problemMark } = error;
  const excerptAt = (mark: YamlMark) =>
    printExcerpt([lines[mark.line] ?? ""], { firstLine: mark.line + 1 });
  blocks.push("");
  if (contextMark) {
    blocks.push(placedMessage(context ?? "None", contextMark));
    if (contextMark.line !== problemMark.line || contextMark.column !== problemMark.column) {
      blocks.push(excerptAt(contextMark), "");
    }
  }
  blocks.push(placedMessage(problem, problemMark), excerptAt(problemMark));
  return new DvtError("invalid-stage", heading, { cause: error, report: blocks.join("\n") });
}

function placedMessage(message: string, mark: YamlMark): string {
  // Python's capitalize() makes all other letters small.
  const shown = message.charAt(0).toUpperCase() + message.slice(1).toLowerCase();
  return wrapMessage(`${shown}, in line ${mark.line + 1}, column ${mark.column + 1}`);
}

/** A text that is YAML, but not what a stage file may hold. */
export function validationFault(
  flaws: readonly Flaw[],
  text: string,
  source: StageSource,
): DvtError {
  const count = flaws.length > 1 ? `: ${flaws.length} errors` : "";
  const heading = `'${shownPath(source.path)}' validation failed${inRevision(source.rev)}${count}`;
  const document = parseYaml(text);
  const root = document.root?.kind === "alias" ? document.root.target : document.root;
  if (root?.kind !== "mapping") {
    const report = wrapMessage(`${heading}: ${flaws[0]?.problem ?? "not a valid value"}.`);
    return new DvtError("invalid-stage", heading, { report });
  }
  const blocks = [wrapMessage(`${heading}.`), ""];
  const lines = document.text.split("\n");
  for (const [index, flaw] of flaws.entries()) {
    if (index > 0 && blocks.at(-1) !== "") blocks.push("");
    const { mark, steps } = nearestMark(document, flaw);
    const where = mark ? [`line ${mark.line + 1}`, `column ${mark.column + 1}`] : [];
    const path = flaw.path.length > 0 ? [`in ${flaw.path.join(" -> ")}`] : [];
    blocks.push(wrapMessage([flaw.problem, ...path, ...where].join(", ")));
    // The line above is shown too, and more lines below where the place is a guess.
    if (mark) {
      blocks.push(printExcerpt(lines, { from: mark.line, to: mark.line + steps }));
    }
  }
  return new DvtError("invalid-stage", heading, { report: blocks.join("\n") });
}

/** The place of the innermost collection around a flaw. */
function nearestMark(
  document: ReturnType<typeof parseYaml>,
  flaw: Flaw,
): { mark?: YamlMark; steps: number } {
  const path = [...flaw.path];
  let steps = 1;
  for (; path.length > 0 && steps < mostSteps; steps++) {
    const node = nodeAt(document.root, path);
    if (node && node.kind !== "scalar") {
      return { mark: markAt(document.text, node.start), steps };
    }
    path.pop();
  }
  return { steps };
}
