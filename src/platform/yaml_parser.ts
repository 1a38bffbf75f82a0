/**
 * Tokens → nodes: what a YAML text holds, before any meaning is given to it.
 *
 * @module
 */
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import { CommentCollector, moveComments } from "./yaml_comments.ts";
import type {
  NodeFacts,
  YamlAlias,
  YamlDocument,
  YamlMapping,
  YamlNode,
  YamlScalar,
  YamlSequence,
} from "./yaml_node.ts";
import { Scanner, type Token, type TokenKind } from "./yaml_scanner.ts";

/** No honest file nests deeper; Python gives up at some hundred levels too. */
const deepest = 200;
/** Characters; a listing of a million files in one file is some 150 million. */
const longest = 256 << 20;
const unprintable =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Reads a text that holds at most one document; comments are looked at only when they are asked
 * for. Throws {@linkcode YamlError}.
 */
export function parseYaml(source: string, comments?: "comments"): YamlDocument {
  if (source.length > longest) throw new YamlError("the text is too long");
  const bad = unprintable.exec(source);
  if (bad) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).padStart(4, "0");
    throw new YamlError(
      `unacceptable character #x${code}: special characters are not allowed in ` +
        `"<unicode string>", position ${[...source.slice(0, bad.index)].length}`,
    );
  }
  const text = /[\r\x85]/.test(source) ? source.replace(/\r\n?|\x85/g, "\n") : source;
  return new Parser(text, comments).document();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #text: string;
  readonly #anchors = new Map<string, YamlScalar | YamlSequence | YamlMapping>();
  /** Anchors of collections that are still open: an alias to one would be endless. */
  readonly #open = new Set<YamlNode>();
  #depth = 0;
  readonly #withComments: boolean;

  constructor(text: string, comments: "comments" | undefined) {
    this.#text = text;
    this.#withComments = comments !== undefined;
    this.#scanner = new Scanner(text, this.#withComments ? new CommentCollector() : undefined);
  }

  document(): YamlDocument {
    let version11 = false;
    let explicit = false;
    const first = this.#peek();
    if (first === "<directive>" || first === "<document start>") {
      while (this.#peek() === "<directive>") {
        version11 ||= this.#scanner.take().version === "1.1";
      }
      if (this.#peek() !== "<document start>") throw this.#outsideDocument();
      this.#scanner.take();
      explicit = true;
    }
    const facts = { text: this.#text, version11 };
    if (!explicit && this.#peek() === "<stream end>") return facts;
    const start = this.#scanner.peek().start;
    const ends = ["<directive>", "<document start>", "<document end>", "<stream end>"];
    const isEmpty = explicit && ends.includes(this.#peek());
    const root = isEmpty ? this.#empty(start) : this.#node("block");
    let isEnded = false;
    if (this.#peek() === "<document end>") {
      this.#scanner.take();
      isEnded = true;
    }
    const behind = this.#scanner.peek();
    if (behind.kind !== "<stream end>") {
      if (!isEnded && behind.kind !== "<document start>" && behind.kind !== "<directive>") {
        throw this.#outsideDocument();
      }
      throw new YamlError("but found another document", markAt(this.#text, behind.start), {
        context: "expected a single document in the stream",
        contextMark: markAt(this.#text, root.start),
      });
    }
    return { ...facts, root };
  }

  /** The next token, whose comments go to the one behind it. */
  #takeMark(): Token {
    const token = this.#scanner.take();
    if (this.#withComments) moveComments(token, this.#scanner.peek());
    return token;
  }

  /** Makes a token's comments those of a node. */
  #keepComments(node: NodeFacts, token: Token): void {
    if (token.before || token.behind) {
      node.comments = { behind: token.behind, before: token.before };
    }
  }

  #peek(): TokenKind {
    return this.#scanner.peek().kind;
  }

  #unexpected(problem: string, context?: string, contextStart?: number): YamlError {
    const token = this.#scanner.peek();
    return new YamlError(
      `${problem} ${pythonRepr(token.kind)}`,
      markAt(this.#text, token.start),
      {
        ...(context === undefined ? {} : { context }),
        ...(contextStart === undefined ? {} : { contextMark: markAt(this.#text, contextStart) }),
      },
    );
  }

  #outsideDocument(): YamlError {
    const token = this.#scanner.peek();
    return new YamlError(
      `expected '<document start>', but found (${pythonRepr(token.kind)},)`,
      markAt(this.#text, token.start),
    );
  }

  #empty(at: number): YamlScalar {
    return { kind: "scalar", text: "", style: "plain", start: at, end: at };
  }

  /** A node; `value` is the place behind a colon, where a list needs no indentation. */
  #node(place: "block" | "value" | "flow"): YamlNode {
    if (this.#peek() === "<alias>") return this.#alias(this.#scanner.take());
    const first = this.#scanner.peek();
    let anchor: string | undefined;
    let tag: string | undefined;
    let end = first.start;
    let seen: TokenKind | undefined;
    for (let kind = first.kind; kind === "<anchor>" || kind === "<tag>"; kind = this.#peek()) {
      if (kind === seen) break;
      seen ??= kind;
      const token = this.#takeMark();
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
    const kind = this.#peek();
    if (kind === "<scalar>") {
      const token = this.#scanner.take();
      if (!token.scalar) throw new TypeError("A scalar token without a scalar");
      const node: YamlScalar = { ...token.scalar, ...facts, kind: "scalar", end: token.end };
      this.#keepComments(node, token);
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
    throw this.#unexpected(
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
        markAt(this.#text, token.start),
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
      markAt(this.#text, token.start),
      { context: "while parsing a node", contextMark: markAt(this.#text, start) },
    );
  }

  /** Fills a collection, with a watch on how deep collections stand in each other. */
  #fill<Node extends YamlSequence | YamlMapping>(node: Node, fill: () => number): Node {
    if (++this.#depth > deepest) {
      throw new YamlError(
        `maximum depth of data structure exceeded (${deepest})`,
        markAt(this.#text, node.start),
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
      const first = this.#scanner.peek();
      const begin = first.start;
      if (first.behind) {
        const before = form === "indented" ? first.before : [];
        node.comments = { behind: first.behind, before };
        first.behind = undefined;
      } else this.#keepComments(node, first);
      if (form === "indented") this.#scanner.take();
      else if (!node.comments?.behind) first.before = undefined;
      let end = begin;
      while (this.#peek() === "-") {
        const dash = this.#takeMark();
        const next = this.#peek();
        const isEmpty = next === "-" || next === "<block end>" ||
          (form === "indentless" && (next === "?" || next === ":"));
        const item = isEmpty ? this.#empty(dash.end) : this.#node("block");
        node.items.push(item);
        end = item.end;
      }
      if (form === "indented") {
        if (this.#peek() !== "<block end>") {
          throw this.#unexpected(
            "expected <block end>, but found",
            "while parsing a block collection",
            begin,
          );
        }
        this.#keepEnd(node, this.#scanner.take());
      } else this.#keepEnd(node, this.#scanner.peek());
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
      const first = this.#scanner.take();
      const begin = first.start;
      this.#keepComments(node, first);
      let end = begin;
      for (let kind = this.#peek(); kind === "?" || kind === ":"; kind = this.#peek()) {
        let key: YamlNode = this.#empty(this.#scanner.peek().start);
        if (kind === "?") {
          const mark = this.#takeMark();
          key = this.#isBlockEnd() ? this.#empty(mark.end) : this.#node("value");
        }
        let value: YamlNode = this.#empty(this.#scanner.peek().start);
        if (this.#peek() === ":") value = this.#blockValue();
        end = Math.max(key.end, value.end);
        node.entries.push({ key, value });
      }
      if (this.#peek() !== "<block end>") {
        throw this.#unexpected(
          "expected <block end>, but found",
          "while parsing a block mapping",
          begin,
        );
      }
      this.#keepEnd(node, this.#takeMark());
      return end;
    });
  }

  #blockValue(): YamlNode {
    const colon = this.#scanner.take();
    const next = this.#scanner.peek();
    if (this.#withComments && next.kind !== "?") moveComments(colon, next);
    if (!this.#isBlockEnd()) return this.#node("value");
    const empty = this.#empty(colon.end);
    const behind = colon.behind ?? next.behind;
    if (behind) {
      empty.comments = { behind };
      next.behind = undefined;
    }
    return empty;
  }

  #isBlockEnd(): boolean {
    const kind = this.#peek();
    return kind === "?" || kind === ":" || kind === "<block end>";
  }

  /** Steps over the comma before any but the first item; false at the closing bracket. */
  #hasItem(isFirst: boolean, close: "]" | "}", begin: number): boolean {
    if (this.#peek() === close) return false;
    if (isFirst) return true;
    if (this.#peek() !== ",") {
      throw this.#unexpected(
        `expected ',' or '${close}', but got`,
        `while parsing a flow ${close === "]" ? "sequence" : "mapping"}`,
        begin,
      );
    }
    this.#scanner.take();
    return this.#peek() !== close;
  }

  #openFlow(node: YamlSequence | YamlMapping): number {
    const token = this.#scanner.take();
    this.#keepComments(node, token);
    return token.start;
  }

  #closeFlow(node: YamlSequence | YamlMapping): number {
    const token = this.#scanner.take();
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
        if (this.#peek() !== "?") node.items.push(this.#node("flow"));
        else {
          // `[a: 1]` is a list with a mapping of one entry.
          const start = this.#scanner.peek().start;
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
    const isEnd = () => this.#peek() === "," || this.#peek() === close;
    const start = this.#scanner.peek().start;
    let key: YamlNode;
    if (this.#peek() === "?") {
      this.#scanner.take();
      key = isEnd() || this.#peek() === ":" ? this.#empty(start) : this.#node("flow");
    } else if (this.#peek() === ":") key = this.#empty(start);
    else return { key: this.#node("flow"), value: this.#empty(this.#scanner.peek().start) };
    if (this.#peek() !== ":") return { key, value: this.#empty(key.end) };
    const colon = this.#scanner.take();
    return { key, value: isEnd() ? this.#empty(colon.end) : this.#node("flow") };
  }
}
