/**
 * Where a run sends its answers. The other words go to the {@linkcode Reporter}.
 *
 * @module
 */

/** The answers of a command, on stdout. `-q` does not silence them. */
export interface Output {
  /**
   * Writes one line. On a terminal, what a name could do to it (escape sequences, direction
   * marks) is made visible; into a pipe, the text goes as it is.
   */
  line(text: string): void;
  /** Writes one value as DVC does: Python's `json.dumps` on one line, keys in insertion order. */
  json(value: unknown): void;
  /** Writes raw bytes, for example the content of a file. */
  bytes(chunk: Uint8Array): void;
  /** Columns of the terminal; 80 when stdout is not one. */
  readonly columns: number;
  /** Whether people look at it as it is written. */
  readonly terminal: boolean;
}

/** What comes in on stdin. */
export interface Input {
  /** The lines of stdin, without their line breaks. */
  lines(): AsyncIterable<string>;
  /** Whether somebody types it. */
  readonly terminal: boolean;
}
