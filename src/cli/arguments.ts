/**
 * The grammar of DVC's command lines, which is that of Python's argparse: unambiguous beginnings
 * of long options, `-Rj4`, optional values, lists of values, options anywhere, and its words for
 * every mistake. It turns a command line into full names with their values and arguments, and
 * so leaves nothing open to the parser behind it.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { similar } from "./similar.ts";

/** One option as far as the grammar needs to know it. */
export interface OptionShape {
  /** For example `["-j", "--jobs"]`. */
  readonly flags: readonly string[];
  /** How many values follow it: none, one, one or none, none but one behind `=`, any number. */
  readonly values: "none" | "one" | "optional" | "glued" | "many";
  readonly choices?: readonly string[] | undefined;
  /** `--x` and `--no-x` have the same key; the later one wins. */
  readonly key: string;
  /** Keys of options that may not be given together with this one. */
  readonly conflicts: readonly string[];
  /** Whether it is dvt's own, and gives way where a beginning could mean an option of DVC's. */
  readonly isOwn?: boolean;
  /** Whether a command line without it is wrong. */
  readonly mandatory?: boolean;
}

/** One positional argument. */
export interface ArgumentShape {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly choices?: readonly string[] | undefined;
}

/** A command's grammar. */
export interface Grammar {
  readonly options: readonly OptionShape[];
  readonly arguments: readonly ArgumentShape[];
  /** Stop at the first word that is no option; it and all that follow come back in `rest`. */
  readonly stopAtFirstArgument?: boolean;
}

/** An option as it was given, by its long name if it has one. */
export interface GivenOption {
  readonly flag: string;
  readonly value: string | undefined;
}

/** A command line without abbreviations. */
export interface PlainArguments {
  readonly options: readonly GivenOption[];
  readonly operands: readonly string[];
  readonly rest: readonly string[];
}

/** How argparse names an option in its messages: `-j/--jobs`. */
export function optionName(option: OptionShape): string {
  return option.flags.join("/");
}

/** Reads a command line; throws a `usage` error in argparse's words. */
export function readArguments(argv: readonly string[], grammar: Grammar): PlainArguments {
  return new Reader(argv, grammar).read();
}

interface Match {
  readonly option: OptionShape;
  readonly flag: string;
  readonly value: string | undefined;
}

class Reader {
  readonly #argv: readonly string[];
  readonly #grammar: Grammar;
  readonly #options: GivenOption[] = [];
  /** Arguments by their place on the line. */
  readonly #operands = new Map<number, string>();
  readonly #unknown = new Map<number, string>();
  readonly #seen: OptionShape[] = [];
  #next = 0;

  constructor(argv: readonly string[], grammar: Grammar) {
    this.#argv = argv;
    this.#grammar = grammar;
  }

  read(): PlainArguments {
    while (this.#next < this.#argv.length) {
      const word = this.#argv[this.#next] ?? "";
      if (word === "--") {
        while (++this.#next < this.#argv.length) this.#takeOperand();
        break;
      }
      const matches = this.#matches(word);
      if (matches.length > 1) {
        const flags = matches.map((match) => match.flag).join(", ");
        throw usage(`ambiguous option: ${word} could match ${flags}`);
      }
      const match = matches[0];
      if (match !== undefined) {
        this.#next++;
        this.#takeOption(match);
      } else if (looksLikeOption(word)) {
        this.#unknown.set(this.#next++, word);
      } else if (this.#grammar.stopAtFirstArgument) {
        break;
      } else {
        this.#takeOperand();
        this.#next++;
      }
    }
    this.#checkOperands();
    return {
      options: this.#options,
      operands: [...this.#operands.values()],
      rest: this.#argv.slice(this.#next),
    };
  }

  #takeOperand(): void {
    this.#operands.set(this.#next, this.#argv[this.#next] ?? "");
  }

  /** All readings of a word as an option; none when it is an argument or unknown. */
  #matches(word: string): Match[] {
    if (!word.startsWith("-") || word === "-") return [];
    const exact = this.#find(word);
    if (exact !== undefined) return [{ option: exact, flag: word, value: undefined }];
    const equals = word.indexOf("=");
    const flag = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    const named = this.#find(flag);
    if (named !== undefined) return [{ option: named, flag, value }];
    if (!word.startsWith("--")) {
      const short = this.#find(word.slice(0, 2));
      return short === undefined
        ? []
        : [{ option: short, flag: word.slice(0, 2), value: word.slice(2) }];
    }
    const matches = this.#grammar.options.flatMap((option) =>
      option.flags.filter((full) => full.startsWith(flag))
        .map((full) => ({ option, flag: full, value }))
    );
    const known = matches.filter((match) => match.option.isOwn !== true);
    return known.length > 0 ? known : matches;
  }

  #find(flag: string): OptionShape | undefined {
    return this.#grammar.options.find((option) => option.flags.includes(flag));
  }

  #takeOption(match: Match): void {
    const { option, flag, value } = match;
    this.#checkConflicts(option);
    const isGlued = option.values === "glued";
    if (isGlued && value !== undefined && (option.choices?.includes(value) ?? true)) {
      this.#push(option, value);
      return;
    }
    if (option.values === "none" || isGlued) {
      this.#push(option, undefined);
      if (value === undefined) return;
      // `-Rj4`: what follows a flag of one letter is another short option.
      const next = this.#find(`-${value[0] ?? ""}`);
      if (flag.startsWith("--") || value === "" || next === undefined) {
        throw usage(`argument ${optionName(option)}: ignored explicit argument ${quote(value)}`);
      }
      const rest = value.slice(1);
      this.#takeOption({
        option: next,
        flag: `-${value[0]}`,
        value: rest === "" ? undefined : rest,
      });
      return;
    }
    const values = value === undefined ? this.#followingValues(option) : [value];
    for (const one of values) checkChoice(optionName(option), option.choices, one);
    if (option.values === "one" && values.length === 0) {
      throw usage(`argument ${optionName(option)}: expected one argument`);
    }
    if (values.length === 0) this.#push(option, undefined);
    for (const one of values) this.#push(option, one);
  }

  #followingValues(option: OptionShape): string[] {
    const most = option.values === "many" ? Infinity : 1;
    const values: string[] = [];
    while (values.length < most && this.#next < this.#argv.length) {
      const word = this.#argv[this.#next] ?? "";
      if (word === "--" || this.#matches(word).length > 0 || looksLikeOption(word)) break;
      values.push(word);
      this.#next++;
    }
    return values;
  }

  #push(option: OptionShape, value: string | undefined): void {
    const flag = option.flags.find((one) => one.startsWith("--")) ?? option.flags[0] ?? "";
    this.#options.push({ flag, value });
  }

  #checkConflicts(option: OptionShape): void {
    const other = this.#seen.find((seen) =>
      seen !== option && seen.key !== option.key &&
      (seen.conflicts.includes(option.key) || option.conflicts.includes(seen.key))
    );
    if (other !== undefined) {
      throw usage(
        `argument ${optionName(option)}: not allowed with argument ${optionName(other)}`,
      );
    }
    this.#seen.push(option);
  }

  #checkOperands(): void {
    const { stopAtFirstArgument, arguments: shapes } = this.#grammar;
    // Where a verb has to follow, its absence is the greater mistake.
    if (stopAtFirstArgument && this.#next === this.#argv.length) return;
    const required = shapes.filter((shape) => shape.required);
    const names = [
      ...this.#grammar.options.filter((option) =>
        option.mandatory === true && !this.#seen.some((seen) => seen.key === option.key)
      ).map(optionName),
      ...required.slice(this.#operands.size).map((shape) => shape.name),
    ];
    if (names.length > 0) {
      throw usage(`the following arguments are required: ${names.join(", ")}`);
    }
    const operands = [...this.#operands];
    for (const [at, [, word]] of operands.entries()) {
      const shape = shapes[Math.min(at, shapes.length - 1)];
      if (shape !== undefined) checkChoice(shape.name, shape.choices, word);
    }
    const room = shapes.some((shape) => shape.variadic) ? Infinity : shapes.length;
    const extra = [...this.#unknown, ...operands.slice(room)].sort(([a], [b]) => a - b);
    if (extra.length > 0) throw this.#unrecognized(extra.map(([, word]) => word));
  }

  #unrecognized(words: readonly string[]): DvtError {
    const [first] = words;
    const flags = this.#grammar.options.flatMap((option) => option.flags);
    const near = first?.startsWith("--") ? similar(first, flags) : undefined;
    return usage(
      `unrecognized arguments: ${words.join(" ")}`,
      near === undefined ? undefined : `did you mean ${quote(near)}?`,
    );
  }
}

/** argparse takes negative numbers, a lone dash and words with a space for arguments. */
function looksLikeOption(word: string): boolean {
  return word.startsWith("-") && word !== "-" && !/^-\d+$|^-\d*\.\d+$/.test(word) &&
    !word.includes(" ");
}

function checkChoice(
  name: string,
  choices: readonly string[] | undefined,
  value: string,
): void {
  if (choices === undefined || choices.includes(value)) return;
  throw invalidChoice(name, value, choices);
}

/** A word that is none of those allowed, in argparse's words. */
export function invalidChoice(
  name: string,
  value: string,
  choices: readonly string[],
  candidates: readonly string[] = choices,
): DvtError {
  const near = similar(value, candidates);
  return usage(
    `argument ${name}: invalid choice: ${quote(value)} (choose from ${
      choices.map(quote).join(", ")
    })`,
    near === undefined ? undefined : `did you mean ${quote(near)}?`,
  );
}

function usage(message: string, hint?: string): DvtError {
  return new DvtError("usage", message, { hint });
}

/** Python's `repr` of a text, as far as messages need it. */
export function quote(text: string): string {
  if (text.includes("'") && !text.includes('"')) return `"${text}"`;
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
