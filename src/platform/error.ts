/**
 * The one error type that people see.
 *
 * @module
 */

/**
 * What sort of fault it is. A kind exists only where somebody catches it or where it has an exit
 * code of its own; the text of the fault belongs into the message.
 *
 * - `usage`: the command line is wrong (exit code 254)
 * - `configuration`: a configuration file, level, section or option (251)
 * - `not-a-project`: no `.dvc` folder around the working directory (253)
 * - `interrupted`: Ctrl-C (252)
 * - `broken-pipe`: the reader of stdout went away (141)
 * - `not-found`: a path, rev, target or remote that does not exist
 * - `conflict`: something is in the way (existing file, overlap, lock, unsaved work)
 * - `invalid-stage`: a `.dvc`, `dvc.yaml` or `dvc.lock` that cannot be understood
 * - `missing-data`: an object is neither in the cache nor on a remote
 * - `corrupt`: bytes do not match the hash they are filed under
 * - `storage`: a disk, server or protocol failed
 * - `git`: the git program failed
 * - `failed`: anything else that went wrong while doing what was asked
 */
export type ErrorKind =
  | "usage"
  | "configuration"
  | "not-a-project"
  | "interrupted"
  | "broken-pipe"
  | "not-found"
  | "conflict"
  | "invalid-stage"
  | "missing-data"
  | "corrupt"
  | "storage"
  | "git"
  | "failed";

/** Further facts of a {@linkcode DvtError}. */
export interface DvtErrorOptions {
  /** The next step, printed on a line of its own after `hint: `. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Set by a command that gives its failures another exit code than the kind's. */
  readonly exitCode?: number;
  /** Several lines that are printed as they are, in place of `ERROR: message`. */
  readonly report?: string;
}

/** A failure whose message is meant for the user: one sentence, no full stop, nothing secret. */
export class DvtError extends Error {
  override readonly name = "DvtError";
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly exitCode: number | undefined;
  readonly report: string | undefined;

  constructor(kind: ErrorKind, message: string, options: DvtErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.exitCode = options.exitCode;
    this.report = options.report;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
