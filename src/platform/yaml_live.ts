/**
 * A parsed YAML document that can be changed and written again: comments, layout and the order of
 * keys stay with what is not changed.
 *
 * @module
 */
import type { NodeComments } from "./yaml_comments.ts";
import { changesInside, keyName, pythonEquals } from "./yaml_changes.ts";
import type { YamlDocument, YamlMapping, YamlNode, YamlScalar } from "./yaml_node.ts";
import { type NodeMaker, type PrintNode, type PrintScalar, scalarNode } from "./yaml_print.ts";
import { documentValue } from "./yaml_read.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  type PlainKey,
  type PlainMap,
  type PlainValue,
} from "./yaml_value.ts";

/** A scalar, list or mapping of the old document, or a value that came new. */
export type Live = LiveScalar | LiveList | LiveMap | LiveValue;

/** A scalar as it stood. */
export interface LiveScalar {
  readonly kind: "scalar";
  readonly value: PlainKey;
  readonly print: PrintScalar;
  readonly anchor: string | undefined;
}

/** A list as it stood; its items change. */
export interface LiveList {
  readonly kind: "list";
  readonly flow: boolean;
  readonly anchor: string | undefined;
  readonly comments: NodeComments | undefined;
  items: { value: Live; readonly comments?: NodeComments | undefined }[];
}

/** A mapping as it stood; its entries change. */
export interface LiveMap {
  readonly kind: "map";
  readonly flow: boolean;
  readonly anchor: string | undefined;
  readonly comments: NodeComments | undefined;
  entries: LiveEntry[];
}

interface LiveEntry {
  readonly key: PlainKey;
  readonly print: PrintNode;
  value: Live;
  readonly comments?: NodeComments | undefined;
}

/** A value that was not in the old document. */
export interface LiveValue {
  readonly kind: "value";
  readonly value: PlainValue;
}

/** The document's root as something that can be changed; undefined for an empty document. */
export function liveDocument(document: YamlDocument): Live | undefined {
  // This also refuses what must not be read: duplicate keys, unknown tags, alias bombs.
  documentValue(document);
  return document.root ? new LiveMaker(document.version11).make(document.root) : undefined;
}

class LiveMaker {
  readonly #made = new Map<YamlNode, Live>();
  readonly #version11: boolean;

  constructor(version11: boolean) {
    this.#version11 = version11;
  }

  make(node: YamlNode): Live {
    if (node.kind === "alias") return this.make(node.target);
    const known = this.#made.get(node);
    if (known) return known;
    const live = this.#new(node);
    this.#made.set(node, live);
    return live;
  }

  #new(node: Exclude<YamlNode, { kind: "alias" }>): Live {
    const anchor = node.anchor;
    if (node.kind === "scalar") return this.#scalar(node);
    if (node.kind === "mapping") return this.#map(node);
    const items = node.items.map((item) => ({ value: this.make(item), comments: item.comments }));
    const flow = node.flow && items.length > 0;
    return { kind: "list", flow, anchor, comments: node.comments, items };
  }

  #value(node: YamlNode): PlainValue {
    return documentValue({ text: "", root: node, version11: this.#version11 });
  }

  #scalar(node: YamlScalar): LiveScalar {
    const value = this.#value(node) as PlainKey;
    const anchor = value === null ? undefined : node.anchor;
    return { kind: "scalar", value, print: scalarPrint(node, value), anchor };
  }

  #map(node: YamlMapping): LiveMap {
    // What starts empty has no layout of its own yet.
    const flow = node.flow && node.entries.length > 0;
    const facts = { kind: "map", flow, anchor: node.anchor } as const;
    const value = this.#value(node);
    const hasMerge = isPlainMap(value) && entriesOf(value).length !== node.entries.length;
    if (hasMerge) {
      // What `<<` brings in is written out; comments stay with the mapping.
      const entries = entriesOf(value).map(([key, item]): LiveEntry => ({
        key,
        print: scalarNode(key),
        value: { kind: "value", value: item },
      }));
      return { ...facts, comments: node.comments, entries };
    }
    const entries = node.entries.map((entry): LiveEntry => {
      const target = entry.key.kind === "alias" ? entry.key.target : entry.key;
      const key = this.#value(entry.key) as PlainKey;
      const print = target.kind === "scalar" ? scalarPrint(target, key) : scalarNode(key);
      return {
        key,
        print: { ...print, style: undefined, comments: entry.key.comments },
        value: this.make(entry.value),
        comments: entry.value.comments,
      };
    });
    return { ...facts, comments: node.comments, entries };
  }
}

/** How a scalar is written again: numbers keep their digits, text keeps `|` and `>` only. */
function scalarPrint(node: YamlScalar, value: PlainKey): PrintScalar {
  const print = scalarNode(value);
  if (print.type === "str") {
    if (node.style !== "literal" && node.style !== "folded") return print;
    const header = /[ ]*#.*$/.exec(node.header ?? "")?.[0];
    return {
      ...print,
      style: node.style === "literal" ? "|" : ">",
      ...(header === undefined ? {} : { header }),
      ...(node.folds === undefined ? {} : { folds: node.folds }),
    };
  }
  const isNumber = print.type === "int" || print.type === "float";
  if (!isNumber || node.style !== "plain" || /inf|nan/i.test(node.text)) return print;
  return { ...print, text: print.type === "int" ? node.text.replace(/^\+/, "") : node.text };
}

/** Gives the old what the new one says, and leaves the rest of it alone. */
export function changeLive(live: Live, fresh: PlainValue): void {
  if (live.kind === "map" && isPlainMap(fresh)) changeMap(live, fresh);
  else if (live.kind === "list" && isPlainList(fresh)) changeList(live, fresh);
}

function changeList(live: LiveList, fresh: readonly PlainValue[]): void {
  if (live.items.length !== fresh.length) {
    live.items = fresh.map((value) => ({ value: { kind: "value", value } }));
    return;
  }
  for (const [index, item] of live.items.entries()) {
    item.value = changed(item.value, fresh[index] ?? null);
  }
}

function changeMap(live: LiveMap, fresh: PlainMap): void {
  const wanted = new Map(entriesOf(fresh).map(([key, value]) => [keyName(key), { key, value }]));
  live.entries = live.entries.filter((entry) => wanted.has(keyName(entry.key)));
  for (const entry of live.entries) {
    const name = keyName(entry.key);
    entry.value = changed(entry.value, wanted.get(name)?.value ?? null);
    wanted.delete(name);
  }
  for (const { key, value } of wanted.values()) {
    live.entries.push({ key, print: scalarNode(key), value: { kind: "value", value } });
  }
}

function changed(live: Live, fresh: PlainValue): Live {
  const old = plainOf(live);
  if (changesInside(fresh, old)) {
    if (live.kind === "value") return pythonEquals(old, fresh) ? live : { ...live, value: fresh };
    changeLive(live, fresh);
    return live;
  }
  if (pythonEquals(old, fresh)) return live;
  if (live.kind === "scalar" && live.print.style !== undefined && typeof fresh === "string") {
    // A new text in place of a block scalar is a block scalar too.
    const { folds: _, ...print } = live.print;
    return { kind: "scalar", value: fresh, print: { ...print, text: fresh }, anchor: undefined };
  }
  return { kind: "value", value: fresh };
}

/** A value like the live one; of collections only the kind matters here. */
function plainOf(live: Live): PlainValue {
  switch (live.kind) {
    case "scalar":
    case "value":
      return live.value;
    case "list":
      return [];
    case "map":
      return {};
  }
}

/** Writes a live document; anchors stay where aliases still need them. */
export class LivePrinter {
  readonly #uses = new Map<Live, number>();
  readonly #written = new Set<Live>();
  readonly #maker: NodeMaker;

  constructor(maker: NodeMaker) {
    this.#maker = maker;
  }

  print(root: Live): PrintNode {
    this.#count(root);
    return this.#node(root, undefined);
  }

  #count(live: Live): void {
    const uses = (this.#uses.get(live) ?? 0) + 1;
    this.#uses.set(live, uses);
    if (uses > 1) return;
    if (live.kind === "list") { for (const item of live.items) this.#count(item.value); }
    if (live.kind === "map") { for (const entry of live.entries) this.#count(entry.value); }
  }

  #node(live: Live, around: NodeComments | undefined): PrintNode {
    if (live.kind === "value") {
      return { ...this.#maker.node(live.value), ...(around ? { comments: around } : {}) };
    }
    if (this.#written.has(live) && live.anchor !== undefined) {
      return { kind: "alias", name: live.anchor };
    }
    this.#written.add(live);
    const isNamed = live.kind === "scalar" || (this.#uses.get(live) ?? 0) > 1;
    const anchor = isNamed ? live.anchor : undefined;
    if (live.kind === "scalar") return { ...live.print, anchor, comments: around };
    const comments = around || live.comments
      ? { ...live.comments, ...around, end: live.comments?.end }
      : undefined;
    if (live.kind === "list") {
      const items = live.items.map((item) => this.#node(item.value, item.comments));
      const flow = live.flow || items.length === 0;
      return { kind: "list", flow, anchor, comments, items };
    }
    const entries = live.entries.map((entry) =>
      [entry.print, this.#node(entry.value, entry.comments)] as const
    );
    const flow = live.flow || entries.length === 0;
    return { kind: "map", flow, anchor, comments, entries };
  }
}
