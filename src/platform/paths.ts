/**
 * Paths. Inside dvt a path is POSIX; the native form appears where the disk is touched.
 *
 * @module
 */
import * as native from "node:path";
import * as posix from "node:path/posix";
import { fileURLToPath } from "node:url";

/** Joins POSIX parts and resolves `.` and `..`; the empty path, not `.`, stands for the root. */
export function joinPath(...parts: string[]): string {
  const joined = posix.join(...parts);
  const trimmed = joined.endsWith("/") && joined.length > 1 ? joined.slice(0, -1) : joined;
  return trimmed === "." ? "" : trimmed;
}

/** The folder of a POSIX path; `""` for a name at the root. */
export function parentPath(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "" : cut === 0 ? "/" : path.slice(0, cut);
}

/** The last part of a POSIX path. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Whether `path` is `folder` or lies below it (both POSIX, both relative or both absolute). */
export function isInside(path: string, folder: string): boolean {
  if (folder === "" || path === folder) return true;
  return path.startsWith(folder.endsWith("/") ? folder : folder + "/");
}

/** The POSIX way from one folder to a path, such as `../a/b`; `.` for the folder itself. */
export function relativePath(from: string, to: string): string {
  return posix.relative(from || "/", to || "/") || ".";
}

/** The way from one folder on disk to another place, in the native form; `.` for itself. */
export function relativeNative(from: string, to: string): string {
  return native.relative(from, to) || ".";
}

/** The absolute native path of what a user typed, seen from a folder. */
export function absolutePath(typed: string, directory: string): string {
  return native.resolve(directory, typed);
}

/** A native relative path in POSIX form. */
export function toPosix(path: string): string {
  return native.sep === "/" ? path : path.replaceAll(native.sep, "/");
}

/** The native path of a POSIX path below a folder. */
export function nativeBelow(folder: string, path: string): string {
  if (path === "") return folder;
  const below = native.sep === "/" ? path : path.replaceAll("/", native.sep);
  return folder.endsWith(native.sep) ? folder + below : folder + native.sep + below;
}

/** Whether a path is absolute on this system. */
export function isAbsolutePath(path: string): boolean {
  return native.isAbsolute(path);
}

/** The native folder of a native path. */
export function parentDirectory(path: string): string {
  return native.dirname(path);
}

/** The last part of a native path. */
export function fileName(path: string): string {
  return native.basename(path);
}

/** The native path that a `file:` URL names; undefined where it names another machine's. */
export function fileUrlPath(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

const slash = 0x2f;

/**
 * Orders paths as a walk meets them that enters each folder where its name stands: as if a slash
 * came before all other characters.
 */
export function compareInWalk(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return x === slash ? -1 : y === slash ? 1 : x - y;
  }
  return a.length - b.length;
}
