/**
 * `.gitattributes`, as far as one attribute of a path is concerned; its patterns and their order.
 * Git before 2.41 cannot be asked about a commit that is not checked out.
 *
 * @module
 */

/** What the last line that fits a path says of an attribute. */
interface AttributeRule {
  readonly pattern: RegExp;
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
    return this.#rules.findLast(({ pattern }) => pattern.test(path))?.value;
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
  const expression = patternOf(plain);
  return expression === undefined ? [] : [{ pattern: expression, value }];
}

/** A pattern without a slash is for names at every depth, one with is for the whole path. */
function patternOf(pattern: string): RegExp | undefined {
  const anchored = pattern.includes("/");
  const text = pattern.replace(/^\//, "");
  let source = "";
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at);
    const char = text[at] ?? "";
    if (anchored && (at === 0 || text[at - 1] === "/") && rest.startsWith("**/")) {
      source += "(?:[^/]+/)*";
      at += 2;
    } else if (anchored && text[at - 1] === "/" && rest === "**") {
      source += ".+";
      at += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
      if (set === null) return undefined;
      const [whole, negated, members = ""] = set;
      const safe = members.replace(/[\\\]^[]/g, "\\$&");
      source += `(?!/)[${negated === "" ? "" : "^"}${safe}]`;
      at += whole.length - 1;
    } else if (char === "\\" && at + 1 < text.length) source += escaped(text[++at] ?? "");
    else source += escaped(char);
  }
  try {
    return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}$`, "su");
  } catch {
    return undefined;
  }
}

function escaped(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
