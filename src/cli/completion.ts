/**
 * What could come next on a half-typed command line, worked out from the command tree. The shells'
 * side is in `completion_scripts.ts`.
 *
 * @module
 */
import type { OptionShape } from "./arguments.ts";
import {
  type AnyCommand,
  type ArgumentHint,
  argumentHints,
  commonVerbOptions,
  grammarOf,
  type Option,
  shapeOf,
} from "./program.ts";
import { findEntry, type TreeEntry } from "./tree.ts";

/** One word that could stand there. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** What could come next, and whether paths could, too. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly paths: "files" | "directories" | "none";
}

/** A value whose words only the project knows. */
export interface ValuePlace {
  /** Such as `remote modify`. */
  readonly verb: string;
  /** The name of the argument, or the key of the option, such as `remote`. */
  readonly name: string;
  /** What help calls the option's value, such as `commit` in `--rev [commit]`. */
  readonly placeholder: string;
}

/** Words for a value, such as the names of remotes; undefined if it has none of its own. */
export type Completer = (place: ValuePlace) => Promise<readonly string[] | undefined>;

/** What the completion needs to know. */
export interface CompletionRequest {
  /** The words after the program's name; the last is the one being typed, perhaps empty. */
  readonly words: readonly string[];
  readonly tree: readonly TreeEntry[];
  readonly globalOptions: readonly Option[];
  readonly completer: Completer;
}

const nothing: Completion = { candidates: [], paths: "none" };

/** Completes the last word. */
export async function complete(request: CompletionRequest): Promise<Completion> {
  const words = request.words.slice(0, -1);
  const current = request.words.at(-1) ?? "";
  let options = request.globalOptions;
  let children = request.tree;
  const path: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word.startsWith("-")) {
      if (options.map(shapeOf).some((o) => o.flags.includes(word) && o.values === "one")) {
        if (++at === words.length) return { candidates: [], paths: "directories" };
      }
      continue;
    }
    const entry = findEntry(children, word);
    if (entry === undefined) return nothing;
    if (entry.kind === "verb") {
      return await completeVerb(await entry.load(), {
        before: words.slice(at + 1),
        current,
        verb: [...path, entry.name].join(" "),
        completer: request.completer,
      });
    }
    options = commonVerbOptions();
    children = entry.children;
    path.push(entry.name);
  }
  if (current.startsWith("-")) return starting(current, optionCandidates(options));
  const visible = children.filter((child) => !child.hidden);
  return starting(
    current,
    visible.flatMap((child) =>
      [child.name, ...child.aliases].map((word) => ({ word, meaning: child.summary }))
    ),
  );
}

interface VerbWords {
  readonly verb: string;
  readonly before: readonly string[];
  readonly current: string;
  readonly completer: Completer;
}

async function completeVerb(declared: AnyCommand, words: VerbWords): Promise<Completion> {
  const { current } = words;
  const grammar = grammarOf(declared);
  const hints = argumentHints(declared);
  const find = (flag: string) => grammar.options.find((option) => option.flags.includes(flag));
  const place = placeAfter(words.before, find);
  if (place.option !== undefined) {
    const values = await valuesOf(place.option, hints, words);
    if (place.option.values === "one" || values.candidates.length > 0) {
      return starting(current, values.candidates, values.paths);
    }
  }
  if (place.optionsEnded) return await completeOperand(place.operands, grammar, words);
  if (current.startsWith("--") && current.includes("=")) {
    const flag = current.slice(0, current.indexOf("="));
    const option = find(flag);
    if (option === undefined || option.values === "none") return nothing;
    const values = await valuesOf(option, hints, words);
    const glued = values.candidates.map((one) => ({ ...one, word: `${flag}=${one.word}` }));
    return starting(current, glued, values.paths);
  }
  if (current.startsWith("-")) {
    const given = new Set(words.before.map(find));
    const options = [...declared.options, ...commonVerbOptions()].filter((option) =>
      option.variadic || !given.has(find(option.long ?? option.short ?? ""))
    );
    return starting(current, optionCandidates(options.filter((option) => !option.hidden)));
  }
  return await completeOperand(place.operands, grammar, words);
}

/** Where the cursor stands: behind an option that takes a value, or at an argument. */
function placeAfter(
  words: readonly string[],
  find: (flag: string) => OptionShape | undefined,
): { option: OptionShape | undefined; operands: number; optionsEnded: boolean } {
  let operands = 0;
  let option: OptionShape | undefined;
  for (const [at, word] of words.entries()) {
    if (word === "--") {
      return { option: undefined, operands: operands + words.length - at - 1, optionsEnded: true };
    }
    if (word.startsWith("-") && word !== "-") {
      const named = find(word);
      const takesNext = named !== undefined && named.values !== "none" && named.values !== "glued";
      option = takesNext ? named : undefined;
    } else if (option === undefined) {
      operands++;
    } else if (option.values !== "many") {
      option = undefined;
    }
  }
  return { option, operands, optionsEnded: false };
}

async function completeOperand(
  at: number,
  grammar: ReturnType<typeof grammarOf>,
  words: VerbWords,
): Promise<Completion> {
  const shape = grammar.arguments[Math.min(at, grammar.arguments.length - 1)];
  if (shape === undefined || (at >= grammar.arguments.length && !shape.variadic)) return nothing;
  const place = { verb: words.verb, name: shape.name, placeholder: shape.name };
  const choices = shape.choices ?? await words.completer(place);
  return choices === undefined
    ? { candidates: [], paths: "files" }
    : starting(words.current, choices.map((word) => ({ word, meaning: "" })), "files");
}

async function valuesOf(
  option: OptionShape,
  hints: readonly ArgumentHint[],
  words: VerbWords,
): Promise<Completion> {
  const placeholder = hints.find((hint) => hint.key === option.key)?.placeholder ?? "";
  const place = { verb: words.verb, name: option.key, placeholder };
  const choices = option.choices ?? await words.completer(place);
  if (choices !== undefined) {
    return { candidates: choices.map((word) => ({ word, meaning: "" })), paths: "none" };
  }
  return { candidates: [], paths: /path|file|dir/.test(placeholder) ? "files" : "none" };
}

function optionCandidates(options: readonly Option[]): Candidate[] {
  return options.map((option) => ({
    word: option.long ?? option.short ?? "",
    meaning: option.description,
  }));
}

function starting(
  current: string,
  candidates: readonly Candidate[],
  paths: Completion["paths"] = "none",
): Completion {
  return { candidates: candidates.filter((one) => one.word.startsWith(current)), paths };
}

/** The answer as the shells' scripts read it: a word, a tab and its meaning a line; the last line
 * names the kind of paths that fit. */
export function completionLines(completion: Completion): string[] {
  const lines = completion.candidates.filter((one) => !/[\t\r\n]/.test(one.word))
    .map((one) => `${one.word}\t${one.meaning}`);
  return [...lines, `:${completion.paths}`];
}
