/**
 * Other programs as child processes. They get the environment they are given and nothing else.
 *
 * @module
 */
import { DvtError } from "./error.ts";
import { isDirectory } from "./files.ts";
import { stopIfAborted } from "./pool.ts";

/** What to run, and where. */
export interface ProcessCall {
  /** A name found on PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  /** The child's working directory; absolute. */
  readonly directory: string;
  /** The child's whole environment, less what would change how programs are loaded. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a run that is waited for goes. */
export interface RunOptions {
  /** What the child reads on stdin; without it, stdin is empty. */
  readonly input?: string | Uint8Array | undefined;
  /** Ends the child; the run then throws the error of an interrupted run. */
  readonly signal?: AbortSignal | undefined;
  /** The most bytes that stdout may have; beyond them the child is ended. */
  readonly limit?: number | undefined;
}

/** How a child ended. */
export interface ProcessResult {
  /** The exit code; 128 and the signal's number for a child that a signal ended. */
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: string;
}

/** A child that goes on running and answers through pipes. */
export interface RunningProcess {
  /** Writes to the child's stdin; fails when the child reads no more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Tells the child that no more input comes. */
  closeInput(): Promise<void>;
  /** The child's stdout, to be read by one reader. */
  readonly output: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Whether this program goes on for as long as the child runs. Without it, waiting for the child
   * does not count as something to do.
   */
  keepAlive(wanted: boolean): void;
  /** The exit code, when the child has ended. Whoever waits for it keeps this program alive. */
  ended(): Promise<number>;
  /** The end of what the child has said on stderr, where that is kept. */
  complaints(): string;
  /** Ends the child. */
  kill(): void;
}

/** The answer of most programs is small; this much of it would be a mistake or an attack. */
const usualLimit = 1024 * 1024 * 1024;

/**
 * Runs a program to its end and collects what it says. Any exit code is a result; a program that
 * is not there is a `not-found` error.
 */
export async function runProcess(
  call: ProcessCall,
  options: RunOptions = {},
): Promise<ProcessResult> {
  const { input, signal, limit = usualLimit } = options;
  if (signal !== undefined) stopIfAborted(signal);
  const child = spawn(call, {
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const end = () => killQuietly(child);
  signal?.addEventListener("abort", end, { once: true });
  try {
    const [stdout, stderr, status] = await Promise.all([
      collect(child.stdout, limit, end),
      collect(child.stderr, limit, end),
      child.status,
      input === undefined ? undefined : feed(child.stdin, input),
    ]);
    if (signal !== undefined) stopIfAborted(signal);
    if (stdout === undefined || stderr === undefined) {
      throw new DvtError("failed", `the output of '${call.program}' is too large`);
    }
    return { code: status.code, stdout, stderr: new TextDecoder().decode(stderr) };
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/** The same without input, waited for by standing still: the quickest way for a short question. */
export function runProcessSync(call: ProcessCall): ProcessResult {
  const output = guarded(call, () =>
    command(call, {
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).outputSync());
  return {
    code: output.code,
    stdout: output.stdout,
    stderr: new TextDecoder().decode(output.stderr),
  };
}

/** So much of the end of stderr is kept. */
const keptComplaints = 8192;

/**
 * Starts a program that answers questions for as long as its stdin is open. What it says on stderr
 * goes nowhere, since a pipe that nobody reads could stop it, or its end is kept.
 */
export function startProcess(
  call: ProcessCall,
  { keepComplaints = false }: { readonly keepComplaints?: boolean } = {},
): RunningProcess {
  const stderr = keepComplaints ? "piped" : "null";
  const child = spawn(call, { stdin: "piped", stdout: "piped", stderr });
  const writer = child.stdin.getWriter();
  // A child that ends early breaks the pipe; whoever writes next learns of it.
  writer.closed.catch(() => {});
  let said = "";
  const listening = keepComplaints
    ? listen(child.stderr, (text) => said = (said + text).slice(-keptComplaints))
    : Promise.resolve();
  return {
    write: (bytes) => writer.write(bytes),
    closeInput: () => writer.close().catch(() => {}),
    output: child.stdout,
    keepAlive: (wanted) => (wanted ? child.ref() : child.unref()),
    async ended() {
      child.ref();
      const { code } = await child.status;
      await listening;
      return code;
    },
    complaints: () => said,
    kill: () => killQuietly(child),
  };
}

async function listen(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onText: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) onText(decoder.decode(chunk, { stream: true }));
  } catch {
    // The child is gone.
  }
}

type Pipes = Pick<Deno.CommandOptions, "stdin" | "stdout" | "stderr">;

function command(call: ProcessCall, pipes: Pipes): Deno.Command {
  return new Deno.Command(call.program, {
    args: [...call.args],
    cwd: call.directory,
    clearEnv: true,
    env: childEnvironment(call.environment),
    ...pipes,
  });
}

function spawn(call: ProcessCall, pipes: Pipes): Deno.ChildProcess {
  return guarded(call, () => command(call, pipes).spawn());
}

/**
 * Variables that make the system's loader put foreign code into programs. Besides, Deno refuses to
 * start a child with them unless every program may be run.
 */
function childEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!/^(LD|DYLD)_/i.test(name)) kept[name] = value;
  }
  return kept;
}

/** Deno says "not found" for a missing program and for a missing folder alike. */
function guarded<T>(call: ProcessCall, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const missing = isDirectory(call.directory)
      ? `program '${call.program}' was not found`
      : `folder '${call.directory}' does not exist`;
    throw new DvtError("not-found", missing, { cause: error });
  }
}

function killQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    // it has ended already
  }
}

/** All bytes of a stream; undefined when they are more than the limit. */
async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  end: () => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) {
      end();
      return undefined;
    }
    chunks.push(chunk);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function feed(
  stdin: WritableStream<Uint8Array>,
  input: string | Uint8Array,
): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
    await writer.close();
  } catch {
    // The child has stopped reading; its exit code and stderr tell why.
  }
}
