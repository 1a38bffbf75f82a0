/**
 * Which versions of files the history holds.
 *
 * @module
 */
import { baseName } from "../platform/paths.ts";
import { type Git, splitNul } from "./repository.ts";

/** One version of a file: the commit that brought it, and its blob. */
export interface FileVersion {
  readonly commit: string;
  /** POSIX, relative to the top of the repository. */
  readonly path: string;
  readonly blob: string;
}

const everyName = ["--branches", "--tags", "--remotes", "HEAD"];

/**
 * Every version that any commit of any branch, tag or remote branch ever had of files whose name
 * passes. One pass over the history, which reads no file.
 */
export async function fileHistory(
  git: Git,
  matches: (name: string) => boolean,
): Promise<FileVersion[]> {
  const commits = await git.run(["rev-list", ...everyName, "--"], { okCodes: [0, 128] });
  if (commits.code !== 0) return []; // no commit yet
  // Merges are compared with each parent: what they mended by hand is in neither.
  const answer = await git.run(
    ["diff-tree", "--stdin", "-r", "--root", "-m", "-z", "--raw", "--no-renames", "--no-abbrev"],
    { input: commits.stdout },
  );
  const versions: FileVersion[] = [];
  const pieces = splitNul(answer);
  let commit = "";
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] ?? "";
    const record = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/.exec(piece);
    if (record === null) {
      commit = piece.trim() || commit;
      continue;
    }
    const path = pieces[++at] ?? "";
    const [, mode = "", blob = "", change = ""] = record;
    if (change !== "D" && mode.startsWith("100") && matches(baseName(path))) {
      versions.push({ commit, path, blob });
    }
  }
  return versions;
}
