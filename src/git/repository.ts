/**
 * Git, by running git: with arguments that can never become options, and without anything of a
 * foreign repository being run.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  type ProcessCall,
  type ProcessResult,
  type RunningProcess,
  runProcess,
  runProcessSync,
  startProcess,
} from "../platform/process.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { leadsSomewhere, makeDirectory } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { type GitAccess, gitEnvironment, type GitPlaces, globalArguments } from "./environment.ts";

/** How one question to git is asked. */
export interface GitRunOptions {
  /** What git reads on stdin. */
  readonly input?: string | Uint8Array | undefined;
  /** Exit codes that are answers and not failures; 0 alone if not given. */
  readonly okCodes?: readonly number[] | "any";
  /** Whether objects that a partial clone lacks may be fetched for the answer; true if not given. */
  readonly mayFetch?: boolean;
  /** Shows on stderr what goes over the wire. */
  readonly trace?: boolean;
  /** The most bytes of an answer. */
  readonly limit?: number;
}

/** What git said. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** Secrets are masked in it. */
  readonly stderr: string;
}

/**
 * One repository. It may keep a child process to read objects; whoever opened the repository
 * closes it (`await using`).
 */
export interface Git extends GitPlaces, AsyncDisposable {
  /** The folder git runs in: the work tree's root, or the bare repository. */
  readonly directory: string;
  /** Whether it is somebody else's: then its hooks and helpers are never run. */
  readonly foreign: boolean;
  /** Where messages say it is; never a secret. */
  readonly label: string;
  /** The run's; ends what is under way. */
  readonly signal: AbortSignal;
  /** Runs git; throws a `git` error that quotes it. `args` starts with the subcommand. */
  run(args: readonly string[], options?: GitRunOptions): Promise<GitAnswer>;
  /** The same, standing still, for short questions without input. */
  runSync(args: readonly string[], options?: Omit<GitRunOptions, "input" | "limit">): GitAnswer;
  /** Starts git for a long conversation. */
  start(args: readonly string[]): RunningProcess;
  /** The error of a failed answer. */
  failure(args: readonly string[], answer: GitAnswer): Error;
  /** Has work done when the repository is closed. */
  onClose(work: () => Promise<void>): void;
}

/** A repository at known places. */
export function gitAt(places: GitPlaces, access: GitAccess): Git {
  const directory = places.root ?? places.gitDirectory;
  const environment = gitEnvironment(places, access);
  const closing: (() => Promise<void>)[] = [];

  function call(args: readonly string[], mayFetch: boolean, trace = false): ProcessCall {
    if (!mayFetch && access.trust === "mirror") return plainCall(args);
    return {
      program: "git",
      args: [...globalArguments(places, access.trust), ...args],
      directory,
      environment: {
        ...environment,
        ...(mayFetch ? {} : { GIT_NO_LAZY_FETCH: "1" }),
        ...(trace ? { GIT_TRACE_PACKET: "2" } : {}),
      },
    };
  }
  /**
   * The same objects, seen from a repository that knows of no server: gits before 2.45 would fetch
   * what is lacking, one object at a time, whatever they are told.
   */
  function plainCall(args: readonly string[]): ProcessCall {
    const plain = plainView(places.gitDirectory);
    const view = { root: undefined, gitDirectory: plain, commonDirectory: plain };
    return {
      program: "git",
      args: [...globalArguments(view, access.trust), ...args],
      directory: plain,
      environment: {
        ...environment,
        GIT_OBJECT_DIRECTORY: nativeBelow(places.gitDirectory, "objects"),
      },
    };
  }
  function answer(
    args: readonly string[],
    { code, stdout, stderr }: ProcessResult,
    { okCodes = [0] }: GitRunOptions,
  ): GitAnswer {
    const answer = { code, stdout, stderr: maskSecrets(stderr, access.secrets) };
    if (okCodes !== "any" && !okCodes.includes(code)) throw failure(args, answer);
    return answer;
  }
  const { signal } = access.context;
  return {
    ...places,
    directory,
    foreign: access.trust !== "own",
    label: access.label,
    signal,
    failure,
    async run(args, options = {}) {
      const { input, limit, mayFetch = true, trace } = options;
      const result = await guarded(() =>
        runProcess(call(args, mayFetch, trace), { input, limit, signal })
      );
      return answer(args, result, options);
    },
    runSync(args, options = {}) {
      try {
        return answer(args, runProcessSync(call(args, options.mayFetch ?? true)), options);
      } catch (error) {
        throw withoutProgram(error);
      }
    },
    start(args) {
      try {
        return startProcess(call(args, true));
      } catch (error) {
        throw withoutProgram(error);
      }
    },
    onClose(work) {
      closing.push(work);
    },
    async [Symbol.asyncDispose]() {
      for (const work of closing.splice(0)) await work();
    },
  };
}

/** Makes, where it is missing, an empty repository beside the objects of a mirror. */
function plainView(gitDirectory: string): string {
  const plain = nativeBelow(gitDirectory, "dvt-plain");
  if (leadsSomewhere(nativeBelow(plain, "HEAD"))) return plain;
  for (const part of ["objects", "refs"]) makeDirectory(nativeBelow(plain, part));
  writeFileAtomically(nativeBelow(plain, "config"), "[core]\n\tbare = true\n");
  writeFileAtomically(nativeBelow(plain, "HEAD"), "ref: refs/heads/none\n");
  return plain;
}

/** The bytes of an answer as text. */
export function textOf(answer: GitAnswer): string {
  return new TextDecoder().decode(answer.stdout);
}

/** The pieces of an answer that was asked for with `-z`. */
export function splitNul(answer: GitAnswer): string[] {
  const pieces = textOf(answer).split("\0");
  if (pieces.at(-1) === "") pieces.pop();
  return pieces;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withoutProgram(error);
  }
}

function withoutProgram(error: unknown): unknown {
  if (!(error instanceof DvtError) || error.kind !== "not-found") return error;
  const hint = "install Git and make sure that it is on PATH";
  return new DvtError("git", `Git cannot be run: ${error.message}`, { hint, cause: error });
}

function failure(args: readonly string[], answer: GitAnswer): DvtError {
  const said = lastWords(answer.stderr);
  const verb = args.find((word, i) => word !== "-c" && args[i - 1] !== "-c") ?? "";
  const message = `git ${verb} failed: ${said ?? `exit code ${answer.code}`}`;
  return new DvtError("git", message, { hint: hintFor(answer.stderr) });
}

/** The line of git's complaint that says most: the last fatal one, else the last error. */
export function lastWords(stderr: string): string | undefined {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== "");
  const fatal = lines.findLastIndex((line) => line.startsWith("fatal: "));
  // What ssh says stands before it, and says why.
  const reason = lines[fatal]?.includes("Could not read from remote repository") === true
    ? lines.slice(0, fatal).findLast((line) => !/^(warning|remote): /i.test(line))
    : undefined;
  const line = reason ?? lines[fatal] ??
    lines.findLast((line) => line.startsWith("error: ")) ?? lines.at(-1);
  return line?.replace(/^(fatal|error): /, "").replace(/\.$/, "");
}

function hintFor(stderr: string): string | undefined {
  const command = /^\s*(git config --global --add safe\.directory .+)$/m.exec(stderr)?.[1];
  return command === undefined ? undefined : `if you trust its owner, run "${command}"`;
}
