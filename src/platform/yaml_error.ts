/**
 * What is wrong with a YAML text, and where.
 *
 * @module
 */

/** A place in a text, both counted from 0, columns in characters. */
export interface YamlMark {
  readonly line: number;
  readonly column: number;
}

/** A fact about a YAML text that keeps it from being read. The words are ruamel's. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  /** What was being read, such as `while parsing a flow sequence`. */
  readonly context: string | undefined;
  readonly contextMark: YamlMark | undefined;
  readonly problem: string;
  /** Absent where the fault has no single place, as with unprintable characters. */
  readonly problemMark: YamlMark | undefined;

  constructor(
    problem: string,
    problemMark?: YamlMark,
    context: { readonly context?: string; readonly contextMark?: YamlMark } = {},
  ) {
    super(problem);
    this.problem = problem;
    this.problemMark = problemMark;
    this.context = context.context;
    this.contextMark = context.contextMark;
  }
}

/** The place of an offset (in UTF-16 units) in a text. */
export function markAt(text: string, offset: number): YamlMark {
  let line = 0;
  let lineStart = 0;
  const breaks = /[\n\u2028\u2029]/g;
  for (let found = breaks.exec(text); found && found.index < offset; found = breaks.exec(text)) {
    line++;
    lineStart = found.index + 1;
  }
  let column = 0;
  for (const _ of text.slice(lineStart, offset)) column++;
  return { line, column };
}

/** Text as Python's `repr` shows it. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\\" || character === quote) body += `\\${character}`;
    else if (character === "\n") body += "\\n";
    else if (character === "\r") body += "\\r";
    else if (character === "\t") body += "\\t";
    else if (code < 0x20 || code === 0x7f || (code >= 0x80 && code < 0xa1) || code === 0xad) {
      body += `\\x${code.toString(16).padStart(2, "0")}`;
    } else if (/[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u.test(character) && character !== " ") {
      body += code > 0xffff
        ? `\\U${code.toString(16).padStart(8, "0")}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    } else body += character;
  }
  return quote + body + quote;
}
