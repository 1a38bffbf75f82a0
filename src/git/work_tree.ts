/**
 * What verbs ask of the repository that they stand in: stage files, tell whether there are changes,
 * read and write settings.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { exists, leadsSomewhere } from "../platform/files.ts";
import {
  absolutePath,
  isAbsolutePath,
  nativeBelow,
  parentDirectory,
  relativeNative,
  toPosix,
} from "../platform/paths.ts";
import { type Git, splitNul, textOf } from "./repository.ts";

/**
 * Stages files for the next commit, deletions included (`git add`). Absolute native paths of
 * files. As in DVC, ignored files, files of submodules and files outside are passed over.
 */
export async function stageFiles(git: Git, paths: Iterable<string>): Promise<void> {
  const present: string[] = [];
  const gone: string[] = [];
  for (const path of new Set(paths)) {
    const ours = pathInWorkTree(git, path);
    if (ours !== undefined) (exists(path) ? present : gone).push(ours + "\0");
  }
  if (present.length > 0) {
    const args = ["add", "--pathspec-from-file=-", "--pathspec-file-nul"];
    const answer = await git.run(args, { input: present.join(""), okCodes: [0, 1] });
    if (answer.code === 1 && !answer.stderr.startsWith("The following paths are ignored")) {
      throw git.failure(args, answer);
    }
  }
  if (gone.length > 0) {
    await git.run(["update-index", "--remove", "-z", "--stdin"], { input: gone.join("") });
  }
}

/**
 * The POSIX path of a file relative to the work tree's root; undefined where the file is outside
 * or in a repository within this one.
 */
export function pathInWorkTree(git: Git, path: string): string | undefined {
  const { root } = git;
  if (root === undefined) return undefined;
  const relative = relativeNative(root, path);
  if (relative === "." || /^\.\.([/\\]|$)/.test(relative) || isAbsolutePath(relative)) {
    return undefined;
  }
  for (let folder = parentDirectory(path); folder !== root; folder = parentDirectory(folder)) {
    if (leadsSomewhere(nativeBelow(folder, ".git"))) return undefined;
  }
  return toPosix(relative);
}

/** What `git status` says. */
export interface WorkTreeStatus {
  /** Something differs from HEAD; untracked files count where they were asked for. */
  readonly isDirty: boolean;
  /** POSIX paths relative to the work tree's root. */
  readonly untracked: readonly string[];
}

/** Compares work tree, index and HEAD. `normal` names untracked folders, not the files in them. */
export async function workTreeStatus(
  git: Git,
  { untracked }: { untracked: "no" | "normal" | "all" },
): Promise<WorkTreeStatus> {
  const answer = await git.run([
    "status",
    "--porcelain",
    "-z",
    "--no-renames",
    `--untracked-files=${untracked}`,
  ]);
  const lines = splitNul(answer);
  return {
    isDirty: lines.length > 0,
    untracked: lines.filter((line) => line.startsWith("?? ")).map((line) => line.slice(3)),
  };
}

/** Whether the work tree or the index differs from HEAD. */
export async function isDirty(git: Git, { untracked = false } = {}): Promise<boolean> {
  return (await workTreeStatus(git, { untracked: untracked ? "normal" : "no" })).isDirty;
}

/** A setting's value as git sees it from here, or undefined; `path` resolves a leading `~`. */
export function configValue(git: Git, key: string, type?: "path" | "bool"): string | undefined {
  const typed = type === undefined ? [] : [`--type=${type}`];
  const answer = git.runSync(["config", "-z", ...typed, "--get", checkedKey(key)], {
    okCodes: [0, 1],
  });
  return answer.code === 1 ? undefined : splitNul(answer)[0] ?? "";
}

/** Writes a setting to the repository's own configuration. */
export async function setConfig(git: Git, key: string, value: string): Promise<void> {
  await git.run(["config", "--local", "--end-of-options", checkedKey(key), value]);
}

function checkedKey(key: string): string {
  if (/^[a-z][\w-]*\.[^\0\n]*[\w-]$/i.test(key)) return key;
  throw new DvtError("git", `'${key}' is not a name of a Git setting`);
}

/** The folder that holds the repository's hooks; absolute. `core.hooksPath` is heeded. */
export function hooksDirectory(git: Git): string {
  const answer = git.runSync(["rev-parse", "--git-path", "hooks"]);
  return absolutePath(textOf(answer).replace(/\n$/, ""), git.directory);
}
