/**
 * A process made of memory, for tests of what a run says on a terminal and when it is disturbed.
 * `cli.ts` is for all others.
 *
 * @module
 */
import type { World } from "../../src/platform/world.ts";

/** What a test may set about its world. */
export interface TestWorldOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether stdin, stdout and stderr are terminals. */
  readonly terminal?: boolean;
  readonly columns?: number;
  /** What is typed or piped in. */
  readonly stdin?: string;
  /** Is handed the way to press Ctrl-C. */
  readonly onStart?: (interrupt: () => void) => void;
  /** Throws to play a broken pipe. */
  readonly beforeStdout?: () => void;
}

/** A world whose streams are strings. */
export class TestWorld implements World {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly processId = Deno.pid;
  readonly stdout;
  readonly stderr;
  readonly stdin;
  readonly exits: number[] = [];
  readonly #columns: number | undefined;
  readonly #onStart: ((interrupt: () => void) => void) | undefined;
  #out = "";
  #err = "";

  constructor(options: TestWorldOptions = {}) {
    const terminal = options.terminal ?? false;
    this.directory = options.directory ?? Deno.cwd();
    this.environment = options.environment ?? Deno.env.toObject();
    this.#columns = options.columns ?? (terminal ? 80 : undefined);
    this.#onStart = options.onStart;
    const decoder = new TextDecoder();
    this.stdout = {
      terminal,
      write: (bytes: Uint8Array) => {
        options.beforeStdout?.();
        this.#out += decoder.decode(bytes);
      },
    };
    this.stderr = {
      terminal,
      write: (bytes: Uint8Array) => {
        this.#err += decoder.decode(bytes);
      },
    };
    const lines = (options.stdin ?? "").split("\n");
    this.stdin = {
      terminal,
      readLine: () => lines.length > 1 ? lines.shift() : undefined,
      async *chunks() {
        await Promise.resolve();
        yield new TextEncoder().encode(options.stdin ?? "");
      },
    };
  }

  columns(): number | undefined {
    return this.#columns;
  }

  onInterrupt(listener: () => void): () => void {
    this.#onStart?.(listener);
    return () => {};
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** What has been written to the streams so far. */
  get written(): { readonly stdout: string; readonly stderr: string } {
    return { stdout: this.#out, stderr: this.#err };
  }
}
