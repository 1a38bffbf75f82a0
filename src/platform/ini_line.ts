/**
 * One line of a configuration file. ConfigObj reads lines with regular expressions that a hostile
 * line can keep busy for hours; these scanners accept the same lines in linear time.
 *
 * @module
 */

import type { IniValue } from "./ini_section.ts";

/** A line such as `[[name]]`. */
export interface SectionLine {
  readonly opening: number;
  readonly closing: number;
  /** With the quotes around it, if there are any. */
  readonly name: string;
}

/** A line such as `key = value`, both sides as they stand. */
export interface KeywordLine {
  readonly key: string;
  readonly value: string;
}

const whitespace =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007" +
  "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

/** Whether Python takes the character at a place for white space. */
function isSpace(text: string, at: number): boolean {
  return at < text.length && whitespace.includes(text.charAt(at));
}

/** The first place from `at` on that is no white space. */
function skipSpaces(text: string, at: number): number {
  while (isSpace(text, at)) at++;
  return at;
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

/** Whether nothing but a comment follows. */
function isTail(text: string, at: number): boolean {
  const next = skipSpaces(text, at);
  return next === text.length || text[next] === "#";
}

/** Whether a line holds nothing, or a comment alone. */
export function isBlankOrComment(line: string): boolean {
  return isTail(line, 0);
}

/** Takes a pair of quotes off; ConfigObj does not ask whether they belong together. */
export function unquote(text: string): string {
  const first = text.charAt(0);
  return isQuote(first) && text.endsWith(first) ? text.slice(1, -1) : text;
}

/** Reads a section line, or answers undefined. */
export function matchSection(line: string): SectionLine | undefined {
  let at = skipSpaces(line, 0);
  const brackets: number[] = [];
  while (line[at] === "[") {
    brackets.push(at);
    at = skipSpaces(line, at + 1);
  }
  if (brackets.length === 0 || at === line.length) return undefined;
  const closings = closingsOf(line);
  const first = sectionName(line, at, closings);
  if (first !== undefined) return { opening: brackets.length, ...first };
  // Fewer brackets open the section; those left over belong to its name.
  for (let opening = brackets.length - 1; opening > 0; opening--) {
    const name = sectionName(line, brackets[opening] ?? 0, closings);
    if (name !== undefined) return { opening, ...name };
  }
  return undefined;
}

/** Where a run of closing brackets may begin that nothing but a comment follows. */
function closingsOf(line: string): readonly number[] {
  const found: number[] = [];
  let ends = true;
  for (let at = line.length - 1; at >= 0; at--) {
    const character = line.charAt(at);
    if (character === "]") {
      if (ends) found.push(at);
    } else if (character === "#") ends = true;
    else if (!isSpace(line, at)) ends = false;
  }
  return found.reverse();
}

function sectionName(
  line: string,
  start: number,
  closings: readonly number[],
): { name: string; closing: number } | undefined {
  const quote = line.charAt(start);
  const quoted = isQuote(quote);
  for (const bracket of closings) {
    let end = bracket;
    while (end > start + 1 && isSpace(line, end - 1)) end--;
    if (end <= start) continue;
    if (quoted) {
      if (line[end - 1] !== quote || skipSpaces(line, start + 1) >= end - 1) continue;
    }
    return { name: line.slice(start, end), closing: countClosing(line, bracket) };
  }
  return undefined;
}

function countClosing(line: string, at: number): number {
  let count = 0;
  while (line[at] === "]") {
    count++;
    at = skipSpaces(line, at + 1);
  }
  return count;
}

/** Reads a `key = value` line, or answers undefined. */
export function matchKeyword(line: string): KeywordLine | undefined {
  const start = skipSpaces(line, 0);
  const quote = line.charAt(start);
  if (isQuote(quote)) {
    for (let end = line.indexOf(quote, start + 1); end > 0; end = line.indexOf(quote, end + 1)) {
      const divider = skipSpaces(line, end + 1);
      if (line[divider] === "=") return keyword(line, { start, end: end + 1, divider });
    }
  }
  // A key may begin with a blank where it cannot begin without one: ` = x` has the key ` `.
  const plain = isQuote(quote) || quote === "=" ? start - 1 : start;
  if (plain < 0) return undefined;
  const divider = line.indexOf("=", plain + 1);
  if (divider < 0) return undefined;
  let end = divider;
  while (end > plain + 1 && isSpace(line, end - 1)) end--;
  return keyword(line, { start: plain, end, divider });
}

function keyword(
  line: string,
  found: { start: number; end: number; divider: number },
): KeywordLine {
  return {
    key: line.slice(found.start, found.end),
    value: line.slice(skipSpaces(line, found.divider + 1)),
  };
}

/** What a triple-quoted text is up to its closing quotes, or undefined where they are not last. */
export function beforeClosingQuotes(text: string, quotes: string): string | undefined {
  for (let at = text.indexOf(quotes); at >= 0; at = text.indexOf(quotes, at + 1)) {
    if (isTail(text, at + quotes.length)) return text.slice(0, at);
  }
  return undefined;
}

/** Reads the right side of a keyword line, comment and all; undefined where it makes no sense. */
export function matchValue(text: string): IniValue | undefined {
  const split = splitValue(text);
  if (split === undefined) return text[0] === "," && isTail(text, 1) ? [] : undefined;
  const { listEnd, last } = split;
  if (listEnd === 0) return unquote(last ?? "");
  const items = listItems(text.slice(0, listEnd));
  // After a comma an empty last item counts for nothing, as in `a, # comment`.
  if (items === undefined || last === undefined || last === "") return items;
  return [...items, unquote(last)];
}

/** How far items with a comma behind them reach, and the item after them. */
interface ValueSplit {
  readonly listEnd: number;
  readonly last: string | undefined;
}

/** The nearest place of something to the right of the scanner. */
interface Ahead {
  comma: number;
  hash: number;
  tail: number;
  /** By quote: where to go on after the item that ends here, and where a last item may end. */
  readonly itemEnd: Record<string, number>;
  readonly lastEnd: Record<string, number>;
}

/**
 * Finds the division that the regular expression finds: as many items as possible, each as short
 * as possible, such that the whole text is used up. Scans from the right, so that what lies ahead
 * of a place is known when the place is reached.
 */
function splitValue(text: string): ValueSplit | undefined {
  const size = text.length;
  // For each place: -1 dead end, -2 the last item begins here, else where the next item begins.
  const onward = new Int32Array(size + 1).fill(-1);
  const lastEnds = new Int32Array(size + 1).fill(-1);
  const afterComma = new Int32Array(size + 1).fill(-1);
  const ahead: Ahead = { comma: size + 1, hash: size + 1, tail: -1, itemEnd: {}, lastEnd: {} };
  let afterSpaces = size;
  for (let at = size; at >= 0; at--) {
    const character = text.charAt(at);
    if (!isSpace(text, at)) afterSpaces = at;
    const tail = afterSpaces === size || text[afterSpaces] === "#";
    onward[at] = nextItem(character, ahead, afterComma);
    if (onward[at] === -1) {
      const end = lastItemEnd(character, ahead, isSpace(text, at));
      const emptyAllowed = at === 0 || text[at - 1] !== ",";
      if (end >= 0 || tail) {
        onward[at] = -2;
        lastEnds[at] = end >= 0 ? end : emptyAllowed ? at : -1;
      }
    }
    if (character === ",") {
      for (let next = skipSpaces(text, at + 1); next > at; next--) {
        if (onward[next] !== -1) {
          afterComma[at] = next;
          break;
        }
      }
      ahead.comma = at;
    } else if (character === "#") ahead.hash = at;
    else if (isQuote(character)) {
      const behind = skipSpaces(text, at + 1);
      const next = text[behind] === "," ? afterComma[behind] ?? -1 : -1;
      if (next >= 0) ahead.itemEnd[character] = next;
      if (isTail(text, at + 1)) ahead.lastEnd[character] = at + 1;
    }
    if (tail) ahead.tail = at;
  }
  if (onward[0] === -1) return undefined;
  let listEnd = 0;
  while ((onward[listEnd] ?? -2) >= 0) listEnd = onward[listEnd] ?? 0;
  const end = lastEnds[listEnd] ?? -1;
  return { listEnd, last: end < 0 ? undefined : text.slice(listEnd, end) };
}

/** Where to go on if an item with a comma behind it begins with this character; -1: it cannot. */
function nextItem(character: string, ahead: Ahead, afterComma: Int32Array): number {
  if (isQuote(character)) return ahead.itemEnd[character] ?? -1;
  if (character === "" || character === "," || character === "#") return -1;
  return ahead.hash < ahead.comma ? -1 : afterComma[ahead.comma] ?? -1;
}

/** Where the last item ends if it begins with this character; -1: it cannot. */
function lastItemEnd(character: string, ahead: Ahead, blank: boolean): number {
  if (isQuote(character)) return ahead.lastEnd[character] ?? -1;
  if (character === "" || character === "," || character === "#" || blank) return -1;
  return ahead.tail <= ahead.comma ? ahead.tail : -1;
}

/** Divides `a, "b", c,` into its items; undefined where one is empty. */
function listItems(text: string): string[] | undefined {
  const items: string[] = [];
  const hopeless = new Set<string>();
  let at = 0;
  while (at < text.length) {
    const quote = text.charAt(at);
    let end = -1;
    let comma = -1;
    if (isQuote(quote) && !hopeless.has(quote)) {
      for (let next = text.indexOf(quote, at + 1); next > 0; next = text.indexOf(quote, next + 1)) {
        comma = skipSpaces(text, next + 1);
        if (text[comma] === ",") {
          end = next + 1;
          break;
        }
      }
      if (end < 0) hopeless.add(quote);
    }
    if (end < 0) {
      comma = text.indexOf(",", at);
      end = comma;
      while (end > at && isSpace(text, end - 1)) end--;
    }
    if (comma < 0) break;
    const item = unquote(text.slice(at, end));
    if (end === at) return undefined;
    items.push(item);
    at = skipSpaces(text, comma + 1);
  }
  return items;
}
