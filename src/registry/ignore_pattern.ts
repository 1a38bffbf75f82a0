/**
 * One line of a `.dvcignore`, understood the way DVC understands it. That is close to a line of a
 * `.gitignore`, but not the same; what differs is listed in `ignore_git.ts`.
 *
 * @module
 */

import { append } from "../platform/append.ts";
import {
  aSlash,
  codeOf,
  escapeCode,
  literal,
  notSlash,
  type Program,
  run,
  sourceOf,
  type Step,
} from "../platform/pattern_machine.ts";

/** A compiled pattern. It is held against POSIX paths relative to the project's root. */
export interface IgnorePattern {
  /** Begins with `!`: a match brings a path back. */
  readonly negated: boolean;
  /** Ends in `/`: tried on folders only. */
  readonly directoryOnly: boolean;
  /** A regular expression's text with the same answer; absent where one could run wild. */
  readonly source: string | undefined;
  /** Whether the pattern matches the beginning of a path. */
  matches(path: string): boolean;
}

/** Why a line cannot be a pattern, in DVC's words. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const one = { loop: false, skip: 0 };
const many = { loop: true, skip: 0 };
const notLineFeed = { text: "[^\\n]", test: (code: number) => code !== 0x0a };

/**
 * Compiles a pattern. Answers undefined for what is no pattern: a blank line, a comment, a lone
 * slash, an unclosed bracket. Throws {@linkcode PatternError} where DVC fails.
 */
export function compilePattern(pattern: string): IgnorePattern | undefined {
  // A text that ends in an escaped space never gets here: lines are stripped before.
  const trimmed = pattern.endsWith("\\ ") ? pattern : stripEnd(pattern);
  if (trimmed === "" || trimmed.startsWith("#") || trimmed === "/") return undefined;
  const negated = trimmed.startsWith("!");
  const segments = (negated ? trimmed.slice(1) : trimmed).split("/");
  const endsInSlash = segments.at(-1) === "";
  const program = translate(segments, { pattern, endsInSlash });
  if (program === undefined) return undefined;
  return { negated, directoryOnly: pattern.endsWith("/"), ...matcher(program) };
}

function translate(
  segments: string[],
  { pattern, endsInSlash }: { pattern: string; endsInSlash: boolean },
): Program | "all" | "nothing" | undefined {
  if (segments[0] === "") segments.shift();
  else if (segments.length === 1 || (segments.length === 2 && segments[1] === "")) {
    // A bare name is looked for at every depth.
    if (segments[0] !== "**") segments.unshift("**");
  }
  if (segments.length === 0) throw new PatternError(`Invalid git pattern: ${quote(pattern)}`);
  if (segments.at(-1) === "") segments[segments.length - 1] = "**";
  const parts = segments.filter((part, i) => i === 0 || part !== "**" || segments[i - 1] !== "**");

  const shape = parts.join("/");
  if (shape === "**") return endsInSlash ? "nothing" : "all";
  if (shape === "**/*") return "all";
  // DVC asks whether the path itself begins with a slash, which none does: `*/` hides nothing.
  if (shape === "**/*/**") return "nothing";

  const steps: Step[] = [];
  const last = parts.length - 1;
  for (const [i, part] of parts.entries()) {
    if (part === "**" && i === 0) {
      steps.push({ ...notLineFeed, loop: false, skip: 3 }, { ...notLineFeed, ...many });
      steps.push(aSlash);
    } else if (part === "**" && i === last) steps.push(aSlash);
    else if (part === "**") {
      steps.push({ ...aSlash, skip: 3 }, { ...notLineFeed, ...one });
      steps.push({ ...notLineFeed, ...many });
    } else {
      if (i > 0 && !(i === 1 && parts[0] === "**")) steps.push(aSlash);
      const glob = part === "*"
        ? [{ ...notSlash, ...one }, { ...notSlash, ...many }]
        : translateName(part, pattern);
      if (glob === undefined) return undefined;
      append(steps, glob);
    }
  }
  // Told last, since an unclosed bracket anywhere makes DVC drop the pattern without a word.
  const fault = steps.find((step) => step.fault !== undefined)?.fault;
  if (fault !== undefined) throw new PatternError(fault);
  return { steps, end: parts[last] === "**" ? "anywhere" : "boundary" };
}

/** A name with its wildcards as steps; undefined for an unclosed bracket. */
function translateName(name: string, pattern: string): Step[] | undefined {
  const characters = [...name];
  const steps: Step[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "\\") {
      const escaped = characters[++i];
      if (escaped === undefined) throw new PatternError(`Invalid git pattern: ${quote(pattern)}`);
      steps.push(literal(escaped));
    } else if (character === "*") {
      if (steps.at(-1)?.loop !== true) steps.push({ ...notSlash, ...many });
    } else if (character === "?") steps.push({ ...notSlash, ...one });
    else if (character === "[") {
      const end = bracketEnd(characters, i + 1);
      if (end === undefined) return undefined;
      steps.push(bracket(characters.slice(i + 1, end)));
      i = end;
    } else steps.push(literal(character));
  }
  return steps;
}

/** Where the bracket that was opened before `start` closes. A `]` in first place is no end. */
function bracketEnd(characters: readonly string[], start: number): number | undefined {
  let at = start;
  if (characters[at] === "!" || characters[at] === "^") at++;
  const end = characters.indexOf("]", characters[at] === "]" ? at + 1 : at);
  return end < 0 ? undefined : end;
}

/** The inside of a bracket, read as Python reads it: no named classes, a backslash is itself. */
function bracket(inside: readonly string[]): Step {
  const negated = inside[0] === "!" || inside[0] === "^";
  const content = negated ? inside.slice(1) : inside;
  const ranges: [number, number][] = [];
  let fault: string | undefined;
  for (let i = 0; i < content.length; i++) {
    const low = content[i] ?? "";
    const high = content[i + 2];
    if (content[i + 1] === "-" && high !== undefined) {
      if (codeOf(high) < codeOf(low)) fault ??= `bad character range ${low}-${high}`;
      ranges.push([codeOf(low), codeOf(high)]);
      i += 2;
    } else ranges.push([codeOf(low), codeOf(low)]);
  }
  const text = ranges.map(([low, high]) => `${escapeCode(low)}-${escapeCode(high)}`).join("");
  return {
    ...one,
    text: `[${negated ? "^" : ""}${text}]`,
    test: (code) => ranges.some(([low, high]) => low <= code && code <= high) !== negated,
    ...(fault === undefined ? {} : { fault }),
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\")}'`;
}

function matcher(
  program: Program | "all" | "nothing",
): Pick<IgnorePattern, "source" | "matches"> {
  if (program === "nothing") return { source: "(?!)", matches: () => false };
  // Python's dot: any first character but a line feed.
  if (program === "all") return { source: "^[^\\n]", matches: (path) => /^[^\n]/.test(path) };
  const source = sourceOf(program);
  if (source === undefined) return { source, matches: (path) => run(program, path) };
  // Made when asked for: mostly the pattern is used as a part of a larger expression.
  let expression: RegExp | undefined;
  return { source, matches: (path) => (expression ??= new RegExp(source, "u")).test(path) };
}

/** Whether Python takes a character for white space; JavaScript's own idea is another. */
function isSpace(code: number): boolean {
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x20) || code === 0x85 ||
    code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 ||
    code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** The text without white space at its end, as Python's `rstrip`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The text without white space at both ends, as Python's `strip`. */
export function strip(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return stripEnd(text.slice(start));
}
