/**
 * Failures as exit codes and lines of text; the one place that knows DVC's numbers.
 *
 * @module
 */
import { DvtError, type ErrorKind, messageOf } from "../platform/error.ts";
import { systemFault } from "../platform/system_fault.ts";

const codes: Readonly<Record<ErrorKind, number>> = {
  "usage": 254,
  "configuration": 251,
  "not-a-project": 253,
  "interrupted": 252,
  "broken-pipe": 141,
  "not-found": 255,
  "conflict": 255,
  "invalid-stage": 255,
  "missing-data": 255,
  "corrupt": 255,
  "storage": 255,
  "git": 255,
  "failed": 255,
};

/** The exit code of a run that ended with this failure. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof DvtError)) return 255;
  return error.exitCode ?? codes[error.kind];
}

/** The text after `ERROR: `. */
export function errorText(error: unknown): string {
  if (!(error instanceof DvtError)) {
    return `unexpected error - ${systemFault(error)?.text ?? messageOf(error)}`;
  }
  // A command that wraps its failures has already put its own words first.
  if (error.kind === "configuration" && error.exitCode === undefined) {
    return `configuration error - ${error.message}`;
  }
  return error.message;
}

/** The lines that are printed as they are, in place of an `ERROR: ` line. */
export function reportOf(error: unknown): string | undefined {
  return error instanceof DvtError ? error.report : undefined;
}

/** The lines after `hint: `. */
export function hintsOf(error: unknown): readonly string[] {
  if (error instanceof DvtError) return error.hint === undefined ? [] : [error.hint];
  const system = systemFault(error);
  if (system !== undefined) return [system.hint];
  return ["this is a fault of dvt itself; run it again with -v to see where, and report it"];
}

const passThrough: ReadonlySet<ErrorKind> = new Set([
  "usage",
  "interrupted",
  "broken-pipe",
  "not-a-project",
]);

/**
 * Does `work` and puts `prefix` before the message of its failure, as those of DVC's commands do
 * that catch their failures: `ERROR: failed to push data to the cloud - …`, exit code 1.
 */
export async function withPrefix<Result>(
  prefix: string,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DvtError) || passThrough.has(error.kind)) throw error;
    // What DVC does not expect, its commands do not catch either.
    if (error.message.startsWith("unexpected error - ")) throw error;
    throw new DvtError(error.kind, prefix === "" ? error.message : `${prefix} - ${error.message}`, {
      hint: error.hint,
      cause: error,
      ...(error.report === undefined ? {} : { report: error.report }),
      exitCode: error.exitCode ?? 1,
    });
  }
}
