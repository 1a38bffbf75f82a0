/**
 * What sort of failure a storage met. Every error of kind `storage` that a driver throws carries
 * one as its cause, so that wrappers and reports need not read messages.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";

/**
 * - `refused`: who asks may not (wrong, missing or expired credentials, no rights)
 * - `unreachable`: no connection came about
 * - `untrusted`: the server cannot prove who it is
 * - `timeout`, `cut`: the connection died
 * - `busy`: the server asks for patience
 * - `broken`: the server failed
 * - `full`: no room is left
 * - `no-place`: the bucket, container or folder that holds everything does not exist
 * - `changed`: the file became another one while it was read
 * - `unsupported`: this storage cannot do what was asked
 * - `unexpected`: an answer that makes no sense
 */
export type FaultKind =
  | "refused"
  | "unreachable"
  | "untrusted"
  | "timeout"
  | "cut"
  | "busy"
  | "broken"
  | "full"
  | "no-place"
  | "changed"
  | "unsupported"
  | "unexpected";

/** The sort of a failure, and how long the server wants to be left alone, in milliseconds. */
export class StorageFault {
  readonly kind: FaultKind;
  readonly wait: number | undefined;
  readonly origin: unknown;

  constructor(kind: FaultKind, { wait, origin }: { wait?: number | undefined; origin?: unknown }) {
    this.kind = kind;
    this.wait = wait;
    this.origin = origin;
  }

  /** Whether the same request may well succeed a moment later. */
  get transient(): boolean {
    return ["unreachable", "timeout", "cut", "busy", "broken"].includes(this.kind);
  }
}

/** An error of kind `storage` that says what sort it is. */
export function storageError(
  kind: FaultKind,
  message: string,
  options: { hint?: string | undefined; wait?: number | undefined; origin?: unknown } = {},
): DvtError {
  return new DvtError("storage", message, {
    hint: options.hint,
    cause: new StorageFault(kind, options),
  });
}

/** The sort of a failure that a storage reported; undefined for every other error. */
export function faultOf(error: unknown): StorageFault | undefined {
  return error instanceof DvtError && error.cause instanceof StorageFault ? error.cause : undefined;
}

/** The error for a file that is not there. */
export function missingFile(address: string): DvtError {
  return new DvtError("missing-data", `'${address}' does not exist`);
}
