/**
 * Values → YAML, byte for byte as ruamel.yaml's round-trip writer puts them.
 *
 * @module
 */
import { chooseStyle, isMultiline } from "./yaml_style.ts";
import type { ScalarType } from "./yaml_resolve.ts";
import {
  entriesOf,
  floatText,
  isPlainList,
  isPlainMap,
  lengthOf,
  type PlainKey,
  type PlainMap,
  type PlainValue,
  TypedScalar,
} from "./yaml_value.ts";
import type { NodeComments } from "./yaml_comments.ts";
import type { YamlComment } from "./yaml_token.ts";
import { YamlWriter } from "./yaml_writer.ts";

interface PrintFacts {
  readonly comments?: NodeComments | undefined;
  /** Written as `&name`. */
  readonly anchor?: string | undefined;
}

/** A scalar to be written. */
export interface PrintScalar extends PrintFacts {
  readonly kind: "scalar";
  readonly text: string;
  readonly type: ScalarType;
  /** Block style that an old file used. */
  readonly style?: "|" | ">" | undefined;
  readonly header?: string | undefined;
  readonly folds?: readonly number[] | undefined;
}

/** A list to be written; `flow` in brackets, and so is every empty one. */
export interface PrintList extends PrintFacts {
  readonly kind: "list";
  readonly flow: boolean;
  readonly items: readonly PrintNode[];
}

/** A mapping to be written. */
export interface PrintMap extends PrintFacts {
  readonly kind: "map";
  readonly flow: boolean;
  readonly entries: readonly (readonly [PrintNode, PrintNode])[];
}

/** A name that stands for an anchored node. */
export interface PrintAlias {
  readonly kind: "alias";
  readonly name: string;
  readonly comments?: NodeComments | undefined;
}

/** What can be written. */
export type PrintNode = PrintScalar | PrintList | PrintMap | PrintAlias;

/** The value as a YAML document. */
export function printYaml(value: PlainValue): string {
  return printNode(new NodeMaker().node(value));
}

/** The node as a YAML document. */
export function printNode(root: PrintNode): string {
  const printer = new Printer();
  printer.node(root, "root");
  return printer.finish(root);
}

/** A scalar value as a node. */
export function scalarNode(value: PlainKey): PrintScalar {
  if (typeof value === "string") return { kind: "scalar", text: value, type: "str" };
  if (value === null) return { kind: "scalar", text: "", type: "null" };
  if (typeof value === "boolean") return { kind: "scalar", text: `${value}`, type: "bool" };
  if (value instanceof TypedScalar) return { kind: "scalar", text: value.text, type: value.type };
  if (typeof value === "bigint" || Number.isSafeInteger(value)) {
    return { kind: "scalar", text: `${value}`, type: "int" };
  }
  return {
    kind: "scalar",
    text: floatText(value).replace(/^(-?)(inf|nan)$/, "$1.$2"),
    type: "float",
  };
}

/** Makes nodes of values; a list or mapping that occurs twice is written once, with an anchor. */
export class NodeMaker {
  readonly #anchors = new Map<PlainValue, string | undefined>();
  readonly #made = new Set<PlainValue>();
  #count = 0;

  node(value: PlainValue): PrintNode {
    this.#findShared(value);
    return this.#node(value);
  }

  #findShared(value: PlainValue): void {
    if (!isPlainList(value) && !isPlainMap(value)) return;
    if (this.#anchors.has(value)) {
      if (this.#anchors.get(value) === undefined) {
        this.#anchors.set(value, `id${`${++this.#count}`.padStart(3, "0")}`);
      }
      return;
    }
    this.#anchors.set(value, undefined);
    for (const item of isPlainList(value) ? value : Object.values(value)) this.#findShared(item);
  }

  #node(value: PlainValue): PrintNode {
    if (!isPlainList(value) && !isPlainMap(value)) return scalarNode(value);
    const anchor = this.#anchors.get(value);
    if (anchor !== undefined && this.#made.has(value)) return { kind: "alias", name: anchor };
    this.#made.add(value);
    if (isPlainList(value)) {
      const items = value.map((item) => this.#node(item));
      return { kind: "list", flow: items.length === 0, anchor, items };
    }
    const entries = this.#entries(value);
    return { kind: "map", flow: entries.length === 0, anchor, entries };
  }

  #entries(map: PlainMap): [PrintNode, PrintNode][] {
    return entriesOf(map).map(([key, value]) => [scalarNode(key), this.#node(value)]);
  }
}

type Place = "root" | "item" | "value" | "key";
const longestKey = 128;
const indentStep = 2;

class Printer {
  readonly #writer = new YamlWriter();
  /** The indentations around, and whether each was set by a list. */
  readonly #outer: { indent: number | undefined; list: boolean }[] = [];
  readonly #flow: ("[" | "{" | "")[] = [];
  readonly #written = new Set<YamlComment>();

  finish(root: PrintNode): string {
    const writer = this.#writer;
    writer.indent = undefined;
    writer.newLine();
    if (writer.openEnded || root.kind === "scalar") writer.mark("...\n");
    return writer.text();
  }

  node(node: PrintNode, place: Place): void {
    if (node.kind === "alias") {
      this.#writer.mark(`*${node.name}`, { spaced: true });
      return;
    }
    let isItem = place === "item";
    if (node.anchor !== undefined) {
      this.#writer.mark(`&${node.anchor}`, { spaced: true });
      this.#writer.skipBreak = false;
      if (node.kind === "scalar") isItem = false;
    }
    if (node.kind === "scalar") this.#scalar(node, { place, isItem });
    else if (node.kind === "list") this.#list(node, place);
    else this.#map(node, place);
  }

  #deepen(kind: "list" | "map" | "scalar", how: { flow?: boolean; indentless?: boolean } = {}) {
    const writer = this.#writer;
    this.#outer.push({ indent: writer.indent, list: kind === "list" });
    if (writer.indent === undefined) writer.indent = how.flow ? undefined : 0;
    else if (!how.indentless) writer.indent += indentStep;
  }

  #leave(): void {
    this.#writer.indent = this.#outer.pop()?.indent;
  }

  #scalar(node: PrintScalar, at: { place: Place; isItem: boolean }): void {
    const writer = this.#writer;
    const place = { flow: this.#flow.length > 0, key: at.place === "key" };
    let { text } = node;
    let style = chooseStyle(text, node.type, place, node.style);
    if (text === "" && style === "'" && node.type === "null") {
      text = "null";
      style = "";
    }
    this.#deepen("scalar", { flow: true });
    if (at.isItem && !place.flow) writer.newLine();
    writer.scalar(text, style, {
      foldable: !place.key,
      ...(node.header === undefined ? {} : { header: node.header }),
      ...(node.folds === undefined ? {} : { folds: node.folds }),
    });
    let behind = node.comments?.behind;
    if (behind) {
      // Behind a block scalar, a comment must not look like one of its lines.
      const limit = writer.indent ?? 0;
      if ((style === "|" || style === ">") && behind.column >= limit) {
        behind = { text: behind.text, column: Math.max(limit - 1, 0) };
      }
      writer.commentBehind(behind);
    }
    this.#leave();
  }

  /** Comments before a collection are written once, though key and value both name them. */
  #commentsBefore(comments: readonly YamlComment[] | undefined): boolean {
    if (!comments) return false;
    this.#writer.commentsBefore(comments.filter((comment) => !this.#written.has(comment)));
    for (const comment of comments) this.#written.add(comment);
    return true;
  }

  #list(node: PrintList, place: Place): void {
    const writer = this.#writer;
    const { indention } = writer;
    let forceIndent = false;
    if (node.comments) {
      const { column } = writer;
      if (!node.flow && node.comments.behind) {
        writer.commentBehind(node.comments.behind);
        writer.indention = false;
        writer.skipBreak = true;
      }
      if (this.#commentsBefore(node.comments.before)) {
        if (node.flow) forceIndent = !this.#outer.at(-1)?.list;
        writer.indention = indention;
        writer.skipBreak = !writer.indention;
      }
      if (node.flow) writer.column = column;
    }
    if (this.#flow.length > 0 || node.flow || node.items.length === 0) {
      this.#flowList(node, forceIndent);
    } else this.#blockList(node, place);
  }

  /** A list in a list may begin on the line of the outer one's dash. */
  #startOnDash(): void {
    if (!this.#outer.at(-1)?.list || !this.#outer.at(-2)?.list) return;
    this.#writer.indention = true;
    this.#writer.skipBreak = false;
  }

  #map(node: PrintMap, place: Place): void {
    let forceIndent = false;
    if (!node.flow && node.comments?.behind) this.#writer.commentBehind(node.comments.behind);
    if (node.comments?.before?.length) {
      this.#commentsBefore(node.comments.before);
      if (node.flow && this.#outer.length > 0) forceIndent = !this.#outer.at(-1)?.list;
    }
    if (this.#flow.length > 0 || node.flow || node.entries.length === 0) {
      this.#flowMap(node, forceIndent);
    } else this.#blockMap(node, place);
  }

  #blockList(node: PrintList, place: Place): void {
    const writer = this.#writer;
    const isValue = place === "value" || place === "key";
    this.#deepen("list", { indentless: isValue && !writer.indention });
    this.#startOnDash();
    for (const item of node.items) {
      if (item.comments?.before) this.#commentsBefore(item.comments.before);
      const keepLine = writer.column === 0 && writer.skipBreak;
      writer.newLine();
      writer.mark("-", { spaced: true, indention: true });
      if (keepLine) writer.skipBreak = true;
      this.node(item, "item");
    }
    if (node.comments?.end?.length) writer.commentsBefore(node.comments.end);
    this.#leave();
    writer.skipBreak = false;
  }

  #blockMap(node: PrintMap, _place: Place): void {
    const writer = this.#writer;
    this.#deepen("map");
    for (const [key, value] of node.entries) {
      if (key.comments?.before) this.#commentsBefore(key.comments.before);
      writer.newLine();
      if (isSimpleKey(key)) {
        this.node(key, "key");
        if (key.kind === "alias") writer.mark(" ");
        writer.mark(":");
      } else {
        writer.mark("?", { spaced: true, indention: true });
        this.node(key, "value");
        writer.newLine();
        writer.mark(":", { spaced: true, indention: true });
      }
      this.node(value, "value");
    }
    if (node.comments?.end?.length) writer.commentsBefore(node.comments.end);
    this.#leave();
  }

  #openFlow(bracket: "[" | "{" | "", forceIndent: boolean): void {
    const writer = this.#writer;
    const kind = bracket === "[" ? "list" : "map";
    if (forceIndent) this.#deepen(kind, { flow: true });
    const inner = this.#outer.at(-1);
    let blanks = 0;
    if (this.#outer.length >= 2 && inner?.list) {
      blanks = (inner.indent ?? 0) + indentStep - writer.column - 1;
    }
    if (forceIndent) blanks = (inner?.indent ?? 0) + indentStep;
    writer.mark(" ".repeat(Math.max(blanks, 0)) + bracket, { spaced: true, whitespace: true });
    if (!forceIndent) this.#deepen(kind, { flow: true });
    this.#flow.push(bracket);
  }

  #closeFlow(node: PrintList | PrintMap, bracket: string, isEmpty: boolean): void {
    const writer = this.#writer;
    this.#leave();
    this.#flow.pop();
    if (bracket !== "") writer.mark(bracket);
    if (node.comments?.behind && node.flow) writer.commentBehind(node.comments.behind);
    else if (!isEmpty) writer.skipBreak = false;
    else if (this.#flow.length === 0) writer.lineBreak();
  }

  #flowList(node: PrintList, forceIndent: boolean): void {
    const writer = this.#writer;
    this.#openFlow("[", forceIndent);
    this.#startOnDash();
    for (const [index, item] of node.items.entries()) {
      if (index > 0) writer.mark(",");
      if (writer.isTooWide()) writer.newLine();
      this.node(item, "item");
    }
    this.#closeFlow(node, "]", node.items.length === 0);
  }

  #flowMap(node: PrintMap, forceIndent: boolean): void {
    const writer = this.#writer;
    const isBare = node.entries.length === 1 && this.#flow.at(-1) === "[";
    this.#openFlow(isBare ? "" : "{", forceIndent);
    for (const [index, [key, value]] of node.entries.entries()) {
      if (index > 0) writer.mark(",");
      if (writer.isTooWide()) writer.newLine();
      if (isSimpleKey(key)) {
        this.node(key, "key");
        writer.mark(":");
      } else {
        writer.mark("?", { spaced: true });
        this.node(key, "value");
        if (writer.isTooWide()) writer.newLine();
        writer.mark(":", { spaced: true });
      }
      this.node(value, "value");
    }
    this.#closeFlow(node, isBare ? "" : "}", node.entries.length === 0);
  }
}

/** Whether a key can stand before its colon without `?`. */
function isSimpleKey(key: PrintNode): boolean {
  if (key.kind === "alias") return true;
  const anchor = key.anchor === undefined ? 0 : lengthOf(key.anchor);
  if (key.kind !== "scalar") {
    const size = key.kind === "list" ? key.items.length : key.entries.length;
    return anchor + "!!seq".length < longestKey && (key.flow || size === 0);
  }
  // The tag counts too, although it is not written.
  const length = anchor + `!!${key.type}`.length + lengthOf(key.text);
  return length < longestKey && !isMultiline(key.text);
}
