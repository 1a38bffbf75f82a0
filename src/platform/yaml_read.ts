/**
 * Nodes → values: what DVC's Python would hold after reading a YAML text.
 *
 * @module
 */
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import type { YamlDocument, YamlMapping, YamlNode, YamlScalar } from "./yaml_node.ts";
import { parseYaml } from "./yaml_parser.ts";
import { resolveScalar, type ScalarType, scalarValue } from "./yaml_resolve.ts";
import {
  entriesOf,
  floatText,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainKey,
  plainMap,
  type PlainValue,
} from "./yaml_value.ts";

/** Nodes that aliases may add to a document by standing for others: a bomb has millions. */
const mostRepeated = 100_000;
const coreTag = "tag:yaml.org,2002:";

/** The value of a YAML text; null for an empty one. Throws {@linkcode YamlError}. */
export function readYaml(text: string): PlainValue {
  return documentValue(parseYaml(text));
}

/** The value of a parsed document. Throws {@linkcode YamlError}. */
export function documentValue(document: YamlDocument): PlainValue {
  return document.root ? new Builder(document).value(document.root) : null;
}

class Builder {
  readonly #text: string;
  readonly #version11: boolean;
  /** Anchored nodes are built once; aliases share the value. */
  readonly #built = new Map<YamlNode, PlainValue>();
  readonly #sizes = new Map<YamlNode, number>();
  #repeated = 0;

  constructor(document: YamlDocument) {
    this.#text = document.text;
    this.#version11 = document.version11;
  }

  value(node: YamlNode): PlainValue {
    if (node.kind === "alias") {
      this.#repeated += this.#size(node.target);
      if (this.#repeated > mostRepeated) {
        throw this.#fault("aliases repeat too much of the document", node);
      }
      return this.value(node.target);
    }
    const known = node.anchor === undefined ? undefined : this.#built.get(node);
    if (known !== undefined) return known;
    const value = this.#build(node);
    if (node.anchor !== undefined) this.#built.set(node, value);
    return value;
  }

  #build(node: Exclude<YamlNode, { kind: "alias" }>): PlainValue {
    const type = node.tag?.startsWith(coreTag) ? node.tag.slice(coreTag.length) : node.tag;
    if (node.kind === "scalar") return this.#scalar(node, type);
    const own = node.kind === "sequence" ? "seq" : "map";
    if (type !== undefined && type !== own) throw this.#unknownTag(node, node.tag ?? "");
    if (node.kind === "sequence") return node.items.map((item) => this.value(item));
    return this.#mapping(node);
  }

  #typeOf(node: YamlScalar): ScalarType {
    if (node.tag === undefined && node.style === "plain") {
      return resolveScalar(node.text, this.#version11);
    }
    return node.tag === `${coreTag}merge` ? "merge" : "str";
  }

  #scalar(node: YamlScalar, tag: string | undefined): PlainKey {
    const type = tag ?? this.#typeOf(node);
    switch (type) {
      case "str":
        return node.text;
      case "null":
      case "bool":
      case "int":
      case "float":
      case "timestamp": {
        const value = scalarValue(node.text, type, this.#version11);
        if (value !== undefined) return value;
        throw this.#fault(`failed to construct ${type} from "${node.text}"`, node);
      }
      default:
        throw this.#unknownTag(node, node.tag ?? `${coreTag}${type}`);
    }
  }

  #key(node: YamlNode, mapping: YamlMapping): PlainKey {
    const target = node.kind === "alias" ? node.target : node;
    if (target.kind !== "scalar") {
      throw this.#fault("found unhashable key", target, "while constructing a mapping", mapping);
    }
    // `=` is a word of its own in YAML 1.1 only; as a key it is text.
    if (target.tag === undefined && target.style === "plain" && target.text === "=") return "=";
    return this.value(node) as PlainKey;
  }

  #mapping(node: YamlMapping): PlainValue {
    const merged = this.#mergedEntries(node);
    const found = new Map<unknown, { key: PlainKey; value: YamlNode }>();
    // As in Python, collections inside are built when all keys of this one are known.
    for (const { key: keyNode, value } of merged ?? node.entries) {
      const key = this.#key(keyNode, node);
      const identity = keyIdentity(key);
      const before = found.get(identity);
      if (before && !merged) {
        throw this.#fault(
          `found duplicate key "${keyText(key)}" with value "${this.#shown(value)}" ` +
            `(original value: "${this.#shown(before.value)}")`,
          keyNode,
          "while constructing a mapping",
          node,
        );
      }
      found.set(identity, { key: before ? before.key : key, value });
    }
    return plainMap([...found.values()].map(({ key, value }) => [key, this.value(value)]));
  }

  /** The entries with what `<<` brings in put before them; undefined without a `<<`. */
  #mergedEntries(node: YamlMapping): YamlMapping["entries"] | undefined {
    let merged: YamlMapping["entries"] | undefined;
    const own: YamlMapping["entries"] = [];
    for (const entry of node.entries) {
      const key = entry.key;
      if (key.kind !== "scalar" || this.#typeOf(key) !== "merge") {
        own.push(entry);
        continue;
      }
      const context = "while constructing a mapping";
      if (merged) throw this.#fault('found duplicate merge key "<<"', key, context, node);
      merged = [];
      const value = entry.value.kind === "alias" ? entry.value.target : entry.value;
      const sources = value.kind === "sequence" ? [...value.items].reverse() : [entry.value];
      for (const item of sources) {
        const source = item.kind === "alias" ? item.target : item;
        if (source.kind !== "mapping") {
          const wanted = value.kind === "sequence" ? "a mapping" : "a mapping or list of mappings";
          throw this.#fault(
            `expected ${wanted} for merging, but found ${source.kind}`,
            source,
            context,
            node,
          );
        }
        this.#repeated += this.#size(source);
        if (this.#repeated > mostRepeated) {
          throw this.#fault("aliases repeat too much of the document", key);
        }
        for (const each of this.#mergedEntries(source) ?? source.entries) merged.push(each);
      }
    }
    return merged?.length ? [...merged, ...own] : merged ? own : undefined;
  }

  /** A value as Python's `str` shows it while its mapping is being built. */
  #shown(node: YamlNode): string {
    const target = node.kind === "alias" ? node.target : node;
    if (target.kind === "scalar") return keyText(this.value(target) as PlainKey);
    return target.kind === "sequence" ? "[]" : "{}";
  }

  /** How many nodes stand below a node, with aliases written out. */
  #size(node: YamlNode): number {
    if (node.kind === "alias") return this.#size(node.target);
    if (node.kind === "scalar") return 1;
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    let size = 1;
    if (node.kind === "sequence") { for (const item of node.items) size += this.#size(item); }
    else for (const { key, value } of node.entries) size += this.#size(key) + this.#size(value);
    this.#sizes.set(node, size);
    return size;
  }

  #fault(problem: string, node: YamlNode, context?: string, around?: YamlNode): YamlError {
    return new YamlError(problem, markAt(this.#text, node.start), {
      ...(context === undefined ? {} : { context }),
      ...(around === undefined ? {} : { contextMark: markAt(this.#text, around.start) }),
    });
  }

  #unknownTag(node: YamlNode, tag: string): YamlError {
    return this.#fault(
      `could not determine a constructor for the tag ${pythonRepr(tag)}`,
      node,
    );
  }
}

/** Python takes `1`, `1.0` and `true` for the same key. */
function keyIdentity(key: PlainKey): unknown {
  if (key === null || typeof key === "string") return key;
  if (typeof key === "object") {
    return key.type === "float" ? `n${Number(key.text)}` : `t${key.text}`;
  }
  return `n${Number(key)}`;
}

/** A value as Python's `repr` shows it: `{'a': [1, True, None]}`. */
export function pythonText(value: PlainValue): string {
  if (typeof value === "string") return pythonRepr(value);
  if (isPlainList(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (isPlainMap(value)) {
    const entries = entriesOf(value).map(([key, item]) =>
      `${pythonText(key)}: ${pythonText(item)}`
    );
    return `{${entries.join(", ")}}`;
  }
  return typeof value === "number" && !Number.isSafeInteger(value)
    ? floatText(value)
    : keyText(value);
}

/** The node at a path of keys and indexes; undefined where there is none. */
export function nodeAt(
  root: YamlNode | undefined,
  path: readonly (PlainKey)[],
): Exclude<YamlNode, { kind: "alias" }> | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === "alias") node = node.target;
    if (node?.kind === "sequence") node = node.items[Number(step)];
    else if (node?.kind === "mapping") {
      const name = keyText(step);
      node = node.entries.find(({ key }) => key.kind === "scalar" && key.text === name)?.value;
    } else return undefined;
  }
  return node?.kind === "alias" ? node.target : node;
}
