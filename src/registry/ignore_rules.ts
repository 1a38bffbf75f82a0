/**
 * An ordered list of `.dvcignore` rules and DVC's way to decide by it.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { compilePattern, type IgnorePattern, PatternError, strip } from "./ignore_pattern.ts";

/** Where a rule was written. */
export interface RuleSource {
  /** The `.dvcignore`, relative to the project's root. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The line without white space around it. */
  readonly text: string;
  /** The line as it stands in the file. */
  readonly raw: string;
}

/** A pattern with its origin. */
export interface IgnoreRule {
  /** Relative to the project's root, whatever folder the rule was written in. */
  readonly pattern: string;
  readonly compiled: IgnorePattern;
  readonly source: RuleSource | undefined;
  /** What `check-ignore -d` shows: `.dvcignore:4:*.log`, or `:.git` for a built-in rule. */
  readonly label: string;
}

/** Rules next to each other of one kind, which DVC tries as one. */
interface Block {
  readonly negated: boolean;
  readonly directoryOnly: boolean;
  /** Some of the rules as regular expressions, many in one; one by one in {@linkcode others}. */
  readonly expressions: readonly RegExp[];
  readonly others: readonly IgnorePattern[];
}

/** Rules that apply in a folder: the folder's own after those of the folders around it. */
export interface RuleList {
  readonly outer: RuleList | undefined;
  readonly own: readonly IgnoreRule[];
  readonly blocks: readonly Block[];
}

/** Regular expressions longer than this are not compiled to machine code. */
const expressionLength = 16_000;
/** A `.dvcignore` beyond this size is no list of rules. */
const maximumBytes = 8 * 1024 * 1024;

/** The rules that DVC brings along, in its order. */
export function builtInRules(): RuleList {
  const rules = [".hg/", ".git/", ".git", ".dvc/"].map((pattern) =>
    ruleOf(pattern, undefined, `:${pattern}`)
  );
  return extend(undefined, rules.filter((rule) => rule !== undefined));
}

/** Puts the rules of a folder behind the rules around it. */
export function extend(outer: RuleList | undefined, own: readonly IgnoreRule[]): RuleList {
  return { outer, own, blocks: blocksOf(own) };
}

/** Reads a `.dvcignore`. `folder` is where it lies, `""` for the project's root. */
export function parseIgnoreFile(bytes: Uint8Array, folder: string): IgnoreRule[] {
  const file = folder === "" ? ".dvcignore" : `${folder}/.dvcignore`;
  const rules: IgnoreRule[] = [];
  for (const source of linesOf(bytes, file)) {
    const label = `${file}:${source.line}:${source.text}`;
    const rule = ruleOf(source.text, source, label);
    // What is no pattern where it stands is dropped before it is moved to the root.
    if (rule === undefined) continue;
    const moved = folder === "" ? rule : ruleOf(moveBelow(source.text, folder), source, label);
    if (moved !== undefined) rules.push(moved);
  }
  return rules;
}

/** The lines of a `.dvcignore` that are neither blank nor comments, as DVC splits them. */
function linesOf(bytes: Uint8Array, file: string): RuleSource[] {
  if (bytes.length > maximumBytes) {
    throw new DvtError("failed", `'${file}' is too large for a list of patterns`);
  }
  let text: string;
  try {
    // A byte order mark stays: DVC takes it for a part of the first pattern.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DvtError("failed", `'${file}' is not UTF-8 text`, { cause });
  }
  const sources: RuleSource[] = [];
  for (const [i, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = strip(raw);
    if (line !== "" && !line.startsWith("#")) sources.push({ file, line: i + 1, text: line, raw });
  }
  return sources;
}

function ruleOf(
  pattern: string,
  source: RuleSource | undefined,
  label: string,
): IgnoreRule | undefined {
  try {
    const compiled = compilePattern(pattern);
    return compiled === undefined ? undefined : { pattern, compiled, source, label };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const place = source === undefined ? "" : `'${source.file}', line ${source.line}: `;
    throw new DvtError("failed", place + error.message, {
      hint: "neither DVC nor dvt can work with this line; write it otherwise or remove it",
    });
  }
}

/** A pattern of a folder's own `.dvcignore` as DVC rewrites it for the project's root. */
export function moveBelow(pattern: string, folder: string): string {
  const line = strip(pattern);
  const negated = line.startsWith("!");
  let rest = negated ? line.slice(1) : line;
  const anchored = rest.slice(0, -1).includes("/") && !rest.startsWith("**/");
  if (anchored) rest = rest.startsWith("/") ? rest.slice(1) : rest;
  else rest = rest.startsWith("**/") ? rest.slice(3) : rest;
  // DVC drops a leading backslash here, and with it what it escaped.
  if (rest.startsWith("\\")) rest = rest.slice(1);
  const moved = `${folder}/${anchored ? "" : "**/"}${rest}`;
  return negated ? `!/${moved}` : moved;
}

function blocksOf(rules: readonly IgnoreRule[]): Block[] {
  const blocks: Block[] = [];
  for (const group of groupsOf(rules)) {
    const patterns = group.map((rule) => rule.compiled);
    const [{ negated, directoryOnly } = { negated: false, directoryOnly: false }] = patterns;
    const expressions: RegExp[] = [];
    let joined = "";
    for (const { source } of patterns) {
      if (source === undefined) continue;
      if (joined.length + source.length > expressionLength && joined !== "") {
        expressions.push(new RegExp(joined, "u"));
        joined = "";
      }
      joined += joined === "" ? source : `|${source}`;
    }
    if (joined !== "") expressions.push(new RegExp(joined, "u"));
    const others = patterns.filter(({ source }) => source === undefined);
    blocks.push({ negated, directoryOnly, expressions, others });
  }
  return blocks;
}

/** Rules next to each other that agree in negation and in being for folders only. */
function groupsOf(rules: readonly IgnoreRule[]): IgnoreRule[][] {
  const groups: IgnoreRule[][] = [];
  let previous: IgnorePattern | undefined;
  for (const rule of rules) {
    const { negated, directoryOnly } = rule.compiled;
    if (previous?.negated === negated && previous.directoryOnly === directoryOnly) {
      groups.at(-1)?.push(rule);
    } else groups.push([rule]);
    previous = rule.compiled;
  }
  return groups;
}

/**
 * What the rules say about this very path, folders around it left aside: true for hidden, false for
 * brought back or not mentioned.
 */
export function decide(rules: RuleList, path: string, isDirectory: boolean): boolean {
  const asFolder = isDirectory ? path + "/" : undefined;
  for (let list: RuleList | undefined = rules; list !== undefined; list = list.outer) {
    for (let i = list.blocks.length - 1; i >= 0; i--) {
      const block = list.blocks[i];
      if (block === undefined || (block.directoryOnly && !isDirectory)) continue;
      if (blockMatches(block, path)) return !block.negated;
      if (asFolder !== undefined && blockMatches(block, asFolder)) return !block.negated;
    }
  }
  return false;
}

function blockMatches(block: Block, path: string): boolean {
  for (const expression of block.expressions) if (expression.test(path)) return true;
  for (const pattern of block.others) if (pattern.matches(path)) return true;
  return false;
}

/** All rules of a list in the order in which DVC holds them. */
export function allRules(rules: RuleList): IgnoreRule[] {
  const lists: (readonly IgnoreRule[])[] = [];
  for (let list: RuleList | undefined = rules; list !== undefined; list = list.outer) {
    lists.unshift(list.own);
  }
  return lists.flat();
}

/**
 * Like {@linkcode decide}, but names the rule. Of neighbouring rules that hide, DVC names the
 * first, though any would do; of rules that bring back, the last.
 */
export function decidingRule(
  rules: readonly IgnoreRule[],
  path: string,
  isDirectory: boolean,
): IgnoreRule | undefined {
  const forms = isDirectory ? [path, path + "/"] : [path];
  for (const group of groupsOf(rules).reverse()) {
    const first = group[0]?.compiled;
    if (first === undefined || (first.directoryOnly && !isDirectory)) continue;
    if (first.negated) {
      for (const rule of [...group].reverse()) {
        if (forms.some((form) => rule.compiled.matches(form))) return rule;
      }
      continue;
    }
    for (const form of forms) {
      const rule = group.find(({ compiled }) => compiled.matches(form));
      if (rule !== undefined) return rule;
    }
  }
  return undefined;
}
