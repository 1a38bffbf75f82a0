/**
 * Declaring a verb. Commander (with inferred types) holds the declaration; the grammar of the
 * command line is DVC's, see `arguments.ts`; help pages are laid out in `help.ts`.
 *
 * A verb is a postcard, one file per verb:
 *
 * ```ts
 * // src/commands/freeze.ts
 * import { type AnyCommand, command, verb } from "../cli/program.ts";
 *
 * export function freezeCommand(): AnyCommand {
 *   return command("freeze")
 *     .description("Keep stages from being changed until they are unfrozen.")
 *     .examples([["dvt freeze data.dvc", "Hold an import at its present version"]])
 *     .argument("<targets...>", "`.dvc` files or stages to freeze")
 *     .option("-f, --force", "do it although …")          // options.force?: true
 *     .option("--no-commit", "do not …")                   // options.commit: boolean, true at first
 *     .addOption(valueOption("-j, --jobs <number>", "…", integer))   // options.jobs?: number
 *     .addOption(optionalOption("--rev [commit]", "…"))    // options.rev?: string; bare: absent
 *     .addOption(listOption("--targets [paths...]", "…"))  // options.targets?: readonly string[]
 *     .addOption(repeatedOption("--type <type>", "…"))     // options.type?: readonly string[]
 *     .addOption(new Option("--a", "…").conflicts(["b"]))  // key of the other, in camel case
 *     .addOption(new Option("--type <type>", "…").choices(["metrics", "plots"]))
 *     .action(verb(async (context, targets, options) => {
 *       const { freeze } = await import("../operations/freeze.ts"); // loaded when it runs
 *       const result = await freeze({ targets, force: options.force ?? false }, context);
 *       for (const path of result.paths) context.output.line(path);
 *       context.answer({ paths: result.paths }); // for programs; needs jsonOption()
 *       return 0; // the exit code; nothing means 0
 *     }));
 * }
 * ```
 *
 * and one line in `src/commands/root.ts`:
 * `entry("freeze", "Hold …", async () => (await import("./freeze.ts")).freezeCommand())`.
 * Write `examples` before `argument` and `option`: these return commander's own type. Every verb
 * has -h, -q and -v without saying so. Shared options are in `src/commands/options.ts`.
 *
 * @module
 */
import {
  Argument,
  Command,
  type CommandUnknownOpts,
  Option,
} from "npm:@commander-js/extra-typings@15.1.0";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { Input, Output } from "../platform/output.ts";
import { type GivenOption, type Grammar, type OptionShape, readArguments } from "./arguments.ts";

export { Argument, Option };

/** A declared verb, whatever its arguments and options are. */
export type AnyCommand = CommandUnknownOpts;

/** What a verb gets to work with. */
export type CommandContext = Context & {
  readonly output: Output;
  readonly input: Input;
  /** Whether `-q` was given; the reporter heeds it by itself. */
  readonly quiet: boolean;
  /** Tells a program the answer, where `--json` asks for it; see `jsonOption()`. */
  answer(fields: Readonly<Record<string, unknown>>): void;
  /** Runs another command line (without the program's name) here; answers its exit code. */
  run(argv: readonly string[]): Promise<number>;
};

/** A command line worth showing, and what it does. */
export type Example = readonly [commandLine: string, meaning: string];

/** Thrown by the reader of a value: the sentence behind `argument -j/--jobs: `. */
export class InvalidValue extends Error {}

/** Commander's command with what dvt adds to it. */
export class VerbCommand extends Command {
  #examples: readonly Example[] = [];

  /** Worked examples for the help page. */
  examples(examples: readonly Example[]): this {
    this.#examples = examples;
    return this;
  }

  get workedExamples(): readonly Example[] {
    return this.#examples;
  }
}

/** Starts the declaration of a verb. */
export function command(name: string): VerbCommand {
  return new VerbCommand(name).helpOption(false).exitOverride()
    .configureOutput({ writeOut() {}, writeErr() {} });
}

const contexts = new WeakMap<object, CommandContext>();
const exitCodes = new WeakMap<object, number>();

/**
 * Makes the action of a verb: `work` gets the context, then the typed arguments, then the typed
 * options; the number it returns is the exit code.
 */
export function verb<Arguments extends unknown[]>(
  work: (context: CommandContext, ...args: Arguments) => Promise<number | void> | number | void,
): (...args: Arguments) => Promise<void> {
  return async (...args: Arguments) => {
    // Commander passes the command itself as the last argument.
    const self = args.at(-1);
    const context = self instanceof Command ? contexts.get(self) : undefined;
    if (context === undefined || !(self instanceof Command)) {
      throw new Error("a verb ran outside of runVerb()");
    }
    exitCodes.set(self, (await work(context, ...args)) ?? 0);
  };
}

const ownOptions = new WeakSet<Option>();

/** Marks an option that DVC's verb of that name lacks: no beginning of DVC's options leads to it. */
export function ownOption<Declared extends Option>(option: Declared): Declared {
  ownOptions.add(option);
  return option;
}

/** An option with a value that `read` understands; it throws {@linkcode InvalidValue}. */
export function valueOption<Flags extends string, Value>(
  flags: Flags,
  description: string,
  read: (value: string) => Value,
): Option<Flags, undefined, undefined, Value> {
  return new Option(flags, description).argParser((value) => read(value));
}

/** An option whose value may be left out, as in `--rev [commit]`, which then is as good as absent. */
export function optionalOption<Flags extends string>(
  flags: Flags,
  description: string,
): Option<Flags, "", undefined, string> {
  return new Option(flags, description).preset("").argParser((value) => value);
}

/** An option with any number of values, as in `--targets [paths...]`; given again, it adds. */
export function listOption<Flags extends string>(
  flags: Flags,
  description: string,
): Option<Flags, "", undefined, readonly string[]> {
  return new Option(flags, description).preset("")
    .argParser<readonly string[]>((value, previous: readonly string[] | undefined) =>
      value === "" ? previous ?? [] : [...previous ?? [], value]
    );
}

/** An option that may be given several times, as in `--type metrics --type plots`. */
export function repeatedOption<Flags extends string, Value extends string = string>(
  flags: Flags,
  description: string,
  choices?: readonly Value[],
): Option<Flags, undefined, undefined, readonly Value[]> {
  const option = new Option(flags, description);
  // The grammar has refused all but the choices before the value gets here.
  const isValue = (value: string): value is Value => choices?.some((one) => one === value) ?? true;
  const repeated = option.argParser((value, previous: readonly Value[] | undefined) =>
    isValue(value) ? [...previous ?? [], value] : previous ?? []
  );
  if (choices !== undefined) option.argChoices = [...choices];
  return repeated;
}

const jsonOptions = new WeakMap<Option, "answer" | "dvc">();

/**
 * `--json` and `--json=stream`. The verb calls `context.answer()`, and need not look at the option:
 * with it, what is said to people goes to stderr and lines for them are left out.
 */
export function jsonOption(): JsonOption {
  return declareJson("answer");
}

/** `--json` of a verb that prints DVC's own JSON with `context.output.json()`: `options.json`. */
export function dvcJsonOption(): JsonOption {
  return declareJson("dvc");
}

type JsonOption = Option<"--json [stream]", "answer", undefined, string>;

function declareJson(answer: "answer" | "dvc"): JsonOption {
  const option = new Option("--json [stream]", "print the answer as JSON; `=stream`: as it goes")
    .preset("answer").argParser((value: string) => value);
  option.argChoices = ["stream"];
  jsonOptions.set(option, answer);
  return option;
}

/** Reads a whole number. */
export function integer(value: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) {
    throw new InvalidValue(`invalid int value: '${value}'`);
  }
  return Number(value);
}

const commonOptions = [
  new Option("-h, --help", "show this page"),
  new Option("-q, --quiet", "say nothing but errors").conflicts("verbose"),
  new Option("-v, --verbose", "say more; twice, even more"),
];

/** Options that every verb and group has. */
export function commonVerbOptions(): readonly Option[] {
  return commonOptions;
}

/** What -h, -q and -v said. */
export interface CommonFlags {
  readonly help: boolean;
  readonly quiet: boolean;
  readonly verbose: number;
}

/** A verb and its command line, understood but not yet run. */
export interface ReadyVerb extends CommonFlags {
  /** What `--json` asks for: an answer of dvt's, DVC's own JSON, or events as they happen. */
  readonly json: "answer" | "dvc" | "stream" | undefined;
  run(context: CommandContext): Promise<number>;
}

/** Understands a verb's command line; throws a `usage` error in argparse's words. */
export function readVerb(declared: AnyCommand, argv: readonly string[]): ReadyVerb {
  const plain = readArguments(argv, grammarOf(declared));
  const flags = commonFlags(plain.options);
  const own = plain.options.filter((given) => !isCommon(given) && !isValueless(given, declared));
  return {
    ...flags,
    json: jsonOf(declared, own),
    async run(context) {
      contexts.set(declared, context);
      for (const option of declared.options) nameInvalidValues(option);
      const words = [...own.flatMap(plainWords), "--", ...plain.operands];
      await declared.parseAsync(words, { from: "user" });
      return exitCodes.get(declared) ?? 0;
    },
  };
}

function jsonOf(declared: AnyCommand, given: readonly GivenOption[]): ReadyVerb["json"] {
  const last = given.findLast((one) => one.flag === "--json");
  const option = declared.options.find((one) => one.long === "--json");
  if (last === undefined || option === undefined) return undefined;
  return last.value === "stream" ? "stream" : jsonOptions.get(option);
}

/** A group's own words read up to the name of its verb. */
export interface ReadLevel extends CommonFlags {
  readonly options: readonly GivenOption[];
  /** The verb's name and what follows it. */
  readonly rest: readonly string[];
}

/** Reads the options before a verb's name. */
export function readLevel(argv: readonly string[], options: readonly Option[]): ReadLevel {
  const plain = readArguments(argv, {
    options: options.map(shapeOf),
    arguments: [],
    stopAtFirstArgument: true,
  });
  return { ...commonFlags(plain.options), options: plain.options, rest: plain.rest };
}

/** Whether `-h` is among the words, read leniently since nothing else counts then. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === "-h" || word === "--help");
}

/** The grammar of a declared verb. */
export function grammarOf(declared: AnyCommand): Grammar {
  return {
    options: [...commonOptions, ...declared.options].map(shapeOf),
    arguments: declared.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      variadic: argument.variadic,
      choices: argument.argChoices,
    })),
  };
}

/** The placeholder of an option's value, such as `commit` of `--rev [commit]`. */
export interface ArgumentHint {
  readonly key: string;
  readonly placeholder: string;
}

/** The placeholders of all options that take a value. */
export function argumentHints(declared: AnyCommand): ArgumentHint[] {
  return declared.options.map((option) => ({
    key: option.attributeName(),
    placeholder: /[<[]([^\]>]*?)(?:\.\.\.)?[\]>]$/.exec(option.flags)?.[1] ?? "",
  }));
}

/** An option of commander's as the grammar sees it. */
export function shapeOf(option: Option): OptionShape {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  return {
    flags,
    values: valuesOf(option),
    choices: option.argChoices,
    key: option.attributeName(),
    conflicts: conflictsOf(option),
    isOwn: ownOptions.has(option) || jsonOptions.get(option) === "answer",
    mandatory: option.mandatory,
  };
}

function valuesOf(option: Option): OptionShape["values"] {
  if (jsonOptions.has(option)) return "glued";
  if (!option.required && !option.optional) return "none";
  return option.variadic ? "many" : option.optional ? "optional" : "one";
}

/** Commander keeps the keys of conflicting options but leaves them out of its types. */
function conflictsOf(option: Option): readonly string[] {
  return "conflictsWith" in option && Array.isArray(option.conflictsWith)
    ? option.conflictsWith
    : [];
}

/** Reads the flags every level of the tree has. */
function commonFlags(options: readonly GivenOption[]): CommonFlags {
  return {
    help: options.some((given) => given.flag === "--help"),
    quiet: options.some((given) => given.flag === "--quiet"),
    verbose: options.filter((given) => given.flag === "--verbose").length,
  };
}

function isCommon(given: GivenOption): boolean {
  return commonOptions.some((option) => option.long === given.flag);
}

/** An option that was given without the value it may have is as good as absent. */
function isValueless(given: GivenOption, declared: AnyCommand): boolean {
  return given.value === undefined &&
    declared.options.some((option) =>
      (option.long ?? option.short) === given.flag && option.presetArg === "" && !option.variadic
    );
}

/** An option in a spelling that commander cannot misread. */
function plainWords(given: GivenOption): string[] {
  if (given.value === undefined) return [given.flag];
  return given.flag.startsWith("--") ? [`${given.flag}=${given.value}`] : [given.flag, given.value];
}

/** Puts the option's name before what the reader of its value complained about. */
function nameInvalidValues(option: Option): void {
  const read = option.parseArg;
  if (read === undefined) return;
  option.parseArg = <Value>(value: string, previous: Value): Value => {
    try {
      return read(value, previous);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      const name = shapeOf(option).flags.join("/");
      throw new DvtError("usage", `argument ${name}: ${error.message}`);
    }
  };
}
