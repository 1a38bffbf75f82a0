/**
 * How work tells people about itself. Defined here, drawn in `console`, silent in tests.
 *
 * @module
 */

/** A wait that can be watched. Dispose it when the work ends. */
export interface Progress extends Disposable {
  /** Reports that `files` more files, holding `bytes` more bytes, are done. */
  advance(files: number, bytes?: number): void;
}

/** The expected size of a wait, as far as it is known. */
export interface ProgressTotal {
  readonly files?: number;
  readonly bytes?: number;
}

/** Where a run sends its words. Lines carry no line break at the end. */
export interface Reporter {
  /** Detail for `-v`, to stderr. */
  debug(line: string): void;
  /** A line that DVC prints on stdout as part of its answer, such as `Importing …`. Silent with -q. */
  say(line: string): void;
  /** A remark for people, to stderr. Silent with -q. */
  note(line: string): void;
  /** Something is odd but the work goes on; to stderr behind `WARNING: `. */
  warn(line: string): void;
  /** One thing of many failed and the work goes on; to stderr behind `ERROR: `. */
  error(line: string): void;
  /** Starts a wait, for example `progress("Hashing", { files: 10 })`. */
  progress(title: string, total?: ProgressTotal): Progress;
}

/** A reporter that says nothing. */
export const silentReporter: Reporter = {
  debug() {},
  say() {},
  note() {},
  warn() {},
  error() {},
  progress() {
    return { advance() {}, [Symbol.dispose]() {} };
  },
};
