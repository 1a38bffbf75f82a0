/**
 * Parts of the answers that several verbs give to `--json`.
 *
 * @module
 */
import type { FailedObject } from "../operations/transfer_results.ts";
import type { CheckedOut } from "../operations/checked_out.ts";

/** Objects that did not get through. */
export function failedJson(failed: readonly FailedObject[]): unknown {
  return failed.map(({ id, error }) => ({ object: id, kind: error.kind, error: error.message }));
}

/** Outputs that changed in the workspace. */
export function outsJson(outs: readonly CheckedOut[]): unknown {
  return outs.map(({ path, change, isFolder }) => ({ path, change, folder: isFolder }));
}
