/**
 * Paths below a storage's root.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";

/**
 * Whether a path stays below the root in every storage: relative, without empty, `.` or `..`
 * parts and control characters. The empty path is the root itself.
 */
export function isSafePath(path: string): boolean {
  if (path === "") return true;
  // deno-lint-ignore no-control-regex
  if (/[\0-\x1f\x7f]/.test(path)) return false;
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") return false;
  }
  return true;
}

/** The path, if it is safe. */
export function safePath(path: string): string {
  if (isSafePath(path)) return path;
  throw new DvtError("storage", `${JSON.stringify(path)} is not a path below a remote`);
}

/** A path's parts encoded for a URL. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
