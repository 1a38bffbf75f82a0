/**
 * The process around a run: where `Deno` ends and the {@linkcode Context} begins.
 *
 * @module
 */
import { DvtError } from "./error.ts";

/** A place to write to, which takes everything or throws. */
export interface Sink {
  /** Writes all bytes; throws a `broken-pipe` {@linkcode DvtError} when nobody reads any more. */
  write(bytes: Uint8Array): void;
  readonly terminal: boolean;
}

/** What a run is given by its process; tests make their own. */
export interface World {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: {
    readonly terminal: boolean;
    /** One line of stdin, asked for on a terminal; undefined at the end of input. */
    readLine(): string | undefined;
    chunks(): AsyncIterable<Uint8Array>;
  };
  /** Columns of the terminal at the moment; undefined without one. */
  columns(): number | undefined;
  readonly processId: number;
  /** Calls back at every Ctrl-C or polite request to end, until the result is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process now, for a second Ctrl-C. */
  exit(code: number): void;
}

/** The world of this Deno process. */
export function denoWorld(): World {
  return {
    directory: Deno.cwd(),
    environment: Deno.env.toObject(),
    stdout: sink(Deno.stdout),
    stderr: sink(Deno.stderr),
    stdin: {
      terminal: Deno.stdin.isTerminal(),
      readLine: readStdinLine,
      chunks: () => Deno.stdin.readable,
    },
    columns() {
      try {
        // Terminals without a size of their own claim 0.
        return Deno.consoleSize().columns || undefined;
      } catch {
        return undefined; // none of the standard streams is a terminal
      }
    },
    processId: Deno.pid,
    onInterrupt,
    exit: (code) => Deno.exit(code),
  };
}

function sink(stream: { writeSync(bytes: Uint8Array): number; isTerminal(): boolean }): Sink {
  return {
    terminal: stream.isTerminal(),
    write(bytes) {
      let done = 0;
      while (done < bytes.length) {
        try {
          done += stream.writeSync(bytes.subarray(done));
        } catch (error) {
          if (error instanceof Deno.errors.BrokenPipe) {
            throw new DvtError("broken-pipe", "the reader of the output went away");
          }
          // A pipe that somebody else set to non-blocking is full: let its reader catch up.
          if (!(error instanceof Deno.errors.WouldBlock)) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
      }
    },
  };
}

function readStdinLine(): string | undefined {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  while (Deno.stdin.readSync(one) === 1) {
    const byte = one[0] ?? 0;
    if (byte === 0x0a) return decode(bytes);
    bytes.push(byte);
  }
  return bytes.length === 0 ? undefined : decode(bytes);
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
}

function onInterrupt(listener: () => void): () => void {
  // Windows knows SIGINT and SIGBREAK only.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, listener);
  };
}
