/**
 * `.gitattributes`, as far as one attribute of a path is concerned; its patterns and their order.
 * Git before 2.41 cannot be asked about a commit that is not checked out.
 *
 * @module
 */

import { bytesOf } from "./byte_text.ts";
import { gitPattern } from "./wildmatch.ts";
import { type Program, run } from "../platform/pattern_machine.ts";

/** What the last line that fits a path says of an attribute. */
interface AttributeRule {
  readonly program: Program;
  /** Held against the name alone instead of the path below the file's folder. */
  readonly nameOnly: boolean;
  /** The value; `""` where the line takes the attribute away or only sets it. */
  readonly value: string;
}

/** The lines of one `.gitattributes` that speak of an attribute. */
export class AttributeFile {
  readonly #rules: readonly AttributeRule[];

  constructor(text: string, attribute: string) {
    this.#rules = text.split("\n").flatMap((line) => ruleOf(line, attribute));
  }

  /** Whether any line speaks of it. */
  get speaks(): boolean {
    return this.#rules.length > 0;
  }

  /** The value for a path relative to the file's folder; undefined where no line fits. */
  valueFor(path: string): string | undefined {
    const whole = bytesOf(path);
    const name = whole.slice(whole.lastIndexOf("/") + 1);
    return this.#rules.findLast(({ program, nameOnly }) => run(program, nameOnly ? name : whole))
      ?.value;
  }
}

function ruleOf(line: string, attribute: string): AttributeRule[] {
  const text = line.replace(/\r$/, "").trim();
  if (text === "" || text.startsWith("#") || text.startsWith("[attr]")) return [];
  const quoted = /^"((?:[^"\\]|\\.)*)"\s*(.*)$/.exec(text);
  const [, pattern = "", words = ""] = quoted ?? /^(\S+)\s*(.*)$/.exec(text) ?? [];
  // A pattern that would take something back is an error there, and one for a folder fits no file.
  if (pattern.startsWith("!") || pattern.endsWith("/")) return [];
  const plain = quoted === null ? pattern : pattern.replace(/\\(["\\])/g, "$1");
  let value: string | undefined;
  for (const word of words.split(/\s+/)) {
    const [, sign = "", name, given = ""] = /^([-!]?)([^=]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name === attribute) value = sign === "" ? given : "";
  }
  if (value === undefined) return [];
  const nameOnly = !plain.includes("/");
  const program = gitPattern(bytesOf(plain), nameOnly);
  return program === undefined ? [] : [{ program, nameOnly, value }];
}
