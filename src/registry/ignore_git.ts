/**
 * What git would make of the same lines. DVC hides what its own reading says, and so does dvt; but
 * people know git's rules, so where the two part ways, dvt can say so.
 *
 * @module
 */
import { parentPath } from "../platform/paths.ts";
import type { IgnoreSource } from "./ignore.ts";
import {
  aSlash,
  codeOf,
  literal,
  notSlash,
  type Program,
  run,
  type Step,
} from "./ignore_machine.ts";

/** A line as git understands it. */
export interface GitRule {
  /** The ignore file, relative to the project's root, and the line counted from 1. */
  readonly file: string;
  readonly line: number;
  /** The line as git sees it, without its line break. */
  readonly text: string;
  /** A byte order mark in front of it was passed over. */
  readonly behindMark: boolean;
  readonly negated: boolean;
  readonly directoryOnly: boolean;
  /** Matched against the name alone instead of the path below the file's folder. */
  readonly nameOnly: boolean;
  readonly program: Program | undefined;
}

/** One answer of {@linkcode GitReading.check}. */
export interface GitAnswer {
  readonly ignored: boolean;
  /** The rules that settled the folders on the way and the path itself. */
  readonly rules: readonly GitRule[];
}

/** Reads ignore files as git does. */
export class GitReading {
  readonly #source: IgnoreSource;
  readonly #fileName: string;
  readonly #files = new Map<string, readonly GitRule[]>();

  constructor(source: IgnoreSource, fileName = ".dvcignore") {
    this.#source = source;
    this.#fileName = fileName;
  }

  /** Whether git would ignore a path (POSIX, relative to the project's root). */
  check(path: string, isDirectory: boolean): GitAnswer {
    const parts = path.split("/");
    const rules: GitRule[] = [];
    for (let i = 1; i <= parts.length; i++) {
      const rule = this.#lastMatch(parts.slice(0, i).join("/"), i < parts.length || isDirectory);
      if (rule === undefined) continue;
      rules.push(rule);
      if (!rule.negated) return { ignored: true, rules };
    }
    return { ignored: false, rules };
  }

  #lastMatch(path: string, isDirectory: boolean): GitRule | undefined {
    for (let folder = parentPath(path);; folder = parentPath(folder)) {
      const below = folder === "" ? path : path.slice(folder.length + 1);
      const rule = this.#rules(folder).findLast((rule) => {
        if (rule.program === undefined || (rule.directoryOnly && !isDirectory)) return false;
        return run(rule.program, bytesOf(rule.nameOnly ? nameOf(below) : below));
      });
      if (rule !== undefined || folder === "") return rule;
    }
  }

  #rules(folder: string): readonly GitRule[] {
    const known = this.#files.get(folder);
    if (known !== undefined) return known;
    const file = folder === "" ? this.#fileName : `${folder}/${this.#fileName}`;
    const bytes = this.#source.read(file);
    const rules = bytes === undefined ? [] : parseGitRules(bytes, file);
    this.#files.set(folder, rules);
    return rules;
  }
}

/** Reads an ignore file as git does: byte by byte, only a line feed ends a line. */
function parseGitRules(bytes: Uint8Array, file: string): GitRule[] {
  const text = latin1(bytes);
  const rules: GitRule[] = [];
  const hasMark = text.startsWith("\xef\xbb\xbf");
  for (const [i, raw] of (hasMark ? text.slice(3) : text).split("\n").entries()) {
    const line = trimSpaces(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    if (line === "" || line.startsWith("#")) continue;
    const negated = line.startsWith("!");
    const marked = negated ? line.slice(1) : line;
    const directoryOnly = marked.endsWith("/");
    const pattern = directoryOnly ? marked.slice(0, -1) : marked;
    const nameOnly = !pattern.includes("/");
    rules.push({
      ...{ file, line: i + 1, text: utf8(line), negated, directoryOnly, nameOnly },
      behindMark: hasMark && i === 0,
      program: translate(pattern, nameOnly),
    });
  }
  return rules;
}

/** Drops spaces at the end, up to one behind a backslash. Other white space stays. */
function trimSpaces(line: string): string {
  let end = 0;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\") end = ++i + 1;
    else if (line[i] !== " ") end = i + 1;
  }
  return line.slice(0, end);
}

/** The pattern as steps; undefined for one that never matches. */
function translate(pattern: string, nameOnly: boolean): Program | undefined {
  const text = pattern.startsWith("/") ? pattern.slice(1) : pattern;
  const steps: Step[] = [];
  // Git compares everything before the first special character by itself, so that `a**/b` has its
  // stars in first place.
  const firstSpecial = text.search(/[*?[\\]/);
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === "\\") {
      const escaped = text[++i];
      if (escaped === undefined) return undefined;
      steps.push(literal(escaped));
    } else if (character === "?") steps.push({ ...notSlash, loop: false, skip: 0 });
    else if (character === "*") {
      let end = i + 1;
      while (text[end] === "*") end++;
      const opened = i === firstSpecial || text[i - 1] === "/";
      const rest = text.slice(end);
      const closed = rest === "" || rest.startsWith("/") || rest.startsWith("\\/");
      i = end - 1;
      if (nameOnly || end === i || !(text[end - 2] === "*" && opened && closed)) {
        if (steps.at(-1)?.loop !== true) steps.push({ ...notSlash, loop: true, skip: 0 });
      } else if (rest.startsWith("/")) {
        steps.push({ ...anything, loop: false, skip: 3 }, { ...anything, loop: true, skip: 0 });
        steps.push(aSlash);
        i++;
      } else steps.push({ ...anything, loop: true, skip: 0 });
    } else if (character === "[") {
      const bracket = readBracket(text, i);
      if (bracket === undefined) return undefined;
      steps.push(bracket.step);
      i = bracket.end;
    } else steps.push(literal(character));
  }
  return { steps, end: "end" };
}

const anything = { text: "[^]", test: () => true };

const namedClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\x80-\xff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Reads `[…]`; undefined where git gives up on the pattern. A slash never passes. */
function readBracket(text: string, start: number): { step: Step; end: number } | undefined {
  let at = start + 1;
  const negated = text[at] === "!" || text[at] === "^";
  if (negated) at++;
  const tests: ((code: number) => boolean)[] = [];
  let previous = 0;
  for (let first = true;; first = false, at++) {
    let character = text[at];
    if (character === undefined) return undefined;
    if (character === "]" && !first) break;
    const name = /^\[:([^\]]*):\]/.exec(text.slice(at))?.[1];
    if (character === "-" && previous !== 0 && text[at + 1] !== undefined && text[at + 1] !== "]") {
      character = text[++at];
      if (character === "\\") character = text[++at];
      if (character === undefined) return undefined;
      const [low, high] = [previous, codeOf(character)];
      tests.push((code) => low <= code && code <= high);
      previous = 0;
    } else if (name !== undefined) {
      const named = namedClasses[name];
      if (named === undefined) return undefined;
      tests.push((code) => named.test(String.fromCharCode(code)));
      at += name.length + 3;
      previous = 0;
    } else {
      if (character === "\\") character = text[++at];
      if (character === undefined) return undefined;
      const wanted = codeOf(character);
      tests.push((code) => code === wanted);
      previous = wanted;
    }
  }
  const test = (code: number) => code !== 0x2f && tests.some((test) => test(code)) !== negated;
  return { step: { text: "", test, loop: false, skip: 0 }, end: at };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const encoder = new TextEncoder();

/** UTF-8, one character a byte: git knows bytes only. */
function bytesOf(text: string): string {
  return latin1(encoder.encode(text));
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function utf8(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
