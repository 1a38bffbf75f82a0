/**
 * The scalars of YAML: plain, quoted and block.
 *
 * @module
 */
import { pythonRepr } from "./yaml_error.ts";
import type { ScannedScalar, YamlCursor } from "./yaml_token.ts";

const breaks = "\n\u2028\u2029";
/** A run of a plain scalar between blanks, outside and inside of flow collections. */
const blockRun = /(?:[^\0 \t\n\u2028\u2029:]+|:(?![\0 \t\n\u2028\u2029]))+/y;
const flowRun = /(?:[^\0 \t\n\u2028\u2029:,[\]{}]+|:(?![\0 \t\n\u2028\u2029]))+/y;

/** A break stands for itself or, where it is the only one between two lines, for a blank. */
function joinLines(first: string, others: string): string {
  if (first !== "\n") return first + others;
  return others === "" ? " " : others;
}

/** Scans a scalar without quotes; lines that are indented deeper continue it. */
export function scanPlain(scanner: YamlCursor): ScannedScalar {
  const { text } = scanner;
  const indent = scanner.indent + 1;
  const run = scanner.flowLevel > 0 ? flowRun : blockRun;
  let result = "";
  let end = scanner.pos;
  let blanks = "";
  while (text.charAt(scanner.pos) !== "#") {
    run.lastIndex = scanner.pos;
    if (!run.test(text)) break;
    scanner.allowSimpleKey = false;
    result += blanks + text.slice(scanner.pos, run.lastIndex);
    scanner.pos = end = run.lastIndex;
    blanks = plainBlanks(scanner);
    if (blanks === "") break;
    if (scanner.flowLevel === 0 && scanner.column < indent) break;
  }
  const trailing = blanks.startsWith("\n") ? { trailing: `${blanks}\n` } : {};
  return { text: result, style: "plain", end, ...trailing };
}

/** What the blanks and breaks at the current place stand for; `""` ends the scalar. */
function plainBlanks(scanner: YamlCursor): string {
  const { text } = scanner;
  const start = scanner.pos;
  while (text.charAt(scanner.pos) === " ") scanner.pos++;
  const blanks = text.slice(start, scanner.pos);
  const first = scanner.takeBreak();
  if (first === "") return blanks;
  scanner.allowSimpleKey = true;
  if (scanner.atDocumentMarker()) return "";
  let others = "";
  for (;;) {
    while (text.charAt(scanner.pos) === " ") scanner.pos++;
    const found = scanner.takeBreak();
    if (found === "") return joinLines(first, others);
    others += found;
    if (scanner.atDocumentMarker()) return "";
  }
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const quotedRun = /[^ \n'"\\\0\t\u2028\u2029]+/y;

/** Scans a scalar in single or double quotes. */
export function scanQuoted(scanner: YamlCursor): ScannedScalar {
  const { text } = scanner;
  const start = scanner.pos;
  const quote = text.charAt(scanner.pos++);
  let result = quotedWord(scanner, quote, start);
  while (text.charAt(scanner.pos) !== quote) {
    result += quotedBlanks(scanner, start) + quotedWord(scanner, quote, start);
  }
  scanner.pos++;
  return { text: result, style: quote === "'" ? "single" : "double", end: scanner.pos };
}

function quotedWord(scanner: YamlCursor, quote: string, start: number): string {
  const { text } = scanner;
  let result = "";
  for (;;) {
    quotedRun.lastIndex = scanner.pos;
    if (quotedRun.test(text)) {
      result += text.slice(scanner.pos, quotedRun.lastIndex);
      scanner.pos = quotedRun.lastIndex;
    }
    const character = text.charAt(scanner.pos);
    if (quote === "'") {
      if (character === "'") {
        if (text.charAt(scanner.pos + 1) !== "'") return result;
        scanner.pos++;
      } else if (character !== '"' && character !== "\\") return result;
    } else if (character === "\\") {
      result += escapedCharacter(scanner, start);
      continue;
    } else if (character !== "'") return result;
    result += character;
    scanner.pos++;
  }
}

function escapedCharacter(scanner: YamlCursor, start: number): string {
  const { text } = scanner;
  const context = "while scanning a double-quoted scalar";
  const character = text.charAt(++scanner.pos);
  const plain = escapes[character];
  if (plain !== undefined) {
    scanner.pos++;
    return plain;
  }
  const length = escapeLengths[character];
  if (length !== undefined) {
    scanner.pos++;
    const digits = text.substr(scanner.pos, length);
    const bad = digits.search(/[^0-9A-Fa-f]/);
    if (bad >= 0) {
      throw scanner.fault(
        `expected escape sequence of ${length} hexdecimal numbers, but found ${
          pythonRepr(digits.charAt(bad))
        }`,
        context,
        start,
      );
    }
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw scanner.fault(`found an escape for no character, ${digits}`, context, start);
    }
    scanner.pos += length;
    return String.fromCodePoint(code);
  }
  if (scanner.takeBreak() !== "") return quotedBreaks(scanner, start);
  throw scanner.fault(`found unknown escape character ${pythonRepr(character)}`, context, start);
}

function quotedBlanks(scanner: YamlCursor, start: number): string {
  const { text } = scanner;
  const begin = scanner.pos;
  while (text.charAt(scanner.pos) === " " || text.charAt(scanner.pos) === "\t") scanner.pos++;
  if (text.charAt(scanner.pos) === "\0") {
    throw scanner.fault("found unexpected end of stream", "while scanning a quoted scalar", start);
  }
  const blanks = text.slice(begin, scanner.pos);
  const first = scanner.takeBreak();
  return first === "" ? blanks : joinLines(first, quotedBreaks(scanner, start));
}

function quotedBreaks(scanner: YamlCursor, start: number): string {
  const { text } = scanner;
  let result = "";
  for (;;) {
    if (scanner.atDocumentMarker()) {
      throw scanner.fault(
        "found unexpected document separator",
        "while scanning a quoted scalar",
        start,
      );
    }
    while (text.charAt(scanner.pos) === " " || text.charAt(scanner.pos) === "\t") scanner.pos++;
    const found = scanner.takeBreak();
    if (found === "") return result;
    result += found;
  }
}

/** Scans a `|` or `>` scalar with its header. */
export function scanBlockScalar(scanner: YamlCursor): ScannedScalar {
  const { text } = scanner;
  const start = scanner.pos;
  const folded = text.charAt(scanner.pos++) === ">";
  const { chomping, increment } = blockHeader(scanner, start);
  const header = text.slice(start + 1, scanner.pos);
  scanner.takeBreak();

  let indent = Math.max(scanner.indent + 1, increment === undefined ? 0 : 1);
  let lines: { breaks: string; end: number };
  if (increment === undefined) {
    const found = blockIndent(scanner);
    indent = Math.max(indent, found.indent);
    lines = found;
  } else {
    indent += increment - 1;
    lines = blockBreaks(scanner, indent);
  }
  const topLevel = scanner.indent < 0;

  let result = "";
  const folds: number[] = [];
  let lineBreak = "";
  while (scanner.column === indent && text.charAt(scanner.pos) !== "\0") {
    result += lines.breaks;
    const wasBlank = " \t".includes(text.charAt(scanner.pos));
    const begin = scanner.pos;
    while (!`\0${breaks}`.includes(text.charAt(scanner.pos))) scanner.pos++;
    result += text.slice(begin, scanner.pos);
    lineBreak = scanner.takeBreak();
    lines = blockBreaks(scanner, indent);
    if (topLevel && scanner.atDocumentMarker()) break;
    const next = text.charAt(scanner.pos);
    if (scanner.column !== indent || next === "\0") break;
    if (folded && lineBreak === "\n" && !wasBlank && next !== " " && next !== "\t") {
      if (lines.breaks === "") {
        folds.push(result.length);
        result += " ";
      }
    } else result += lineBreak;
  }
  if (chomping !== "-") result += lineBreak;
  if (chomping === "+") result += lines.breaks;
  return {
    text: result,
    style: folded ? "folded" : "literal",
    end: lines.end,
    header,
    ...(folded ? { folds } : {}),
    ...(chomping !== "+" && lines.breaks !== "" ? { trailing: lines.breaks } : {}),
  };
}

function blockHeader(
  scanner: YamlCursor,
  start: number,
): { chomping?: string; increment?: number } {
  const { text } = scanner;
  const context = "while scanning a block scalar";
  let chomping: string | undefined;
  let increment: number | undefined;
  for (let count = 0; count < 2; count++) {
    const character = text.charAt(scanner.pos);
    if ((character === "+" || character === "-") && chomping === undefined) chomping = character;
    else if (/\d/.test(character) && increment === undefined) {
      increment = Number(character);
      if (increment === 0) {
        throw scanner.fault(
          "expected indentation indicator in the range 1-9, but found 0",
          context,
          start,
        );
      }
    } else break;
    scanner.pos++;
  }
  const behind = text.charAt(scanner.pos);
  if (!`\0 ${breaks}`.includes(behind)) {
    throw scanner.fault(
      `expected chomping or indentation indicators, but found ${pythonRepr(behind)}`,
      context,
      start,
    );
  }
  while (text.charAt(scanner.pos) === " ") scanner.pos++;
  if (text.charAt(scanner.pos) === "#") {
    while (!`\0${breaks}`.includes(text.charAt(scanner.pos))) scanner.pos++;
  }
  const found = text.charAt(scanner.pos);
  if (!`\0${breaks}`.includes(found)) {
    throw scanner.fault(
      `expected a comment or a line break, but found ${pythonRepr(found)}`,
      context,
      start,
    );
  }
  return {
    ...(chomping === undefined ? {} : { chomping }),
    ...(increment === undefined ? {} : { increment }),
  };
}

/** The indentation that the first line with text sets, and the breaks before it. */
function blockIndent(scanner: YamlCursor): { indent: number; breaks: string; end: number } {
  const { text } = scanner;
  let found = "";
  let first = -1;
  let indent = 0;
  let end = scanner.pos;
  for (;;) {
    if (text.charAt(scanner.pos) === " ") {
      scanner.pos++;
      indent = Math.max(indent, scanner.column);
      continue;
    }
    const column = scanner.column;
    const lineBreak = scanner.takeBreak();
    if (lineBreak === "") break;
    if (first < 0) first = column;
    found += lineBreak;
    end = scanner.pos;
  }
  if (first > 0 && indent > first) {
    throw scanner.fault("more indented follow up line than first in a block scalar");
  }
  return { indent, breaks: found, end };
}

/** The empty lines at the current place, up to the indentation of the next line. */
function blockBreaks(scanner: YamlCursor, indent: number): { breaks: string; end: number } {
  const { text } = scanner;
  let found = "";
  let end = scanner.pos;
  for (;;) {
    while (scanner.column < indent && text.charAt(scanner.pos) === " ") scanner.pos++;
    const lineBreak = scanner.takeBreak();
    if (lineBreak === "") return { breaks: found, end };
    found += lineBreak;
    end = scanner.pos;
  }
}
