/**
 * The values that `${…}` in a `dvc.yaml` can name.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainKey,
  plainMap,
  type PlainValue,
} from "../platform/yaml_value.ts";

interface NodeFacts {
  /** The file or the `vars` entry it came from; absent for values made while expanding groups. */
  readonly source: string | undefined;
  /** Keys from the source's root. */
  readonly path: readonly string[];
}

/** A value of the context that knows where it came from. */
export type ContextNode =
  | NodeFacts & { readonly kind: "value"; readonly value: PlainKey }
  | NodeFacts & { readonly kind: "list"; readonly items: readonly ContextNode[] }
  | NodeFacts & { readonly kind: "map"; readonly entries: Map<string, ContextNode> };

type MapNode = Extract<ContextNode, { kind: "map" }>;

/** A fault of the context; `layout` says how a message about it is put together. */
export class ContextFault extends Error {
  override readonly name = "ContextFault";
  /** `inline` behind a colon, `below` on the next line. */
  readonly layout: "inline" | "below";

  constructor(message: string, layout: "inline" | "below" = "inline") {
    super(message);
    this.layout = layout;
  }
}

/** The fault of a name that is not there. */
export class KeyNotFound extends ContextFault {}

/** The fault of a file that is loaded twice in different ways. */
export class LoadedAlready extends ContextFault {
  constructor(message: string) {
    super(message, "below");
  }
}

/** The value as nodes. Only text can be a key; others cannot be named and are passed over. */
export function contextNode(value: PlainValue, facts: NodeFacts): ContextNode {
  if (isPlainList(value)) {
    const items = value.map((item, index) => contextNode(item, below(facts, `${index}`)));
    return { kind: "list", items, ...facts };
  }
  if (isPlainMap(value)) {
    const entries = new Map<string, ContextNode>();
    for (const [key, item] of entriesOf(value)) {
      if (typeof key === "string") entries.set(key, contextNode(item, below(facts, key)));
    }
    return { kind: "map", entries, ...facts };
  }
  return { kind: "value", value, ...facts };
}

function below(facts: NodeFacts, key: string): NodeFacts {
  return { source: facts.source, path: [...facts.path, key] };
}

/** The node as a plain value. */
export function nodeValue(node: ContextNode): PlainValue {
  if (node.kind === "value") return node.value;
  if (node.kind === "list") return node.items.map(nodeValue);
  return plainMap([...node.entries].map(([key, item]) => [key, nodeValue(item)]));
}

/** All names that expressions of one `dvc.yaml`, or of one stage, can use. */
export class TemplateContext {
  #root: MapNode = { kind: "map", entries: new Map(), source: undefined, path: [] };
  /** By file: which of its top keys were loaded; undefined stands for all. */
  #loaded = new Map<string, string[] | undefined>();
  #reserved = new Set<string>();

  /** A context with the same names, to which more can be added without changing this one. */
  copy(): TemplateContext {
    const copy = new TemplateContext();
    copy.#root = copyMap(this.#root);
    copy.#loaded = new Map([...this.#loaded].map(([file, keys]) => [file, keys && [...keys]]));
    copy.#reserved = new Set(this.#reserved);
    return copy;
  }

  has(key: string): boolean {
    return this.#root.entries.has(key);
  }

  /** The node that an expression such as `train.layers[0]` names. Throws {@linkcode KeyNotFound}. */
  select(expression: string): ContextNode {
    const steps = expression.replaceAll("[", ".").replaceAll("]", "").split(".");
    let node: ContextNode | undefined = this.#root;
    for (const step of steps) {
      const key = step.trim();
      if (node.kind === "map") node = node.entries.get(key);
      else if (node.kind === "list" && /^[+-]?\d+$/.test(key)) node = node.items.at(Number(key));
      else node = undefined;
      if (!node) throw new KeyNotFound(`Could not find '${expression}'`);
    }
    return node;
  }

  /**
   * Adds names; what is there already must not be said anew. `item` is the entry of `vars` that named
   * a file. Throws {@linkcode ContextFault}.
   */
  merge(value: PlainValue, source: string, item?: string): void {
    const node = contextNode(value, { source, path: [] });
    if (node.kind !== "map") return;
    const taken = [...this.#reserved].filter((key) => node.entries.has(key));
    if (taken.length > 0) {
      const keys = taken.length > 1 ? "keys" : "key";
      const shown = taken.length > 1
        ? `${taken.slice(0, -1).join(", ")} and ${taken.at(-1)}`
        : taken[0];
      const where = item === undefined ? "" : ` in '${item}'`;
      throw new ContextFault(`attempted to modify reserved ${keys} ${shown}${where}`);
    }
    mergeInto(this.#root, node);
  }

  /**
   * Whether a file, or some of its top keys, still have to be loaded. `item` is how the `vars` list
   * puts it. Throws {@linkcode ContextFault} where it was loaded in another way.
   */
  startLoading(file: string, item: string, keys: readonly string[] | undefined): boolean {
    if (!this.#loaded.has(file)) {
      this.#loaded.set(file, keys ? [...keys] : undefined);
      return true;
    }
    const loaded = this.#loaded.get(file);
    if (!keys && !loaded) return false;
    if (keys && !loaded) {
      throw new LoadedAlready(`cannot partially load '${item}' as it's already loaded.`);
    }
    if (!keys || keys.some((key) => loaded?.includes(key))) {
      throw new LoadedAlready(`cannot load '${item}' as it's partially loaded already`);
    }
    if (loaded !== undefined) append(loaded, keys);
    return true;
  }

  /** Runs something with more names, which hide others and must not be redefined meanwhile. */
  async withNames<Result>(
    names: ReadonlyMap<string, ContextNode>,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const { entries } = this.#root;
    const before = [...names.keys()].map((key) => [key, entries.get(key)] as const);
    for (const [key, node] of names) {
      entries.set(key, node);
      this.#reserved.add(key);
    }
    try {
      return await run();
    } finally {
      for (const [key, node] of before) {
        this.#reserved.delete(key);
        if (node) entries.set(key, node);
        else entries.delete(key);
      }
    }
  }
}

function copyMap(node: MapNode): MapNode {
  const entries = new Map<string, ContextNode>();
  for (const [key, item] of node.entries) {
    entries.set(key, item.kind === "map" ? copyMap(item) : item);
  }
  return { ...node, entries };
}

function mergeInto(into: MapNode, node: MapNode): void {
  for (const [key, item] of node.entries) {
    const there = into.entries.get(key);
    if (there?.kind === "map" && item.kind === "map") mergeInto(there, item);
    else if (there) {
      throw new ContextFault(
        `cannot redefine '${item.path.join(".")}' from '${item.source ?? "None"}'` +
          ` as it already exists in '${there.source ?? "None"}'`,
        "below",
      );
    } else into.entries.set(key, item);
  }
}

/** A value as it stands in a text: `true`, `0.1`; options for a command where it is a mapping. */
export function templateText(value: PlainValue): string {
  if (typeof value === "boolean") return `${value}`;
  if (isPlainMap(value)) return commandOptions(value).join(" ");
  return isPlainList(value) ? `[${value.map(templateText).join(", ")}]` : keyText(value);
}

/** A mapping as options: `--lr 0.1 --shuffle --layers 1 2`. */
function commandOptions(map: PlainValue, prefix = ""): string[] {
  if (!isPlainMap(map)) return [];
  return entriesOf(map).flatMap(([key, value]): string[] => {
    const name = prefix + keyText(key);
    if (isPlainMap(value)) return commandOptions(value, `${name}.`);
    if (typeof value === "boolean") return value ? [`--${name}`] : [];
    if (!isPlainList(value)) return [`--${name} ${optionText(value)}`];
    if (value.some((item) => isPlainList(item) || isPlainMap(item))) {
      throw new ContextFault(`Cannot interpolate nested iterable in '${name}'`, "below");
    }
    return value.length === 0
      ? []
      : [`--${name} ${value.map((item) => optionText(item as PlainKey)).join(" ")}`];
  });
}

function optionText(value: PlainKey): string {
  return typeof value === "string" ? shellQuote(value) : keyText(value);
}

function shellQuote(text: string): string {
  if (text === "") return "''";
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
