/**
 * Which versions of files the history holds.
 *
 * @module
 */
import { baseName } from "../platform/paths.ts";
import { type Git, splitNul, textOf } from "./repository.ts";

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

/** What people are told of a commit. */
export interface CommitFacts {
  readonly commit: string;
  /** When it was made, in seconds since 1970. */
  readonly time: number;
  /** `Name <address>`. */
  readonly author: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** A commit that changed one of some files. */
export interface PathChange extends CommitFacts {
  /** The file's blob after it; undefined where the commit removed it. */
  readonly blob: string | undefined;
  readonly path: string;
}

const facts = ["%H", "%ct", "%an <%ae>", "%s"].join("%x00");

/**
 * The commits of any branch or tag that changed one of these paths, the latest first. A merge
 * counts where it differs from its first parent.
 */
export async function pathHistory(git: Git, paths: readonly string[]): Promise<PathChange[]> {
  const args = [
    "log",
    ...everyName,
    "--date-order",
    "--full-history",
    "--diff-merges=first-parent",
  ];
  const shape = ["--raw", "-z", "--no-renames", "--no-abbrev", `--format=%x01${facts}`];
  const answer = await git.run([...args, ...shape, "--", ...paths], { okCodes: [0, 128] });
  if (answer.code !== 0) return []; // no commit yet
  const changes: PathChange[] = [];
  let known: CommitFacts | undefined;
  const pieces = textOf(answer).split("\0");
  for (let at = 0; at < pieces.length; at++) {
    const piece = (pieces[at] ?? "").replace(/^\n/, "");
    if (piece.startsWith("\x01")) {
      const [time = "", author = "", subject = ""] = pieces.slice(at + 1, at + 4);
      known = { commit: piece.slice(1), time: Number(time), author, subject };
      at += 3;
      continue;
    }
    const record = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/.exec(piece);
    if (record === null || known === undefined) continue;
    const [, mode = "", blob = "", change = ""] = record;
    const path = pieces[++at] ?? "";
    const isThere = change !== "D" && mode.startsWith("100");
    changes.push({ ...known, path, blob: isThere ? blob : undefined });
  }
  return changes;
}

/** The facts of commits, by their full hash. */
export async function commitFacts(
  git: Git,
  commits: readonly string[],
): Promise<Map<string, CommitFacts>> {
  if (commits.length === 0) return new Map();
  const args = ["log", "--no-walk=unsorted", "--stdin", "-z", `--format=${facts}`];
  const answer = await git.run(args, { input: commits.map((one) => `${one}\n`).join("") });
  const pieces = textOf(answer).split("\0");
  const found = new Map<string, CommitFacts>();
  for (let at = 0; at + 3 < pieces.length; at += 4) {
    const [commit = "", time = "", author = "", subject = ""] = pieces.slice(at, at + 4);
    found.set(commit, { commit, time: Number(time), author, subject });
  }
  return found;
}
