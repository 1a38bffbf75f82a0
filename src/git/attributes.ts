/**
 * `.gitattributes`, as far as one attribute of a path is concerned; its patterns and their order.
 * Git before 2.41 cannot be asked about a commit that is not checked out.
 *
 * @module
 */

/** What the last line that fits a path says of an attribute. */
interface AttributeRule {
  readonly pattern: Pattern;
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

/** One step of a pattern. */
type Step =
  /** One character. */
  | { readonly kind: "one"; readonly fits: (char: string) => boolean }
  /** Any number of characters of one name. */
  | { readonly kind: "star" }
  /** Any number of whole folders. */
  | { readonly kind: "folders" }
  /** Everything that is left, and something has to be. */
  | { readonly kind: "rest" };

/** A pattern without a slash is for names at every depth, one with is for the whole path. */
function patternOf(pattern: string): Pattern | undefined {
  const anchored = pattern.includes("/");
  const text = pattern.replace(/^\//, "");
  const steps: Step[] = anchored ? [] : [{ kind: "folders" }];
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at, at + 3);
    const char = text[at] ?? "";
    if (anchored && (at === 0 || text[at - 1] === "/") && rest === "**/") {
      steps.push({ kind: "folders" });
      at += 2;
    } else if (anchored && text[at - 1] === "/" && rest === "**") {
      steps.push({ kind: "rest" });
      at += 1;
    } else if (char === "*") {
      if (steps.at(-1)?.kind !== "star") steps.push({ kind: "star" });
    } else if (char === "?") steps.push({ kind: "one", fits: (one) => one !== "/" });
    else if (char === "[") {
      const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(text.slice(at));
      const members = set === null ? undefined : memberTest(set[2] ?? "");
      if (set === null || members === undefined) return undefined;
      const negated = set[1] !== "";
      steps.push({ kind: "one", fits: (one) => one !== "/" && members(one) !== negated });
      at += set[0].length - 1;
    } else {
      const plain = char === "\\" && at + 1 < text.length ? text[++at] : char;
      steps.push({ kind: "one", fits: (one) => one === plain });
    }
  }
  return new Pattern(steps);
}

/** The characters between brackets. */
function memberTest(members: string): ((char: string) => boolean) | undefined {
  try {
    const set = new RegExp(`^[${members.replace(/[\\\]^[]/g, "\\$&")}]$`, "s");
    return (char) => set.test(char);
  } catch {
    return undefined;
  }
}

/** A pattern that takes every path in as many steps as both are long, whatever it holds. */
class Pattern {
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  test(path: string): boolean {
    const steps = this.#steps;
    let reached = new Set<number>();
    const arrive = (at: number, into: Set<number>): void => {
      for (; !into.has(at); at++) {
        into.add(at);
        const kind = steps[at]?.kind;
        if (kind !== "star" && kind !== "folders") return;
      }
    };
    arrive(0, reached);
    // In the midst of a folder's name, nothing else of the pattern may begin: a state of its own.
    const inside = steps.length + 1;
    for (const char of path) {
      const next = new Set<number>();
      for (const state of reached) {
        const at = state < inside ? state : state - inside;
        const step = steps[at];
        if (step === undefined) continue;
        if (step.kind === "one") {
          if (step.fits(char)) arrive(at + 1, next);
        } else if (step.kind === "star") {
          if (char !== "/") arrive(at, next);
        } else if (step.kind === "rest") {
          next.add(at);
          arrive(at + 1, next);
        } else {
          if (char === "/") arrive(at, next);
          else next.add(at + inside);
        }
      }
      reached = next;
    }
    return reached.has(steps.length);
  }
}
