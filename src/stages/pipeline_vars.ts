/**
 * Loads what a `dvc.yaml` may name in `${…}`: `params.yaml` beside it and its `vars`.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  plainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import { readParams } from "./params_file.ts";
import { normalizePath } from "./stage_paths.ts";
import { hasExpression, typeName } from "./templating.ts";
import { ContextFault, type TemplateContext } from "./templating_context.ts";

/** The text of a file by its POSIX path relative to the project's root; undefined for none. */
export type ReadText = (path: string) => Promise<string | undefined>;

const defaultParams = "params.yaml";

/** The error for a fault in a part of a `dvc.yaml`. */
export function parseFault(fault: ContextFault, part: string, path: string): DvtError {
  const break_ = fault.layout === "below" ? "\n" : " ";
  return new DvtError(
    "invalid-stage",
    `failed to parse ${part} in '${path}':${break_}${fault.message}`,
    { cause: fault },
  );
}

/** Refuses expressions where DVC allows none. */
export function refuseExpressions(value: PlainValue, part: string, path: string): void {
  if (containsExpression(value)) {
    throw parseFault(new ContextFault("interpolating is not allowed"), `'${part}'`, path);
  }
}

function containsExpression(value: PlainValue): boolean {
  if (typeof value === "string") return hasExpression(value);
  if (isPlainList(value)) return value.some(containsExpression);
  return isPlainMap(value) &&
    entriesOf(value).some(([key, item]) =>
      (typeof key === "string" && hasExpression(key)) || containsExpression(item)
    );
}

/** Where {@linkcode loadVars} finds files and how it names what it loads. */
export interface VarsPlace {
  readonly readText: ReadText;
  /** The folder that file names are relative to, itself relative to the project's root. */
  readonly folder: string;
  /** The stage that the list belongs to; absent for the one at the top. */
  readonly stage?: string;
}

/** Adds `params.yaml` of the folder to the context, where there is one. */
export async function loadDefaultParams(context: TemplateContext, place: VarsPlace): Promise<void> {
  const path = normalizePath(`${place.folder}/${defaultParams}`.replace(/^\//, ""));
  const text = await place.readText(path);
  if (text !== undefined) await loadFile(context, defaultParams, place);
}

/** Adds the entries of a `vars` list to the context. Throws {@linkcode ContextFault}. */
export async function loadVars(
  context: TemplateContext,
  vars: PlainValue | undefined,
  place: VarsPlace,
): Promise<void> {
  if (!isPlainList(vars)) return;
  for (const [index, item] of vars.entries()) {
    if (typeof item === "string") await loadFile(context, item, place);
    else {
      const prefix = place.stage === undefined ? "" : `${place.stage}.`;
      context.merge(item, `${prefix}vars[${index}]`);
    }
  }
}

async function loadFile(context: TemplateContext, item: string, place: VarsPlace): Promise<void> {
  const [name = "", ...rest] = item.split(":");
  const keys = rest.join(":").split(",").filter((key) => key !== "");
  const wanted = keys.length > 0 ? keys : undefined;
  const path = normalizePath(name.startsWith("/") ? name : `${place.folder || "."}/${name}`);
  if (!context.startLoading(path, item, wanted)) return;
  // Nothing outside of the project is read, whatever a cloned dvc.yaml says.
  const isOutside = path.startsWith("/") || path === ".." || path.startsWith("../");
  const text = isOutside ? undefined : await place.readText(path);
  if (text === undefined) throw new ContextFault(`'${path}' does not exist`);
  const value = await readParams(text, path);
  if (!isPlainMap(value)) {
    throw new ContextFault(`expected a dictionary, got '${typeName(value)}' in file '${path}'`);
  }
  if (!wanted) return context.merge(value, path, item);
  const missing = wanted.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) throw new ContextFault(`could not find '${missing}' in '${path}'`);
  context.merge(plainMap(wanted.map((key) => [key, value[key] ?? null])), path, item);
}
