/**
 * Repositories found by looking at files, without a child process.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { isDirectory, leadsSomewhere, readTextIfThere } from "../platform/files.ts";
import { absolutePath, fileName, nativeBelow, parentDirectory } from "../platform/paths.ts";
import type { GitPlaces } from "./environment.ts";
import { type Git, gitAt } from "./repository.ts";

export type { Git, GitAnswer, GitRunOptions } from "./repository.ts";

/** Whose repository it is. */
export interface OpenGitOptions {
  /** True for a repository that is only read from: nothing that it configures is run. */
  readonly foreign?: boolean;
}

/**
 * The repository around a folder, or undefined where there is none. Looks for `.git` upwards, as
 * git does; `GIT_DIR` and its relatives are not heeded, as DVC doesn't.
 */
export function openGit(
  directory: string,
  context: Context,
  options: OpenGitOptions = {},
): Git | undefined {
  for (let folder = directory;; folder = parentDirectory(folder)) {
    const places = workTreeAt(folder);
    if (places !== undefined) return open(places, context, options);
    if (parentDirectory(folder) === folder) return undefined;
  }
}

/**
 * The repository at exactly this path: a work tree's root, a `.git` folder or a bare repository.
 */
export function openGitAt(
  path: string,
  context: Context,
  options: OpenGitOptions = {},
): Git | undefined {
  const places = workTreeAt(path) ?? bareAt(path);
  return places === undefined ? undefined : open(places, context, options);
}

function open(places: GitPlaces, context: Context, options: OpenGitOptions): Git {
  return gitAt(places, {
    context,
    trust: options.foreign === true ? "foreign" : "own",
    label: places.root ?? places.gitDirectory,
  });
}

function workTreeAt(folder: string): GitPlaces | undefined {
  const place = nativeBelow(folder, ".git");
  if (!leadsSomewhere(place)) return undefined;
  const gitDirectory = isDirectory(place) ? place : linkedDirectory(place, folder);
  if (gitDirectory === undefined || !leadsSomewhere(nativeBelow(gitDirectory, "HEAD"))) {
    return undefined;
  }
  return { root: folder, gitDirectory, commonDirectory: commonDirectoryOf(gitDirectory) };
}

function bareAt(folder: string): GitPlaces | undefined {
  for (const part of ["HEAD", "objects", "refs"]) {
    if (!leadsSomewhere(nativeBelow(folder, part))) return undefined;
  }
  // The `.git` of a work tree, named itself: git must not take it for bare.
  const root = fileName(folder) === ".git" ? parentDirectory(folder) : undefined;
  return { root, gitDirectory: folder, commonDirectory: commonDirectoryOf(folder) };
}

/** Where the `.git` file of a submodule or linked work tree leads. */
function linkedDirectory(file: string, folder: string): string | undefined {
  const target = /^gitdir: ([^\0\r\n]+)\s*$/.exec(readTextIfThere(file) ?? "")?.[1];
  return target === undefined ? undefined : absolutePath(target, folder);
}

function commonDirectoryOf(gitDirectory: string): string {
  const file = nativeBelow(gitDirectory, "commondir");
  if (!leadsSomewhere(file)) return gitDirectory;
  return absolutePath((readTextIfThere(file) ?? ".").trim(), gitDirectory);
}
