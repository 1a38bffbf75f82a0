/**
 * Answers on stdout: gathered into large writes, flushed line by line for people.
 *
 * @module
 */
import type { Output } from "../platform/output.ts";
import type { Sink } from "../platform/world.ts";
import { renderStyles } from "./color.ts";
import { neutralise } from "./neutralise.ts";
import { pythonJson } from "./python_json.ts";

const bufferSize = 64 * 1024;

/** An {@linkcode Output} over a sink. Call {@linkcode StreamOutput.flush} before the end. */
export class StreamOutput implements Output {
  readonly #sink: Sink;
  readonly #colors: boolean;
  readonly #encoder = new TextEncoder();
  readonly columns: number;
  /** Called before anything is written, to take away what is drawn on the terminal. */
  beforeWrite: () => void = () => {};
  #waiting: string[] = [];
  #size = 0;

  constructor(
    sink: Sink,
    options: { readonly columns: number; readonly colors: boolean },
  ) {
    this.#sink = sink;
    this.columns = options.columns;
    this.#colors = options.colors;
  }

  get terminal(): boolean {
    return this.#sink.terminal;
  }

  line(text: string): void {
    const safe = this.terminal ? neutralise(text) : text;
    this.#push(renderStyles(safe, this.#colors) + "\n");
    if (this.terminal) this.flush();
  }

  json(value: unknown): void {
    this.#push(pythonJson(value, this.terminal ? { indent: 2 } : {}) + "\n");
    if (this.terminal) this.flush();
  }

  /** Writes text as it is, for help pages. */
  text(text: string): void {
    this.#push(renderStyles(text, this.#colors));
    if (this.terminal) this.flush();
  }

  bytes(chunk: Uint8Array): void {
    this.flush();
    this.beforeWrite();
    this.#sink.write(chunk);
  }

  /** Writes what has been gathered. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = this.#encoder.encode(this.#waiting.join(""));
    this.#waiting = [];
    this.#size = 0;
    this.beforeWrite();
    this.#sink.write(bytes);
  }

  #push(text: string): void {
    this.#waiting.push(text);
    this.#size += text.length;
    if (this.#size >= bufferSize) this.flush();
  }
}
