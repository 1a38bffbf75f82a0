/**
 * Anchors, aliases, tags and directives of YAML.
 *
 * @module
 */
import { pythonRepr } from "./yaml_error.ts";
import type { Token, YamlCursor } from "./yaml_token.ts";

const lineEnd = "\0 \n\u2028\u2029";
const anchorName = /[^\0 \t\n\u2028\u2029,[\]{}\uFEFF]+/y;
const tagUri = /(?:[0-9A-Za-z\-;/?:@&=+$,_.!~*'()[\]#]|%[0-9A-Fa-f]{2})+/y;

/** Scans `*name` or `&name`. */
export function scanAnchorName(scanner: YamlCursor): Token {
  const { text } = scanner;
  const start = scanner.pos;
  const kind = text.charAt(start) === "*" ? "alias" : "anchor";
  scanner.pos++;
  anchorName.lastIndex = scanner.pos;
  if (!anchorName.test(text)) {
    throw scanner.fault(
      `expected alphabetic or numeric character, but found ${pythonRepr(text.charAt(scanner.pos))}`,
      `while scanning an ${kind}`,
      start,
    );
  }
  const name = text.slice(scanner.pos, anchorName.lastIndex);
  scanner.pos = anchorName.lastIndex;
  return { kind: `<${kind}>`, start, end: scanner.pos, name };
}

/** Scans `!`, `!name`, `!!name`, `!handle!name` or `!<uri>`. */
export function scanTag(scanner: YamlCursor): Token {
  const { text } = scanner;
  const start = scanner.pos;
  const context = "while scanning a tag";
  let handle: string | undefined;
  let suffix: string;
  if (text.charAt(start + 1) === "<") {
    scanner.pos += 2;
    suffix = takeUri(scanner, start);
    if (text.charAt(scanner.pos) !== ">") {
      throw scanner.fault(
        `expected '>' but found ${pythonRepr(text.charAt(scanner.pos))}`,
        "while parsing a tag",
        start,
      );
    }
    scanner.pos++;
  } else {
    handle = /!(?:[0-9A-Za-z_-]*!)?/y.exec(text.slice(start))?.[0] ?? "!";
    scanner.pos += handle.length;
    if (scanner.endsAt(scanner.pos)) {
      suffix = handle;
      handle = undefined;
    } else suffix = takeUri(scanner, start);
  }
  const found = text.charAt(scanner.pos);
  if (!lineEnd.includes(found)) {
    throw scanner.fault(`expected ' ', but found ${pythonRepr(found)}`, context, start);
  }
  return { kind: "<tag>", start, end: scanner.pos, tag: { handle, suffix } };
}

function takeUri(scanner: YamlCursor, start: number): string {
  const { text } = scanner;
  tagUri.lastIndex = scanner.pos;
  if (!tagUri.test(text)) {
    throw scanner.fault(
      `expected URI, but found ${pythonRepr(text.charAt(scanner.pos))}`,
      "while parsing an tag",
      start,
    );
  }
  const uri = text.slice(scanner.pos, tagUri.lastIndex);
  scanner.pos = tagUri.lastIndex;
  return uri;
}

/** Scans a `%` line. Only the version is of interest; tag handles are refused later, in use. */
export function scanDirective(scanner: YamlCursor): Token {
  const { text } = scanner;
  const start = scanner.pos;
  const line = /[^\0\n\u2028\u2029]*/y;
  line.lastIndex = start;
  const content = line.exec(text)?.[0] ?? "";
  const version = /^%YAML +(\d+\.\d+) *(?:#.*)?$/.exec(content)?.[1];
  if (version === undefined && /^%(?:YAML(?![\w.:-])|[^\w.:-]|$)/.test(content)) {
    throw scanner.fault("expected a version", "while scanning a directive", start);
  }
  scanner.pos += content.length;
  const end = scanner.pos;
  scanner.takeBreak();
  return { kind: "<directive>", start, end, ...(version === undefined ? {} : { version }) };
}
