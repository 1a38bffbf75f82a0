/**
 * Tokens → nodes: what a YAML text holds, before any meaning is given to it.
 *
 * @module
 */
import { moveComments } from "./yaml_comments.ts";
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import type {
  NodeFacts,
  YamlAlias,
  YamlMapping,
  YamlNode,
  YamlScalar,
  YamlSequence,
} from "./yaml_node.ts";
import type { Token, TokenKind } from "./yaml_token.ts";
import type { TokenReader } from "./yaml_tokens.ts";

/** No honest file nests deeper; Python gives up at some hundred levels too. */
const deepest = 200;

/** A node for what is left out: null. */
export function emptyNode(at: number): YamlScalar {
  return { kind: "scalar", text: "", style: "plain", start: at, end: at };
}

/** Makes a token's comments those of a node. */
function keepComments(node: NodeFacts, token: Token): void {
  if (token.before || token.behind) {
    node.comments = { behind: token.behind, before: token.before };
  }
}

/** Makes the nodes of one document. */
export class NodeParser {
  readonly #tokens: TokenReader;
  readonly #anchors = new Map<string, YamlScalar | YamlSequence | YamlMapping>();
  /** Anchors of collections that are still open: an alias to one would be endless. */
  readonly #open = new Set<YamlNode>();
  #depth = 0;

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
  }

  /** A node; `value` is the place behind a colon, where a list needs no indentation. */
  node(place: "block" | "value" | "flow"): YamlNode {
    if (this.#tokens.peek().kind === "<alias>") return this.#alias(this.#tokens.take());
    const first = this.#tokens.peek();
    if (first.kind !== "<anchor>" && first.kind !== "<tag>") {
      return this.#content(place, { start: first.start, end: first.start });
    }
    let anchor: string | undefined;
    let tag: string | undefined;
    let end = first.start;
    let seen: TokenKind | undefined;
    for (
      let kind: TokenKind = first.kind;
      kind === "<anchor>" || kind === "<tag>";
      kind = this.#tokens.peek().kind
    ) {
      if (kind === seen) break;
      seen ??= kind;
      const token = this.#tokens.takeMark();
      if (kind === "<anchor>") anchor = token.name;
      else tag = this.#resolveTag(token, first.start);
      end = token.end;
    }
    const facts = {
      start: first.start,
      end,
      ...(tag === undefined ? {} : { tag }),
      ...(anchor === undefined ? {} : { anchor }),
    };
    return this.#content(place, facts);
  }

  #content(place: "block" | "value" | "flow", facts: NodeFacts): YamlNode {
    const kind = this.#tokens.peek().kind;
    if (kind === "<scalar>") {
      const token = this.#tokens.take();
      if (!token.scalar) throw new TypeError("A scalar token without a scalar");
      const { text, style, header } = token.scalar;
      const node: YamlScalar = { kind: "scalar", text, style, start: facts.start, end: token.end };
      if (header !== undefined || facts.end > facts.start) {
        Object.assign(node, token.scalar, facts, { end: token.end });
      }
      keepComments(node, token);
      return this.#named(node);
    }
    if (kind === "[") return this.#flowSequence(facts);
    if (kind === "{") return this.#flowMapping(facts);
    if (place === "value" && kind === "-") return this.#blockSequence(facts, "indentless");
    if (place !== "flow" && kind === "<block sequence start>") {
      return this.#blockSequence(facts, "indented");
    }
    if (place !== "flow" && kind === "<block mapping start>") return this.#blockMapping(facts);
    if (facts.end > facts.start) {
      // An anchor or a tag with nothing behind it.
      return this.#named({ kind: "scalar", text: "", style: "plain", ...facts });
    }
    throw this.#tokens.unexpected(
      "expected the node content, but found",
      `while parsing a ${place === "flow" ? "flow" : "block"} node`,
      facts.start,
    );
  }

  #named<Node extends YamlScalar | YamlSequence | YamlMapping>(node: Node): Node {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return node;
  }

  #alias(token: Token): YamlAlias {
    const target = this.#anchors.get(token.name ?? "");
    if (!target || this.#open.has(target)) {
      const problem = target ? "found recursive alias" : "found undefined alias";
      throw new YamlError(
        `${problem} ${pythonRepr(token.name ?? "")}`,
        markAt(this.#tokens.text, token.start),
      );
    }
    return { kind: "alias", target, start: token.start, end: token.end };
  }

  #resolveTag(token: Token, start: number): string | undefined {
    const { handle, suffix } = token.tag ?? { handle: undefined, suffix: "!" };
    if (handle === undefined) return suffix === "!" ? undefined : suffix;
    if (handle === "!") return `!${suffix}`;
    if (handle === "!!") return `tag:yaml.org,2002:${suffix}`;
    throw new YamlError(
      `found undefined tag handle ${pythonRepr(handle)}`,
      markAt(this.#tokens.text, token.start),
      { context: "while parsing a node", contextMark: markAt(this.#tokens.text, start) },
    );
  }

  /** Fills a collection, with a watch on how deep collections stand in each other. */
  #fill<Node extends YamlSequence | YamlMapping>(node: Node, fill: () => number): Node {
    if (++this.#depth > deepest) {
      throw new YamlError(
        `maximum depth of data structure exceeded (${deepest})`,
        markAt(this.#tokens.text, node.start),
      );
    }
    this.#named(node);
    this.#open.add(node);
    node.end = fill();
    this.#open.delete(node);
    this.#depth--;
    return node;
  }

  #blockSequence(facts: NodeFacts, form: "indented" | "indentless"): YamlSequence {
    const node: YamlSequence = { kind: "sequence", flow: false, items: [], ...facts };
    return this.#fill(node, () => {
      const first = this.#tokens.peek();
      const begin = first.start;
      if (first.behind) {
        const before = form === "indented" ? first.before : [];
        node.comments = { behind: first.behind, before };
        first.behind = undefined;
      } else keepComments(node, first);
      if (form === "indented") this.#tokens.take();
      else if (!node.comments?.behind) first.before = undefined;
      let end = begin;
      while (this.#tokens.peek().kind === "-") {
        const dash = this.#tokens.takeMark();
        const next = this.#tokens.peek().kind;
        const isEmpty = next === "-" || next === "<block end>" ||
          (form === "indentless" && (next === "?" || next === ":"));
        const item = isEmpty ? emptyNode(dash.end) : this.node("block");
        node.items.push(item);
        end = item.end;
      }
      if (form === "indented") {
        if (this.#tokens.peek().kind !== "<block end>") {
          throw this.#tokens.unexpected(
            "expected <block end>, but found",
            "while parsing a block collection",
            begin,
          );
        }
        this.#keepEnd(node, this.#tokens.take());
      } else this.#keepEnd(node, this.#tokens.peek());
      return end;
    });
  }

  /** Comments before the token are those at the end of the collection. */
  #keepEnd(node: YamlSequence | YamlMapping, token: Token): void {
    if (!token.before) return;
    node.comments = { ...node.comments, end: token.before };
    token.before = undefined;
  }

  #blockMapping(facts: NodeFacts): YamlMapping {
    const node: YamlMapping = { kind: "mapping", flow: false, entries: [], ...facts };
    return this.#fill(node, () => {
      const first = this.#tokens.take();
      const begin = first.start;
      keepComments(node, first);
      let end = begin;
      for (
        let kind = this.#tokens.peek().kind;
        kind === "?" || kind === ":";
        kind = this.#tokens.peek().kind
      ) {
        let key: YamlNode = emptyNode(this.#tokens.peek().start);
        if (kind === "?") {
          const mark = this.#tokens.takeMark();
          key = this.#isBlockEnd() ? emptyNode(mark.end) : this.node("value");
        }
        let value: YamlNode = emptyNode(this.#tokens.peek().start);
        if (this.#tokens.peek().kind === ":") value = this.#blockValue();
        end = Math.max(key.end, value.end);
        node.entries.push({ key, value });
      }
      if (this.#tokens.peek().kind !== "<block end>") {
        throw this.#tokens.unexpected(
          "expected <block end>, but found",
          "while parsing a block mapping",
          begin,
        );
      }
      this.#keepEnd(node, this.#tokens.takeMark());
      return end;
    });
  }

  #blockValue(): YamlNode {
    const colon = this.#tokens.take();
    const next = this.#tokens.peek();
    if (next.kind !== "?") moveComments(colon, next);
    if (!this.#isBlockEnd()) return this.node("value");
    const empty = emptyNode(colon.end);
    const behind = colon.behind ?? next.behind;
    if (behind) {
      empty.comments = { behind };
      next.behind = undefined;
    }
    return empty;
  }

  #isBlockEnd(): boolean {
    const kind = this.#tokens.peek().kind;
    return kind === "?" || kind === ":" || kind === "<block end>";
  }

  /** Steps over the comma before any but the first item; false at the closing bracket. */
  #hasItem(isFirst: boolean, close: "]" | "}", begin: number): boolean {
    if (this.#tokens.peek().kind === close) return false;
    if (isFirst) return true;
    if (this.#tokens.peek().kind !== ",") {
      throw this.#tokens.unexpected(
        `expected ',' or '${close}', but got`,
        `while parsing a flow ${close === "]" ? "sequence" : "mapping"}`,
        begin,
      );
    }
    this.#tokens.take();
    return this.#tokens.peek().kind !== close;
  }

  #openFlow(node: YamlSequence | YamlMapping): number {
    const token = this.#tokens.take();
    keepComments(node, token);
    return token.start;
  }

  #closeFlow(node: YamlSequence | YamlMapping): number {
    const token = this.#tokens.take();
    if (token.behind || token.before) {
      node.comments = { behind: token.behind, end: token.before };
    }
    return token.end;
  }

  #flowSequence(facts: NodeFacts): YamlSequence {
    const node: YamlSequence = { kind: "sequence", flow: true, items: [], ...facts };
    return this.#fill(node, () => {
      const begin = this.#openFlow(node);
      while (this.#hasItem(node.items.length === 0, "]", begin)) {
        if (this.#tokens.peek().kind !== "?") node.items.push(this.node("flow"));
        else {
          // `[a: 1]` is a list with a mapping of one entry.
          const start = this.#tokens.peek().start;
          const entry = this.#flowEntry("]");
          const pair = { kind: "mapping", flow: true, entries: [entry], start } as const;
          node.items.push({ ...pair, entries: [entry], end: entry.value.end });
        }
      }
      return this.#closeFlow(node);
    });
  }

  #flowMapping(facts: NodeFacts): YamlMapping {
    const node: YamlMapping = { kind: "mapping", flow: true, entries: [], ...facts };
    return this.#fill(node, () => {
      const begin = this.#openFlow(node);
      while (this.#hasItem(node.entries.length === 0, "}", begin)) {
        node.entries.push(this.#flowEntry("}"));
      }
      return this.#closeFlow(node);
    });
  }

  #flowEntry(close: "]" | "}"): { key: YamlNode; value: YamlNode } {
    const isEnd = () => this.#tokens.peek().kind === "," || this.#tokens.peek().kind === close;
    const start = this.#tokens.peek().start;
    let key: YamlNode;
    if (this.#tokens.peek().kind === "?") {
      this.#tokens.take();
      key = isEnd() || this.#tokens.peek().kind === ":" ? emptyNode(start) : this.node("flow");
    } else if (this.#tokens.peek().kind === ":") key = emptyNode(start);
    else return { key: this.node("flow"), value: emptyNode(this.#tokens.peek().start) };
    if (this.#tokens.peek().kind !== ":") return { key, value: emptyNode(key.end) };
    const colon = this.#tokens.take();
    return { key, value: isEnd() ? emptyNode(colon.end) : this.node("flow") };
  }
}
