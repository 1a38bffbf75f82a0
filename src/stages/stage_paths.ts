/**
 * Where the paths in a stage file lead.
 *
 * @module
 */

/** What paths of outs and deps are relative to. */
export interface StagePlace {
  /** POSIX path of the stage file, relative to the project's root. */
  readonly path: string;
  /** As written in the stage file; absent means the folder of the file. */
  readonly wdir?: string;
}

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/** Whether a path of an out or dep is a URL. */
export function isUrl(path: string): boolean {
  return scheme.test(path);
}

/** A path without `.`, empty and needless `..` parts; `""` for the folder itself. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}

/** The folder that the stage's paths are relative to, itself relative to the project's root. */
export function workingDirectory(place: StagePlace): string {
  const folder = place.path.split("/").slice(0, -1).join("/");
  if (place.wdir?.startsWith("/")) return normalizePath(place.wdir);
  return normalizePath(`${folder}/${place.wdir ?? ""}`.replace(/^\//, ""));
}

/** Whether a path leads to a place below the project's root; URLs and absolute paths do not. */
export function liesInProject(path: string, place: StagePlace): boolean {
  if (isUrl(path) || path.startsWith("/")) return false;
  const resolved = normalizePath(`${workingDirectory(place)}/${path}`.replace(/^\//, ""));
  return !/^(?:$|\/|\.\.(?:$|\/))/.test(resolved);
}

/**
 * Where an out or dep lies, as a POSIX path relative to the project's root; undefined
 * for URLs, absolute paths, the root itself and what lies outside of the project.
 */
export function pathInProject(path: string, place: StagePlace): string | undefined {
  if (!liesInProject(path, place)) return undefined;
  return normalizePath(`${workingDirectory(place)}/${path}`.replace(/^\//, ""));
}

/**
 * The path with `/` for `\`, where it holds any: what a file written on Windows may mean. On other
 * systems `\` can be part of a name, so it is tried only where nothing of the literal name exists.
 */
export function windowsReading(path: string): string | undefined {
  if (!path.includes("\\") || isUrl(path)) return undefined;
  return normalizePath(path.replaceAll("\\", "/"));
}

/** The path as DVC writes it: relative to the stage's working directory, without detours. */
export function writtenPath(path: string, place: StagePlace): string {
  const target = pathInProject(path, place);
  if (target === undefined) return path;
  const from = workingDirectory(place).split("/").filter((part) => part !== "");
  const to = target.split("/").filter((part) => part !== "");
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/") || ".";
}
