/**
 * `foreach` and `matrix`: one entry of a `dvc.yaml` that stands for many stages.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";
import { exactNode, resolveText, resolveValue, typeName } from "./templating.ts";
import {
  ContextFault,
  type ContextNode,
  contextNode,
  nodeValue,
  type TemplateContext,
  templateText,
} from "./templating_context.ts";
import { parseFault } from "./pipeline_vars.ts";

/** One stage of a group. */
export interface GroupMember {
  /** What stands behind the `@` of the stage's name. */
  readonly key: string;
  /** What `${item}` and `${key}` stand for. */
  readonly names: ReadonlyMap<string, ContextNode>;
}

/** Which group is expanded, for messages. */
export interface GroupPlace {
  readonly name: string;
  readonly path: string;
  readonly context: TemplateContext;
}

/** A matrix of a few long lists could ask for more stages than there is memory. */
const mostMembers = 100_000;
const made = { source: undefined, path: [] };

/** An item of a group's list, and its name. */
interface Item {
  readonly node: ContextNode;
  readonly name: string;
}

function isWhole(node: ContextNode): boolean {
  return node.kind !== "value";
}

/** Values that came from the context are named as Python's `str` does (`True`), others `true`. */
function contextItem(node: ContextNode): Item {
  return { node, name: node.kind === "value" ? keyText(node.value) : "" };
}

function resolvedItem(value: PlainValue, context: TemplateContext): Item {
  const node = typeof value === "string" ? exactNode(value, context) : undefined;
  if (node) return contextItem(node);
  const resolved = contextNode(resolveValue(value, context), made);
  return { node: resolved, name: resolved.kind === "value" ? templateText(resolved.value) : "" };
}

/** The stages of a `foreach`. Throws `invalid-stage`. */
export function foreachMembers(data: PlainValue, place: GroupPlace): GroupMember[] {
  const { name, path, context } = place;
  try {
    let iterable: PlainValue = data;
    if (typeof data === "string") {
      const node = exactNode(data, context);
      if (node?.kind === "list") return listMembers(node.items.map(contextItem));
      if (node?.kind === "map") return mapMembers([...node.entries]);
      iterable = node ? nodeValue(node) : resolveText(data, context);
    }
    if (isPlainList(iterable)) {
      return listMembers(iterable.map((item) => resolvedItem(item, context)));
    }
    if (isPlainMap(iterable)) {
      const resolved = entriesOf(iterable).map(([key, value]) =>
        [
          templateText(typeof key === "string" ? resolveText(key, context) : key),
          resolvedItem(value, context).node,
        ] as const
      );
      return mapMembers(resolved);
    }
    throw new DvtError(
      "invalid-stage",
      `failed to resolve 'stages.${name}.foreach' in '${path}': ` +
        `expected list/dictionary, got ${typeName(iterable)}`,
    );
  } catch (error) {
    if (error instanceof ContextFault) throw parseFault(error, `'stages.${name}.foreach'`, path);
    throw error;
  }
}

function listMembers(items: readonly Item[]): GroupMember[] {
  const isIndexed = items.some(({ node }) => isWhole(node));
  const members = items.map(({ node, name }, index): GroupMember => ({
    key: isIndexed ? `${index}` : name,
    names: new Map([["item", node]]),
  }));
  return lastOfEach(members);
}

function mapMembers(entries: readonly (readonly [string, ContextNode])[]): GroupMember[] {
  return lastOfEach(entries.map(([key, node]): GroupMember => ({
    key,
    names: new Map([["item", node], ["key", { kind: "value", value: key, ...made }]]),
  })));
}

/** Of members with the same key the last counts, at the place of the first. */
function lastOfEach(members: readonly GroupMember[]): GroupMember[] {
  return [...new Map(members.map((member) => [member.key, member])).values()];
}

/** The stages of a `matrix`. Throws `invalid-stage`. */
export function matrixMembers(data: PlainMap, place: GroupPlace): GroupMember[] {
  const { name, path, context } = place;
  try {
    const axes = entriesOf(data).map(([key, values]) => ({
      key: keyText(typeof key === "string" ? templateText(resolveText(key, context)) : key),
      items: axisItems(values, context),
    }));
    const count = axes.reduce((product, axis) => product * axis.items.length, 1);
    if (count > mostMembers) {
      throw new ContextFault(`${count} stages are more than the ${mostMembers} that are allowed`);
    }
    let rows: { fragments: string[]; entries: [string, ContextNode][] }[] = [
      { fragments: [], entries: [] },
    ];
    for (const { key, items } of axes) {
      rows = rows.flatMap(({ fragments, entries }) =>
        items.map((item, index) => ({
          fragments: [...fragments, isWhole(item.node) ? `${key}${index}` : item.name],
          entries: [...entries, [key, item.node] as [string, ContextNode]],
        }))
      );
    }
    return lastOfEach(rows.map(({ fragments, entries }): GroupMember => {
      const key = fragments.join("-");
      return {
        key,
        names: new Map<string, ContextNode>([
          ["key", { kind: "value", value: key, ...made }],
          ["item", { kind: "map", entries: new Map(entries), ...made }],
        ]),
      };
    }));
  } catch (error) {
    if (error instanceof ContextFault) throw parseFault(error, `'stages.${name}.matrix'`, path);
    throw error;
  }
}

function axisItems(values: PlainValue, context: TemplateContext): Item[] {
  if (isPlainList(values)) return values.map((item) => resolvedItem(item, context));
  const text = typeof values === "string" ? values : templateText(values);
  const node = exactNode(text, context);
  if (node?.kind === "list") return node.items.map(contextItem);
  if (node?.kind === "map") return [...node.entries.keys()].map(textItem);
  const value = node ? nodeValue(node) : resolveText(text, context);
  if (typeof value !== "string") {
    throw new ContextFault(`'${typeName(value)}' object is not iterable`);
  }
  // Python takes a text for a list of its characters.
  return [...value].map(textItem);
}

function textItem(text: string): Item {
  return { node: { kind: "value", value: text, ...made }, name: text };
}
