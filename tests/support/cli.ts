/**
 * dvt itself, as tests start it.
 *
 * @module
 */
import { run } from "../../src/commands/run.ts";
import type { Sink, World } from "../../src/platform/world.ts";
import { childEnvironment, type Outcome, type RunOptions, runProgram } from "./dvc.ts";

/**
 * Runs dvt as a user would. Usually in this process, which is quick; with DVT_TEST_BINARY, that
 * executable, so that the same tests judge it.
 */
export async function runDvt(args: readonly string[], options: RunOptions): Promise<Outcome> {
  const binary = Deno.env.get("DVT_TEST_BINARY");
  if (binary !== undefined && binary !== "") return await runProgram([binary, ...args], options);
  const stdout = new Collected();
  const stderr = new Collected();
  const world: World = {
    directory: options.cwd,
    environment: childEnvironment(options),
    stdout,
    stderr,
    stdin: inputFrom(options.stdin ?? ""),
    columns: () => undefined,
    processId: Deno.pid,
    onInterrupt: () => () => {},
    exit: (code) => {
      throw new Error(`dvt wants to end the process with ${code}`);
    },
  };
  const code = await run(args, world);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Keeps what is written to it. */
export class Collected implements Sink {
  readonly terminal = false;
  readonly #chunks: Uint8Array[] = [];

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes.slice());
  }

  text(): string {
    const decoder = new TextDecoder();
    return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") +
      decoder.decode();
  }
}

/** A standard input that holds this text and then ends. */
export function inputFrom(text: string): World["stdin"] {
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  return {
    terminal: false,
    readLine: () => lines.shift(),
    async *chunks() {
      yield new TextEncoder().encode(text);
    },
  };
}
