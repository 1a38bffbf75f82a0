/**
 * The place where YAML text grows: knows the column, breaks lines and folds long scalars.
 *
 * @module
 */
import type { YamlComment } from "./yaml_token.ts";
import { lengthOf } from "./yaml_value.ts";
import { escapeFor, type PrintStyle } from "./yaml_style.ts";

/** Lines are broken near this column, counted in characters. */
const bestWidth = 80;

/** Collects the text of one document. */
export class YamlWriter {
  readonly #parts: string[] = [];
  column = 0;
  /** Whether the last character is a blank or a line break. */
  whitespace = true;
  /** Whether the line holds nothing but indentation, `-`, `?` and `:` so far. */
  indention = true;
  /** The indentation of what is being written; undefined before the root. */
  indent: number | undefined;
  /** Set where the next line break would be one too many. */
  skipBreak = false;
  /** Whether the text would swallow empty lines behind it, as a `|+` scalar does. */
  openEnded = false;

  text(): string {
    return this.#parts.join("");
  }

  isTooWide(): boolean {
    return this.column > bestWidth;
  }

  /** Writes a bracket, dash, colon or the like, with a blank before it where one is needed. */
  mark(
    mark: string,
    how: { spaced?: boolean; whitespace?: boolean; indention?: boolean } = {},
  ): void {
    this.#add(how.spaced && !this.whitespace ? ` ${mark}` : mark);
    this.openEnded = false;
    this.whitespace = how.whitespace ?? false;
    this.indention &&= how.indention ?? false;
  }

  /** Goes to the indentation, on a new line unless this one is still blank that far. */
  newLine(): void {
    const indent = this.indent ?? 0;
    const isUsed = !this.indention || this.column > indent ||
      (this.column === indent && !this.whitespace);
    if (isUsed) {
      if (this.skipBreak) this.skipBreak = false;
      else this.lineBreak();
    }
    if (this.column < indent) {
      this.whitespace = true;
      this.#add(" ".repeat(indent - this.column));
    }
  }

  lineBreak(mark = "\n"): void {
    this.#parts.push(mark);
    this.whitespace = true;
    this.indention = true;
    this.column = 0;
  }

  /** Writes a comment at the column it had, and the line break behind it. */
  commentBehind(comment: YamlComment): void {
    this.#comment(comment, comment.text.replace(/\n$/, ""));
    this.lineBreak();
  }

  /** Writes comments before something, each on its own line. */
  commentsBefore(comments: readonly YamlComment[]): void {
    for (const comment of comments) {
      if (this.column !== 0) this.lineBreak();
      this.#comment(comment, comment.text);
    }
  }

  #comment(comment: YamlComment, text: string): void {
    let blanks = comment.text.startsWith("\n") ? 0 : comment.column - this.column;
    if (this.column > 0 && text.trim() !== "" && blanks < 1 && !text.startsWith("\n")) blanks = 1;
    this.#parts.push(" ".repeat(Math.max(blanks, 0)), text);
  }

  #add(text: string): void {
    this.#parts.push(text);
    this.column += lengthOf(text);
  }

  #fold(): void {
    this.newLine();
    this.whitespace = false;
    this.indention = false;
  }

  /** Writes a scalar in a style; only those that are `foldable` may be broken between words. */
  scalar(text: string, style: PrintStyle, options: ScalarOptions): void {
    if (style === "'") this.#single(text, options.foldable);
    else if (style === '"') this.#double(text, options.foldable);
    else if (style === "|") this.#literal(text, options);
    else if (style === ">") this.#folded(text, options);
    else this.#plain(text, options.foldable);
  }

  #plain(text: string, foldable: boolean): void {
    if (text === "") return;
    if (!this.whitespace) this.#add(" ");
    this.whitespace = false;
    this.indention = false;
    for (const piece of text.match(/ +|[^ ]+/g) ?? []) {
      if (!piece.startsWith(" ")) {
        // A word that does not fit gets a line of its own, whatever stands before it.
        const isTooLong = this.column + lengthOf(piece) > bestWidth;
        if (isTooLong && this.indent !== undefined && this.column > this.indent) this.newLine();
        this.#add(piece);
      } else if (piece === " " && this.column >= bestWidth && foldable) this.#fold();
      else this.#add(piece);
    }
  }

  #single(text: string, foldable: boolean): void {
    this.mark("'", { spaced: true });
    let at = 0;
    for (const piece of text.match(/ +|[\n\x85\u2028\u2029]+|'|[^ '\n\x85\u2028\u2029]+/g) ?? []) {
      const isInside = at > 0 && at + piece.length < text.length;
      at += piece.length;
      if (piece === " " && isInside && foldable && this.column > bestWidth) this.newLine();
      else if (piece === "'") this.#add("''");
      else if (/^[\n\x85\u2028\u2029]/.test(piece)) {
        if (piece.startsWith("\n")) this.lineBreak();
        for (const mark of piece) this.lineBreak(mark);
        this.newLine();
      } else this.#add(piece);
    }
    this.mark("'");
  }

  #double(source: string, foldable: boolean): void {
    const text = [...source];
    this.mark('"', { spaced: true });
    let start = 0;
    for (let end = 0; end <= text.length; end++) {
      const character = text[end];
      const escape = character === undefined ? undefined : escapeFor(character);
      if (character === undefined || escape !== undefined) {
        this.#add(text.slice(start, end).join(""));
        start = end;
        if (escape !== undefined) {
          this.#add(escape);
          start = end + 1;
        }
      }
      const mayBreak = foldable && end > 0 && end < text.length - 1 &&
        (character === " " || start >= end);
      if (!mayBreak || this.column + end - start <= bestWidth) continue;
      const escaped = needsBackslash(text, start, end);
      this.#add(text.slice(start, end).join("") + (escaped ? "\\" : ""));
      start = Math.max(start, end);
      this.#fold();
      if (text[start] !== " ") continue;
      if (escaped) this.#add("\\");
      else start++;
    }
    this.mark('"');
  }

  #blockHeader(indicator: "|" | ">", text: string, options: ScalarOptions): void {
    const hint = blockHint(text);
    this.mark(`${indicator}${hint}${options.header ?? ""}`, { spaced: true });
    this.openEnded = hint.endsWith("+");
    this.lineBreak();
  }

  #literal(text: string, options: ScalarOptions): void {
    this.#blockHeader("|", text, options);
    this.#blockLines(text, (line) => this.#parts.push(line));
  }

  #folded(text: string, options: ScalarOptions): void {
    this.#blockHeader(">", text, options);
    const folds = new Set(options.folds ?? []);
    const lines = text.split("\n");
    let offset = 0;
    let wasIndented = true;
    let blank = 0;
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      if (line === "") {
        if (!isLast) blank++;
        offset++;
        continue;
      }
      const isIndented = line.startsWith(" ");
      // Between two lines that are not indented, one more break keeps them apart.
      if (index > 0 && !wasIndented && !isIndented) this.lineBreak();
      for (; blank > 0; blank--) this.lineBreak();
      wasIndented = isIndented;
      this.newLine();
      this.#foldedLine(line, offset, folds);
      this.lineBreak();
      offset += line.length + 1;
    }
    for (; blank > 0; blank--) this.lineBreak();
  }

  #foldedLine(line: string, offset: number, folds: ReadonlySet<number>): void {
    let at = 0;
    for (const piece of line.match(/ +|[^ ]+/g) ?? []) {
      const isFold = piece === " " && folds.has(offset + at);
      at += piece.length;
      if (isFold || (piece === " " && at > 1 && this.column > bestWidth)) {
        this.lineBreak();
        this.newLine();
      } else this.#add(piece);
    }
  }

  #blockLines(text: string, write: (line: string) => void): void {
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      if (line !== "") {
        this.newLine();
        write(line);
        this.lineBreak();
      } else if (!isLast) this.lineBreak();
    }
  }
}

/** How a scalar is written. */
export interface ScalarOptions {
  readonly foldable: boolean;
  /** Of a block scalar: the comment behind `|` or `>`, with the blanks before it. */
  readonly header?: string;
  /** Of a folded scalar: offsets of the blanks that stood for line breaks. */
  readonly folds?: readonly number[];
}

/** What stands behind `|` or `>`: the indentation and what to do with the breaks at the end. */
function blockHint(text: string): string {
  if (text === "") return "";
  const indent = /^[ \n\x85\u2028\u2029]/.test(text) ? "2" : "";
  if (!/[\n\x85\u2028\u2029]$/.test(text)) return `${indent}-`;
  return /(?:^|[\n\x85\u2028\u2029])[\n\x85\u2028\u2029]$/.test(text) ? `${indent}+` : indent;
}

/** Whether a break here has to be escaped to be read back as what stood here. */
function needsBackslash(text: readonly string[], start: number, end: number): boolean {
  const space = text.indexOf(" ", end);
  if (space < 0) return true;
  const newline = text.indexOf("\n", end);
  const at = newline >= 0 && newline < space ? newline : space;
  const next = text[at + 1];
  if (next === undefined) return true;
  if (text[at] === "\n" && next !== " ") return true;
  const between = text.slice(end, at);
  if (between.includes('"') || between.includes("'")) return true;
  if (next === " " || next === "\n") return true;
  return (text[end - 1] === " " && text[end] === " ") || start === end;
}
