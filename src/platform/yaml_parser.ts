/**
 * YAML text → one document of nodes.
 *
 * @module
 */
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import type { YamlDocument } from "./yaml_node.ts";
import { emptyNode, NodeParser } from "./yaml_node_parser.ts";
import { TokenReader } from "./yaml_tokens.ts";

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
  return readDocument(new TokenReader(text, comments));
}

function readDocument(tokens: TokenReader): YamlDocument {
  let version11 = false;
  let explicit = false;
  const first = tokens.peek().kind;
  if (first === "<directive>" || first === "<document start>") {
    while (tokens.peek().kind === "<directive>") {
      version11 ||= tokens.take().version === "1.1";
    }
    if (tokens.peek().kind !== "<document start>") throw outsideDocument(tokens);
    tokens.take();
    explicit = true;
  }
  const facts = { text: tokens.text, version11 };
  if (!explicit && tokens.peek().kind === "<stream end>") return facts;
  const start = tokens.peek().start;
  const ends = ["<directive>", "<document start>", "<document end>", "<stream end>"];
  const isEmpty = explicit && ends.includes(tokens.peek().kind);
  const root = isEmpty ? emptyNode(start) : new NodeParser(tokens).node("block");
  let isEnded = false;
  if (tokens.peek().kind === "<document end>") {
    tokens.take();
    isEnded = true;
  }
  const behind = tokens.peek();
  if (behind.kind !== "<stream end>") {
    if (!isEnded && behind.kind !== "<document start>" && behind.kind !== "<directive>") {
      throw outsideDocument(tokens);
    }
    throw new YamlError("but found another document", markAt(tokens.text, behind.start), {
      context: "expected a single document in the stream",
      contextMark: markAt(tokens.text, root.start),
    });
  }
  return { ...facts, root };
}

function outsideDocument(tokens: TokenReader): YamlError {
  const token = tokens.peek();
  return new YamlError(
    `expected '<document start>', but found (${pythonRepr(token.kind)},)`,
    markAt(tokens.text, token.start),
  );
}
