/**
 * The dialect of DVC's configuration files, which is that of Python's ConfigObj: sections in
 * brackets, quotes and triple quotes, lists after commas, comments after `#`, `%(name)s` in
 * values. Reading keeps the values alone; comments and layout are lost, as they are with DVC.
 *
 * @module
 */
import { append } from "./append.ts";
import { DvtError } from "./error.ts";
import {
  beforeClosingQuotes,
  isBlankOrComment,
  matchKeyword,
  matchSection,
  matchValue,
  unquote,
} from "./ini_line.ts";
import { interpolate } from "./ini_interpolation.ts";
import { type IniEntry, type IniSection, type IniValue, isIniSection } from "./ini_section.ts";
import { pythonRepr } from "./python_repr.ts";

export { type IniEntry, type IniSection, type IniValue, isIniSection };
export { printIni } from "./ini_print.ts";
export { sameEntry } from "./ini_section.ts";

/** More than any configuration has; it keeps a hostile file from exhausting the stack. */
const deepestSection = 32;

/** Reads a configuration file; `label` names it where it cannot be understood. */
export function parseIni(text: string, label: string): IniSection {
  const parser = new IniParser(text);
  const root = parser.parse();
  const fault = parser.fault();
  if (fault !== undefined) throw faulty(fault, label);
  return interpolate(root);
}

/** Decodes a configuration file's bytes. DVC takes UTF-8 without a byte order mark. */
export function decodeIni(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw faulty("the file is not text in UTF-8", label);
  }
}

function faulty(fault: string, label: string): DvtError {
  return new DvtError("configuration", `config file error: ${fault}`, {
    hint: `correct the file ${label}`,
  });
}

// deno-lint-ignore no-control-regex -- Python ends lines at these, too
const rareLineEnd = /(?<=[\v\f\x1c-\x1e\x85\u2028\u2029])/;

/** Lines as Python's `splitlines` finds them; what ends them stays unless it is CR or LF. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  const broken = text.split(/\r\n|[\n\r]/);
  const last = broken.pop();
  for (const line of broken) {
    append(lines, line.split(rareLineEnd));
    // A separator right before the line break has ended its line already.
    if (rareLineEnd.test(line.slice(-1))) lines.push("");
  }
  if (last !== undefined && last !== "") append(lines, last.split(rareLineEnd));
  return lines;
}

class IniParser {
  readonly #lines: readonly string[];
  readonly #root: IniSection = new Map();
  /** The sections around the present line, outermost first. */
  #open: IniSection[] = [];
  #firstFault: { text: string; line: number } | undefined;
  #faults = 0;

  constructor(text: string) {
    this.#lines = linesOf(text);
  }

  parse(): IniSection {
    for (let at = 0; at < this.#lines.length; at++) {
      const line = this.#lines[at] ?? "";
      if (isBlankOrComment(line)) continue;
      if (!this.#takeSection(line, at)) at = this.#takeKeyword(line, at);
    }
    return this.#root;
  }

  /** What is wrong with the file, in ConfigObj's words; it reads on after the first fault. */
  fault(): string | undefined {
    const first = this.#firstFault;
    if (first === undefined || this.#faults === 1) return first?.text;
    return `Parsing failed with several errors.\nFirst error at line ${first.line}.`;
  }

  #fail(text: string, at: number): void {
    this.#faults++;
    this.#firstFault ??= { text: `${text} at line ${at + 1}.`, line: at + 1 };
  }

  #takeSection(line: string, at: number): boolean {
    const section = matchSection(line);
    if (section === undefined) return false;
    const depth = section.opening;
    if (depth !== section.closing) {
      this.#fail("Cannot compute the section depth", at);
    } else if (depth > this.#open.length + 1 || depth > deepestSection) {
      this.#fail("Section too nested", at);
    } else {
      const parents = this.#open.slice(0, depth - 1);
      const parent = parents.at(-1) ?? this.#root;
      const name = unquote(section.name);
      if (parent.has(name)) {
        this.#fail("Duplicate section name", at);
      } else {
        const opened: IniSection = new Map();
        parent.set(name, opened);
        this.#open = [...parents, opened];
      }
    }
    return true;
  }

  /** Reads a keyword line and answers the index of its last line. */
  #takeKeyword(line: string, at: number): number {
    const found = matchKeyword(line);
    if (found === undefined) {
      this.#fail(
        `Invalid line (${pythonRepr(line)}) (matched as neither section nor keyword)`,
        at,
      );
      return at;
    }
    const quotes = found.value.slice(0, 3);
    if (quotes === '"""' || quotes === "'''") {
      const read = this.#multiline(found.value, quotes, at);
      if (read === undefined) {
        this.#fail("Parse error in multiline value", at);
        return at;
      }
      this.#set(found.key, read.value, read.last);
      return read.last;
    }
    const value = matchValue(found.value);
    if (value === undefined) this.#fail("Parse error in value", at);
    else this.#set(found.key, value, at);
    return at;
  }

  #set(quotedKey: string, value: IniValue, at: number): void {
    const section = this.#open.at(-1) ?? this.#root;
    const key = unquote(quotedKey);
    if (section.has(key)) this.#fail("Duplicate keyword name", at);
    else section.set(key, value);
  }

  #multiline(
    value: string,
    quotes: string,
    at: number,
  ): { value: string; last: number } | undefined {
    const rest = value.slice(3);
    const whole = beforeClosingQuotes(rest, quotes);
    if (whole !== undefined) return { value: whole, last: at };
    if (rest.includes(quotes)) return undefined;
    const lines = [rest];
    for (let next = at + 1; next < this.#lines.length; next++) {
      const line = this.#lines[next] ?? "";
      if (line.includes(quotes)) {
        const end = beforeClosingQuotes(line, quotes);
        return end === undefined ? undefined : { value: [...lines, end].join("\n"), last: next };
      }
      lines.push(line);
    }
    return undefined;
  }
}
