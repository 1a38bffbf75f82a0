/**
 * What git would make of the same lines. DVC hides what its own reading says, and so does dvt; but
 * people know git's rules, so where the two part ways, dvt can say so.
 *
 * @module
 */
import { bytesOf, latin1, utf8 } from "../git/byte_text.ts";
import { gitPattern } from "../git/wildmatch.ts";
import { parentPath } from "../platform/paths.ts";
import { type Program, run } from "../platform/pattern_machine.ts";
import type { IgnoreSource } from "./ignore.ts";

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
      program: gitPattern(pattern, nameOnly),
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

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
