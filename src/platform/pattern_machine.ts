/**
 * Patterns as little programs, run in time that grows with path times pattern and never more, or
 * turned into a regular expression where that is safe.
 *
 * @module
 */

/**
 * One step of a pattern: a character that passes `test`, once or (`loop`) as often as it likes.
 * `skip` says that this and the following steps, that many in all, may be left out.
 */
export interface Step {
  /** The test as a regular expression. */
  readonly text: string;
  readonly test: (code: number) => boolean;
  readonly loop: boolean;
  readonly skip: number;
  /** Why the pattern cannot be used on account of this step. */
  readonly fault?: string;
}

/** A pattern that begins where the path begins. */
export interface Program {
  readonly steps: readonly Step[];
  /**
   * Where the path may stand after the last step: `anywhere`, at a `boundary` (its end, or a
   * slash), or at its `end`.
   */
  readonly end: "anywhere" | "boundary" | "end";
}

/** How many loops a regular expression may hold before its worst case hurts. */
const maximumLoops = { withinName: 2, acrossFolders: 2 };
/** Longer programs are run step by step. */
const maximumSteps = 1000;

const slash = 0x2f;

/** Any character but a slash, to be completed to a step. */
export const notSlash: Pick<Step, "text" | "test"> = {
  text: "[^/]",
  test: (code) => code !== slash,
};

/** A slash. */
export const aSlash: Step = { text: "\\/", test: (code) => code === slash, loop: false, skip: 0 };

/** The step that wants this character. */
export function literal(character: string): Step {
  const wanted = codeOf(character);
  return { text: escapeCode(wanted), test: (code) => code === wanted, loop: false, skip: 0 };
}

/** The code point of a character. */
export function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** A code point as a regular expression. */
export function escapeCode(code: number): string {
  const character = String.fromCodePoint(code);
  return /[A-Za-z0-9_]/.test(character) ? character : `\\u{${code.toString(16)}}`;
}

/** The program as a regular expression's text (flag `u`); undefined where one could run wild. */
export function sourceOf({ steps, end }: Program): string | undefined {
  if (steps.length > maximumSteps) return undefined;
  const across = steps.filter((step) => step.loop && step.test(slash)).length;
  const within = steps.filter((step) => step.loop).length - across;
  if (across > maximumLoops.acrossFolders || within > maximumLoops.withinName) return undefined;
  let source = "^";
  let groupEnd = -1;
  for (const [i, step] of steps.entries()) {
    if (step.skip > 0) {
      source += "(?:";
      groupEnd = i + step.skip - 1;
    }
    source += step.text + (step.loop ? "*" : "");
    if (i === groupEnd) source += ")?";
  }
  // Python's `$`, which DVC uses, also stands before a line feed that ends the text.
  return source + { anywhere: "", boundary: "(?:\\/|\\n?$)", end: "$" }[end];
}

/** Whether a program matches, by following all ways through it at once. */
export function run({ steps, end }: Program, path: string): boolean {
  const characters = [...path];
  let current = new Set<number>();
  enter(0, current);
  for (let at = 0;; at++) {
    const character = characters[at];
    if (current.has(steps.length)) {
      const atEnd = character === undefined;
      const nearEnd = atEnd || (character === "\n" && at === characters.length - 1);
      if (end === "anywhere" || atEnd) return true;
      if (end === "boundary" && (nearEnd || character === "/")) return true;
    }
    if (character === undefined || current.size === 0) return false;
    const next = new Set<number>();
    for (const state of current) {
      const step = steps[state];
      if (step?.test(codeOf(character)) === true) enter(step.loop ? state : state + 1, next);
    }
    current = next;
  }

  function enter(state: number, states: Set<number>): void {
    if (states.has(state)) return;
    states.add(state);
    const step = steps[state];
    if (step?.loop === true) enter(state + 1, states);
    if (step !== undefined && step.skip > 0) enter(state + step.skip, states);
  }
}
