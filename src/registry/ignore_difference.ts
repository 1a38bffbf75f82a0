/**
 * Where DVC's reading of a `.dvcignore` and git's part ways, and why.
 *
 * @module
 */
import type { IgnoreCheck, IgnoreRules, IgnoreSource } from "./ignore.ts";
import { type GitAnswer, GitReading } from "./ignore_git.ts";
import { strip } from "./ignore_pattern.ts";
import type { IgnoreRule } from "./ignore_rules.ts";

/** The classes of differences, for the help of `check-ignore`. */
export const gitDifferences = {
  "line-breaks": "a name that holds a line break escapes many patterns; git has no such gap",
  "byte-order-mark": "a byte order mark is part of the first pattern; git skips it",
  "white-space":
    "white space at both ends of a line is dropped, escaped or not; git keeps it in front, and " +
    "behind a backslash",
  "hidden-rules": "a .dvcignore that is itself hidden is not read; git reads it",
  "nested-rules":
    "in a .dvcignore below the root a backslash in first place is dropped, and wildcards in the " +
    "names of the folders around it count as such",
  "brackets":
    "in brackets a backslash is an ordinary character, [:alpha:] and its like are unknown, and " +
    "[!a] also matches a slash; git keeps to names",
  "bytes": "'?' and brackets match one character; git matches one byte",
  "every-folder": "'*/' and '**/' hide nothing; git hides every folder",
  "stars": "'**' beside other characters, and '***', mean '*'; git takes some for '**'",
  "star-tail":
    "'name/**' hides the folder itself, so that nothing in it can be brought back; git " +
    "hides only what is in it",
  "below-a-name":
    "a pattern, with or without '!', is also held against everything below what it names; git " +
    "asks it about the name alone",
  "other": "the two programs read this line differently",
} as const;

/** The name of a class of differences. */
export type GitDifferenceKind = keyof typeof gitDifferences;

/** A path on which the two disagree. */
export interface GitDifference {
  readonly path: string;
  /** Whether DVC hides the path; git would do the opposite. */
  readonly ignored: boolean;
  readonly kind: GitDifferenceKind;
  /** The line to look at: `.dvcignore:4`. */
  readonly place: string;
}

/** Holds DVC's answers against git's. */
export class GitComparison {
  readonly #rules: IgnoreRules;
  readonly #git: GitReading;

  constructor(rules: IgnoreRules, source: IgnoreSource) {
    this.#rules = rules;
    this.#git = new GitReading(source);
  }

  /** Where git would answer otherwise for a path; undefined where it would not. */
  compare(path: string, kind: "file" | "directory" | "missing"): GitDifference | undefined {
    const dvc = this.#rules.check(path, kind);
    // The built-in rules and subprojects stand in no file that git could read.
    if (dvc.ignored && dvc.rule?.source === undefined) return undefined;
    const git = this.#git.check(path, kind === "directory");
    if (git.ignored === dvc.ignored) return undefined;
    const files = new Set(this.#rules.rulesFor(path, kind).map(({ source }) => source?.file));
    const place = dvc.rule?.source ?? git.rules.at(-1);
    return {
      path,
      ignored: dvc.ignored,
      kind: classify(path, { dvc, git, files }),
      place: place === undefined ? ".dvcignore" : `${place.file}:${place.line}`,
    };
  }
}

/** The paths of one folder that is about to be tracked, each relative to the project's root. */
export interface SortedPaths {
  /** The output itself. */
  readonly target: string;
  /** Files that DVC sees. */
  readonly visible: Iterable<string>;
  /** What DVC hides. */
  readonly hidden: Iterable<string>;
}

/**
 * One disagreement for each line and class, for a warning when data is tracked. Costs nothing where
 * the rules leave no room for one.
 */
export function differencesToGit(
  { rules, source }: { rules: IgnoreRules; source: IgnoreSource },
  paths: SortedPaths,
): GitDifference[] {
  if (!mayDiffer(rules.rulesFor(paths.target, "file"))) return [];
  const comparison = new GitComparison(rules, source);
  const found = new Map<string, GitDifference>();
  const note = (path: string, kind: "file" | "directory") => {
    const difference = comparison.compare(path, kind);
    if (difference === undefined) return;
    const key = `${difference.place} ${difference.kind}`;
    if (!found.has(key)) found.set(key, difference);
  };
  for (const path of paths.visible) note(path, "file");
  for (const path of paths.hidden) note(path, rules.isIgnored(path, "file") ? "file" : "directory");
  return [...found.values()];
}

/** The disagreement as a sentence. */
export function sayDifference({ path, ignored, kind, place }: GitDifference): string {
  const otherwise = ignored ? "not ignore" : "ignore";
  return `git would ${otherwise} '${path}', see ${place}: ${gitDifferences[kind]}`;
}

/**
 * Whether the two could disagree at all under these rules, names with line breaks left aside.
 * Mostly they cannot, and a walk can do without comparing every path.
 */
export function mayDiffer(rules: readonly IgnoreRule[]): boolean {
  return rules.some(({ source, compiled }) =>
    source !== undefined && (compiled.negated || hasOddSpace(source.raw) ||
      !/^[\w./* -]*$/.test(source.text) || /\*\*|^\*\/$/.test(source.text) ||
      /[*?[\\]/.test(source.file))
  );
}

function classify(
  path: string,
  { dvc, git, files }: {
    dvc: IgnoreCheck;
    git: GitAnswer;
    /** The files that DVC has read. */
    files: ReadonlySet<string | undefined>;
  },
): GitDifferenceKind {
  const own = dvc.rule?.source;
  const lines = own === undefined ? git.rules : [own, ...git.rules];
  const some = (pattern: RegExp) => lines.some(({ text }) => pattern.test(text));

  if (path.includes("\n")) return "line-breaks";
  if (own?.text.startsWith("\ufeff") === true || git.rules.some(({ behindMark }) => behindMark)) {
    return "byte-order-mark";
  }
  if (
    (own !== undefined && hasOddSpace(own.raw)) || git.rules.some(({ text }) => hasOddSpace(text))
  ) {
    return "white-space";
  }
  if (lines.some(isNestedOddity)) return "nested-rules";
  if (some(/\[/)) return "brackets";
  if (some(/\?/) && /[^ -~]/.test(path)) return "bytes";
  if (some(/^!?\/?(\*\*?\/)+$/)) return "every-folder";
  if (some(/\*\*\*|[^/!]\*\*|\*\*[^/]/)) return "stars";
  if (dvc.ignored && own !== undefined && /\/\*\*\/?$/.test(own.text)) return "star-tail";
  if (git.rules.some(({ file }) => !files.has(file))) return "hidden-rules";
  if (dvc.rule !== undefined && namesOneAbove(dvc.rule, path)) return "below-a-name";
  return "other";
}

/** White space that DVC drops and git does not. */
function hasOddSpace(line: string): boolean {
  return /^!?\s|\\ |[^\S \r]\r?$/.test(line) || strip(line) !== line.trim();
}

function namesOneAbove({ compiled }: IgnoreRule, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, i) => {
    const above = parts.slice(0, i).join("/");
    return i > 0 && (compiled.matches(above) || compiled.matches(above + "/"));
  });
}

function isNestedOddity({ file, text }: { file: string; text: string }): boolean {
  return file.includes("/") && (/^!?(\*\*\/|\/)?\\/.test(text) || /[*?[\\]/.test(file));
}
