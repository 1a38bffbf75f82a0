/**
 * How a scalar may be written: which texts need quotes, and where long ones are broken.
 *
 * @module
 */
import { resolveScalar, type ScalarType } from "./yaml_resolve.ts";

/** Plain, single or double quotes, `|` or `>`. */
export type PrintStyle = "" | "'" | '"' | "|" | ">";

/** Where a scalar stands. */
export interface ScalarPlace {
  /** In a flow collection. */
  readonly flow: boolean;
  /** A key without `?`. */
  readonly key: boolean;
}

const breaks = /[\n\x85\u2028\u2029]/;
const special = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const blankOrEnd = "[\\0 \\t\\r\\n\\x85\\u2028\\u2029]";
const indicatorAnywhere = new RegExp(`:(?:${blankOrEnd}|$)|${blankOrEnd}#`);
const indicatorAtStart = new RegExp(
  `^(?:---|\\.\\.\\.|[#,[\\]{}&*!|>'"%@\`]|[-?:](?:${blankOrEnd}|$))`,
);
const flowIndicatorAtStart = new RegExp(
  `^(?:---|\\.\\.\\.|[#,[\\]{}&*!|>'"%@\`]|-(?:${blankOrEnd}|$)|[?:]$)`,
);
const flowIndicatorInside = new RegExp(`.[,[\\]{}]|.:(?:${blankOrEnd}|$)|${blankOrEnd}#`, "s");

/** Whether the text has line breaks in it, `\n` or one of Unicode's. */
export function isMultiline(text: string): boolean {
  return breaks.test(text);
}

/** Whether the text can stand without quotes as far as its characters go. */
function allowsPlain(text: string, flow: boolean): boolean {
  if (text === "") return !flow;
  if (breaks.test(text) || special.test(text)) return false;
  if (text.startsWith(" ") || text.endsWith(" ")) return false;
  if (flow) return !flowIndicatorAtStart.test(text) && !flowIndicatorInside.test(text);
  return !indicatorAtStart.test(text) && !indicatorAnywhere.test(text.slice(1)) &&
    !/^[\t]#/.test(text);
}

function allowsSingleQuotes(text: string): boolean {
  return !special.test(text) && !/[\n\x85\u2028\u2029] | [\n\x85\u2028\u2029]/.test(text);
}

/** The style that ruamel.yaml gives a scalar of a type; `wanted` is that of the old file. */
export function chooseStyle(
  text: string,
  type: ScalarType,
  place: ScalarPlace,
  wanted: "" | "|" | ">" = "",
): PrintStyle {
  const multiline = breaks.test(text);
  const isPlainType = resolveScalar(text) === type;
  if (wanted === "" && isPlainType && !(place.key && (text === "" || multiline))) {
    if (allowsPlain(text, place.flow)) return "";
  }
  if (wanted !== "" && !place.flow && !place.key) return wanted;
  if (wanted === "" && (text.includes("'") || text.includes("\n"))) return '"';
  if (wanted === "" && allowsSingleQuotes(text) && !(place.key && multiline)) return "'";
  return '"';
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

/** The escape for a character in double quotes; undefined where it can stand for itself. */
export function escapeFor(character: string): string | undefined {
  const isPlain = !/["\\\x85\u2028\u2029\ufeff]/.test(character) &&
    /^[\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u.test(character);
  if (isPlain) return undefined;
  const short = escapes[character];
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
