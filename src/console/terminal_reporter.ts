/**
 * The reporter for people: waits of more than half a second become bars at the foot of the
 * screen, redrawn in place and gone when the work is done.
 *
 * @module
 */
import type { Progress, ProgressTotal } from "../platform/reporter.ts";
import type { Sink } from "../platform/world.ts";
import { LineReporter, type Loudness } from "./line_reporter.ts";
import { drawBar } from "./progress_bar.ts";
import type { StreamOutput } from "./stream_output.ts";

/** A wait that is shorter than this is not worth a bar. */
const patience = 500;
const redrawEvery = 100;

interface Wait {
  readonly title: string;
  readonly total: ProgressTotal;
  readonly started: number;
  files: number;
  bytes: number;
}

/** Draws bars on stderr between the lines it writes. */
export class TerminalReporter extends LineReporter {
  readonly #columns: () => number | undefined;
  readonly #now: () => number;
  readonly #waits = new Set<Wait>();
  #drawnLines = 0;
  #lastDrawn = 0;
  #timer: number | undefined;

  constructor(
    output: StreamOutput,
    stderr: Sink,
    options: {
      readonly loudness: Loudness;
      readonly colors: boolean;
      readonly columns: () => number | undefined;
      /** A clock in milliseconds; a test brings its own. */
      readonly now?: () => number;
    },
  ) {
    super(output, stderr, options);
    this.#columns = options.columns;
    this.#now = options.now ?? (() => performance.now());
  }

  override progress(title: string, total: ProgressTotal = {}): Progress {
    const wait: Wait = { title, total, started: this.#now(), files: 0, bytes: 0 };
    this.#waits.add(wait);
    // Work that lets the event loop turn is redrawn by the clock, all other work as it advances.
    this.#timer ??= setInterval(() => this.#redraw(), redrawEvery);
    return {
      advance: (files, bytes = 0) => {
        wait.files += files;
        wait.bytes += bytes;
        if (this.#now() - this.#lastDrawn >= redrawEvery) this.#redraw();
      },
      [Symbol.dispose]: () => {
        this.#waits.delete(wait);
        if (this.#waits.size === 0) this.close();
      },
    };
  }

  override close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waits.clear();
    this.clear();
  }

  /** Takes the bars off the screen, so that a line can be written in their place. */
  clear(): void {
    if (this.#drawnLines === 0) return;
    // Up to the first bar, then everything from there on is erased.
    const up = this.#drawnLines > 1 ? `\x1b[${this.#drawnLines - 1}A` : "";
    this.#drawnLines = 0;
    this.#lastDrawn = 0;
    this.writeRaw(`\r${up}\x1b[J`);
  }

  protected override write(prefix: string, line: string, end?: string): void {
    this.clear();
    super.write(prefix, line, end);
  }

  #redraw(): void {
    const now = this.#now();
    this.#lastDrawn = now;
    const waits = [...this.#waits].filter((wait) => now - wait.started >= patience);
    if (waits.length === 0) return;
    const columns = this.#columns() ?? 80;
    const lines = waits.map((wait) =>
      drawBar({ ...wait, milliseconds: now - wait.started }, columns)
    );
    const up = this.#drawnLines > 1 ? `\x1b[${this.#drawnLines - 1}A` : "";
    this.#drawnLines = lines.length;
    this.writeRaw(`\r${up}\x1b[J${lines.join("\n")}`);
  }
}
