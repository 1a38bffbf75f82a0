/**
 * One run: command line → verb → context → work → exit code.
 *
 * @module
 */
import { invalidChoice } from "../cli/arguments.ts";
import { groupPage, type HelpPage, layOut, pageOfGroup, verbPage } from "../cli/help.ts";
import {
  asksForHelp,
  type CommandContext,
  commonVerbOptions,
  type Option,
  type ReadLevel,
  readLevel,
  readVerb,
  type ReadyVerb,
} from "../cli/program.ts";
import { findEntry, namesOf, type TreeEntry, type VerbEntry } from "../cli/tree.ts";
import { styled } from "../console/color.ts";
import { type Console, openConsole } from "../console/console.ts";
import { confirmer, inputOf } from "../console/input.ts";
import {
  type AnsweredError,
  type Answers,
  dvcAnswers,
  eventStream,
  noAnswers,
  oneAnswer,
  type Voices,
} from "../console/answers.ts";
import type { Loudness } from "../console/line_reporter.ts";
import { DvtError } from "../platform/error.ts";
import { isDirectory } from "../platform/files.ts";
import { absolutePath } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { World } from "../platform/world.ts";
import { version } from "../version.ts";
import { errorText, exitCodeOf, hintsOf, reportOf } from "./exit_code.ts";
import { globalOptions } from "./global_options.ts";
import { tree } from "./root.ts";

/** How long writers wait for a lock without `--wait-for-lock`; DVC's own patience. */
const usualLockWait = { milliseconds: 3000 };

/** How far a command line has been understood; what is wrong with it is shown beside its page. */
interface Walk {
  page: () => HelpPage;
  help: boolean;
  version: boolean;
  quiet: boolean;
  verbose: number;
  directory: string | undefined;
  waitForLock: boolean;
  verb: ReadyVerb | undefined;
  /** The verb's name with those of its groups. */
  command: string;
  answers: Answers | undefined;
}

/** Runs one command line (without the program's name); never throws. Gives the exit code. */
export function run(argv: readonly string[], world: World): Promise<number> {
  return runTree(argv, { tree, world });
}

/** The same over any tree of verbs. */
export async function runTree(
  argv: readonly string[],
  place: { readonly tree: readonly TreeEntry[]; readonly world: World },
): Promise<number> {
  const { world } = place;
  const walk: Walk = {
    page: () => groupPage(["dvt"], description, place.tree, globalOptions, examples),
    help: false,
    version: false,
    quiet: false,
    verbose: 0,
    directory: undefined,
    waitForLock: false,
    verb: undefined,
    command: "",
    answers: undefined,
  };
  let console = openConsole(world, walk);
  try {
    await understand(argv, place.tree, walk);
    console = openConsole(world, walk);
    if (walk.version) console.output.line(version);
    else if (walk.help) showPage(walk.page(), console);
    else {
      walk.answers = answersOf(walk, console);
      const code = await work(walk, world, console);
      walk.answers.end(code);
      return code;
    }
    return 0;
  } catch (error) {
    return fail(error, walk, console);
  } finally {
    flushQuietly(console);
  }
}

const description =
  "Versions data beside code: reads and writes what DVC reads and writes, in one binary.";
const examples = [
  ["dvt add data/images", "Track a folder; commit data/images.dvc to Git"],
  ["dvt push", "Upload what is tracked to the default remote"],
  ["dvt import https://git.example.org/registry cats-dogs", "Use data of another project"],
] as const;

/** Follows the words of a command line down the tree. */
async function understand(
  argv: readonly string[],
  tree: readonly TreeEntry[],
  walk: Walk,
): Promise<void> {
  let level = takeLevel(argv, globalOptions, walk);
  let path = ["dvt"];
  let children = tree;
  let name = "command";
  while (!walk.help && !walk.version) {
    const word = level.rest[0];
    if (word === undefined) {
      throw new DvtError("usage", `the following arguments are required: ${name}`);
    }
    const entry = findEntry(children, word);
    if (entry === undefined) {
      const names = namesOf(children);
      throw invalidChoice(name, word, names);
    }
    path = [...path, entry.name];
    if (entry.kind === "verb") {
      return await takeVerb(entry, { path, argv: level.rest.slice(1) }, walk);
    }
    const groupPath = path;
    walk.page = () => pageOfGroup(entry, groupPath);
    level = takeLevel(level.rest.slice(1), commonVerbOptions(), walk);
    children = entry.children;
    name = "cmd";
  }
}

function takeLevel(argv: readonly string[], options: readonly Option[], walk: Walk): ReadLevel {
  let level: ReadLevel;
  try {
    level = readLevel(argv, options);
  } catch (error) {
    // As in argparse, asking for help silences whatever else is wrong before it.
    if (!asksForHelp(argv)) throw error;
    level = { help: true, quiet: false, verbose: 0, options: [], rest: [] };
  }
  addFlags(level, walk);
  for (const { flag, value } of level.options) {
    if (flag === "--version") walk.version = true;
    else if (flag === "--wait-for-lock") walk.waitForLock = true;
    else if (flag === "--cd") walk.directory = value;
  }
  return level;
}

async function takeVerb(
  entry: VerbEntry,
  words: { readonly path: readonly string[]; readonly argv: readonly string[] },
  walk: Walk,
): Promise<void> {
  const declared = await entry.load();
  walk.page = () => verbPage(declared, words.path, entry.summary);
  if (asksForHelp(words.argv)) {
    walk.help = true;
    return;
  }
  const verb = readVerb(declared, words.argv);
  addFlags(verb, walk);
  walk.verb = verb;
  walk.command = words.path.slice(1).join(" ");
}

function addFlags(flags: { help: boolean } & Loudness, walk: Walk): void {
  walk.help ||= flags.help;
  walk.quiet ||= flags.quiet;
  walk.verbose += flags.verbose;
}

const waysToAnswer: Readonly<
  Record<NonNullable<ReadyVerb["json"]>, (voices: Voices) => Answers>
> = { answer: oneAnswer, dvc: dvcAnswers, stream: (voices) => eventStream(voices) };

function answersOf({ verb, command }: Walk, { output, reporter }: Console): Answers {
  const open = verb?.json === undefined ? noAnswers : waysToAnswer[verb.json];
  return open({ output, reporter, command });
}

/** Makes the context of a verb and runs it. */
async function work(walk: Walk, world: World, console: Console): Promise<number> {
  const answers = walk.answers ?? noAnswers({ ...console, command: walk.command });
  const directory = absolutePath(walk.directory ?? ".", world.directory);
  if (walk.directory !== undefined && !isDirectory(directory)) {
    throw new DvtError("not-found", `folder '${walk.directory}' does not exist`);
  }
  const hashing = world.environment["DVT_MD5"];
  if (hashing !== undefined) {
    (await import("../platform/digest/engine_choice.ts")).setDigestEngine(hashing);
  }
  const controller = new AbortController();
  let interrupts = 0;
  const release = world.onInterrupt(() => {
    if (++interrupts > 1) return world.exit(252);
    controller.abort(new DvtError("interrupted", "interrupted by the user"));
  });
  const endings: (() => Promise<void>)[] = [];
  const context: CommandContext = {
    directory,
    environment: world.environment,
    processId: world.processId,
    reporter: answers.reporter,
    signal: controller.signal,
    interactive: world.stdin.terminal,
    lockWait: walk.waitForLock ? "forever" : usualLockWait,
    confirm: confirmer(world, console),
    output: answers.output,
    answer: (fields) => answers.answer(fields),
    input: inputOf(world),
    quiet: walk.quiet,
    run: (argv) => run(argv, { ...world, directory }),
    atEnd: (work) => void endings.push(work),
  };
  try {
    const code = await walk.verb?.run(context) ?? 0;
    console.output.flush();
    return code;
  } catch (error) {
    // What an interrupted piece of work throws may be of any kind.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    release();
    for (const work of endings.reverse()) await work();
    console.reporter.close();
  }
}

/** Turns a failure into lines on stderr and an exit code. */
function fail(error: unknown, walk: Walk, console: Console): number {
  const code = exitCodeOf(error);
  try {
    if (error instanceof DvtError && error.kind === "broken-pipe") return code;
    if (error instanceof DvtError && error.kind === "usage" && error.exitCode === undefined) {
      showPage(walk.page(), console);
    }
    const report = reportOf(error);
    if (report === undefined) console.reporter.error(errorText(error));
    else console.reporter.report(report);
    for (const hint of hintsOf(error)) console.reporter.hint(hint);
    walk.answers?.fail(answeredError(error));
    walk.answers?.end(code);
    if (walk.verbose > 0) traceOf(error, console);
  } catch (another) {
    return exitCodeOf(another);
  }
  return code;
}

function answeredError(error: unknown): AnsweredError {
  return {
    kind: error instanceof DvtError ? error.kind : "unexpected",
    message: maskSecrets(errorText(error)),
    hint: hintsOf(error).map((hint) => maskSecrets(hint)).join("; ") || null,
  };
}

function traceOf(error: unknown, console: Console): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    for (const line of (cause.stack ?? cause.message).split("\n")) console.reporter.debug(line);
  }
}

function showPage(page: HelpPage, console: Console): void {
  console.output.text(layOut(page, {
    columns: console.output.columns,
    heading: (text) => styled("bold", text),
    term: (text) => styled("cyan", text),
  }));
  console.output.flush();
}

/** The last words of a run may meet a closed pipe, too. */
function flushQuietly(console: Console): void {
  try {
    console.output.flush();
  } catch {
    // The exit code has been decided; nobody is there to read the rest.
  }
}
