/**
 * `${…}` in the values of a `dvc.yaml`.
 *
 * @module
 */
import { pythonRepr } from "../platform/yaml_error.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  type PlainKey,
  plainMap,
  type PlainValue,
  TypedScalar,
} from "../platform/yaml_value.ts";
import {
  ContextFault,
  type ContextNode,
  nodeValue,
  type TemplateContext,
  templateText,
} from "./templating_context.ts";

const expressionPattern = /(?<!\\)\$\{(.*?)\}/g;
/** A name, then `.name` or `[name]`. */
const nameShape = /[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\] *)*/y;

/** The fault of an expression that is no name, or whose value cannot stand where it is. */
export class ExpressionFault extends ContextFault {
  constructor(message: string) {
    super(message, "below");
  }
}

/** Whether there is something to resolve in the text. */
export function hasExpression(text: string): boolean {
  return text.search(expressionPattern) >= 0;
}

/** Throws {@linkcode ExpressionFault} for the first expression in the value that is no name. */
export function checkExpressions(value: PlainValue): void {
  if (typeof value === "string") {
    for (const [, inner = ""] of value.matchAll(expressionPattern)) checkExpression(inner);
  } else if (isPlainList(value)) value.forEach(checkExpressions);
  else if (isPlainMap(value)) {
    for (const [key, item] of entriesOf(value)) {
      if (typeof key === "string") checkExpressions(key);
      checkExpressions(item);
    }
  }
}

function checkExpression(inner: string): void {
  nameShape.lastIndex = 0;
  const at = nameShape.exec(inner)?.[0].length ?? 0;
  if (at > 0 && at === inner.length) return;
  const shown = `\${${inner}}`;
  const wanted = at === 0 ? "!W:(.[])" : "end of text";
  const column = at + 2;
  const found = /\w{1,16}|./su.exec(shown.slice(column))?.[0] ?? "";
  throw new ExpressionFault(
    `${shown}\n${" ".repeat(column)}^\nParseException: Expected ${wanted}, ` +
      `found ${pythonRepr(found)}  (at char ${column}), (line:1, col:${column + 1})`,
  );
}

/** How {@linkcode resolveValue} treats what it finds. */
export interface ResolveOptions {
  /** The key of the stage that the value belongs to; limits what may be put in. */
  readonly key?: string;
  /** Whether all expressions are known to be names, as in the template of a group. */
  readonly checked?: boolean;
}

/** The value with all expressions replaced. Throws {@linkcode ContextFault}. */
export function resolveValue(
  value: PlainValue,
  context: TemplateContext,
  options: ResolveOptions = {},
): PlainValue {
  if (typeof value === "string") return resolveText(value, context, options);
  if (isPlainList(value)) return value.map((item) => resolveValue(item, context, options));
  if (isPlainMap(value)) {
    return plainMap(
      entriesOf(value).map(([key, item]) => [
        resolveKey(key, context, options),
        resolveValue(item, context, options),
      ]),
    );
  }
  return value;
}

function resolveKey(key: PlainKey, context: TemplateContext, options: ResolveOptions): PlainKey {
  if (typeof key !== "string") return key;
  const resolved = resolveText(key, context, options);
  if (isPlainList(resolved) || isPlainMap(resolved)) {
    throw new ExpressionFault(`Cannot interpolate data of type '${typeName(resolved)}'`);
  }
  return resolved;
}

/** A text that is one expression gives the value itself; in a longer text, values become text. */
export function resolveText(
  text: string,
  context: TemplateContext,
  options: ResolveOptions = {},
): PlainValue {
  const node = exactNode(text, context, options);
  if (node) return allowed(nodeValue(node), options);
  return text.replace(
    expressionPattern,
    (_, inner: string) =>
      templateText(allowed(nodeValue(selected(inner, context, options)), options)),
  ).replaceAll("\\${", "${");
}

/** The node where the text is exactly one expression. */
export function exactNode(
  text: string,
  context: TemplateContext,
  options: ResolveOptions = {},
): ContextNode | undefined {
  const [first, second] = text.matchAll(expressionPattern);
  if (!first || second || first[0] !== text) return undefined;
  return selected(first[1] ?? "", context, options);
}

function selected(
  inner: string,
  context: TemplateContext,
  { checked }: ResolveOptions,
): ContextNode {
  if (checked) return context.select(inner);
  checkExpression(inner);
  return context.select(dotted(inner));
}

/** The name as messages show it outside of groups: `a.0` for `a[0]`. */
function dotted(name: string): string {
  return name.replaceAll("[", ".").replace(/\] */g, "");
}

function allowed(value: PlainValue, { key }: ResolveOptions): PlainValue {
  const isWhole = isPlainList(value) || isPlainMap(value);
  if (!isWhole || key === undefined || key.includes("foreach")) return value;
  if (isPlainMap(value) && key === "cmd") return value;
  throw new ExpressionFault(`Cannot interpolate data of type '${typeName(value)}'`);
}

/** Python's name for the type of a value. */
export function typeName(value: PlainValue): string {
  if (value === null) return "NoneType";
  if (isPlainList(value)) return "list";
  if (isPlainMap(value)) return "dict";
  if (value instanceof TypedScalar) return value.type === "float" ? "float" : "date";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" || Number.isSafeInteger(value) ? "int" : "float";
}
