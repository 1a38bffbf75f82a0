/**
 * The reporter for pipes and CI: plain lines, no bars.
 *
 * @module
 */
import type { Progress, ProgressTotal, Reporter } from "../platform/reporter.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { Sink } from "../platform/world.ts";
import { renderStyles, styled } from "./color.ts";
import { neutralise } from "./neutralise.ts";
import type { StreamOutput } from "./stream_output.ts";

/** How much a run says: `-q` is -1, `-v` is 1, `-vv` is 2. */
export interface Loudness {
  readonly quiet: boolean;
  readonly verbose: number;
}

/** Writes lines to stderr, and what belongs to the answer to stdout. */
export class LineReporter implements Reporter {
  readonly #output: StreamOutput;
  readonly #stderr: Sink;
  readonly #loudness: Loudness;
  readonly #colors: boolean;
  readonly #encoder = new TextEncoder();

  constructor(
    output: StreamOutput,
    stderr: Sink,
    options: { readonly loudness: Loudness; readonly colors: boolean },
  ) {
    this.#output = output;
    this.#stderr = stderr;
    this.#loudness = options.loudness;
    this.#colors = options.colors;
  }

  debug(line: string): void {
    if (this.#loudness.verbose > 0) this.write(styled("dim", "DEBUG") + ": ", line);
  }

  say(line: string): void {
    if (this.#loudness.quiet) return;
    this.#output.line(line);
    this.#output.flush();
  }

  note(line: string): void {
    if (!this.#loudness.quiet) this.write("", line);
  }

  warn(line: string): void {
    if (!this.#loudness.quiet) this.write(styled("yellow", "WARNING") + ": ", line);
  }

  error(line: string): void {
    this.write(styled("red", "ERROR") + ": ", line);
  }

  /** Lines that speak for themselves, such as an excerpt of a broken file. */
  report(lines: string): void {
    this.write("", lines);
  }

  /** The next step after a failure. */
  hint(line: string): void {
    this.write(styled("bold", "hint") + ": ", line);
  }

  /** Puts a question, whose answer is typed on the same line. */
  ask(question: string): void {
    this.write("", question, "");
  }

  /** Ends all waits. */
  close(): void {}

  progress(_title: string, _total?: ProgressTotal): Progress {
    return { advance() {}, [Symbol.dispose]() {} };
  }

  /** Writes a line to stderr, behind what was said on stdout before it. */
  protected write(prefix: string, line: string, end = "\n"): void {
    this.#output.flush();
    const text = prefix + neutralise(maskSecrets(line)) + end;
    this.writeRaw(renderStyles(text, this.#colors));
  }

  /** Writes text that is known to be harmless. */
  protected writeRaw(text: string): void {
    this.#stderr.write(this.#encoder.encode(text));
  }
}
