/**
 * What dvt cannot do yet, said plainly.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";

/** The refusal of something that DVC does and dvt does not do yet. */
export function unbuilt(what: string): DvtError {
  return new DvtError("failed", `${what} is not supported by this version of dvt`, {
    hint: "DVC itself can do it in the same project",
  });
}
