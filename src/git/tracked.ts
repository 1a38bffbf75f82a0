/**
 * What Git thinks of paths: ignored, tracked.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import { isInside, nativeBelow, toPosix } from "../platform/paths.ts";
import { type Git, type GitAnswer, splitNul } from "./repository.ts";

/** More paths than this are not put on a command line. */
const maximumArguments = 400;

/**
 * Which of these paths (absolute) Git would ignore, were they not tracked. All kinds of rules count
 * that Git knows: `.gitignore` files, `.git/info/exclude`, the user's own list. A path that does
 * not exist counts as a file.
 */
export async function gitIgnored(git: Git, paths: readonly string[]): Promise<Set<string>> {
  const asked = belowRoot(git, paths);
  if (asked.size === 0) return new Set();
  const answer = await checkIgnore(git, [...asked.keys()]);
  if (isAnswer(answer)) return pick(asked, splitNul(answer));
  // One path that Git refuses (behind a link, in a submodule) spoils the answer for all.
  const ignored: string[] = [];
  for (const path of asked.keys()) {
    const single = await checkIgnore(git, [path]);
    if (isAnswer(single)) append(ignored, splitNul(single));
  }
  return pick(asked, ignored);
}

function checkIgnore(git: Git, paths: readonly string[]): Promise<GitAnswer> {
  // check-ignore refuses the literal pathspecs that all other calls are made with.
  const args = ["--no-literal-pathspecs", "check-ignore", "--no-index", "-z", "--stdin"];
  const input = paths.map((path) => `${path}\0`).join("");
  return git.run(args, { input, okCodes: "any" });
}

/** 1 says that none is ignored. */
function isAnswer(answer: GitAnswer): boolean {
  return answer.code === 0 || answer.code === 1;
}

/** Which of these paths (absolute) Git tracks, or tracks something in. */
export async function gitTracked(git: Git, paths: readonly string[]): Promise<Set<string>> {
  const asked = belowRoot(git, paths);
  if (asked.size === 0) return new Set();
  const named = asked.size > maximumArguments ? [] : asked.keys();
  const answer = await git.run(["ls-files", "-z", "--", ...named]);
  const tracked = new Set<string>();
  for (const file of splitNul(answer)) {
    for (let end = file.length; end > 0; end = file.lastIndexOf("/", end - 1)) {
      const path = `./${file.slice(0, end)}`;
      if (tracked.has(path)) break;
      tracked.add(path);
    }
  }
  return pick(asked, tracked);
}

/** Paths below the work tree's root, the way from there before each. `./` keeps `:x` a name. */
function belowRoot(git: Git, paths: readonly string[]): Map<string, string> {
  const asked = new Map<string, string>();
  if (git.root === undefined) return asked;
  const root = toPosix(nativeBelow(git.root, ""));
  for (const path of paths) {
    const posix = toPosix(path);
    if (posix === root || !isInside(posix, root)) continue;
    asked.set(`./${posix.slice(root.endsWith("/") ? root.length : root.length + 1)}`, path);
  }
  return asked;
}

function pick(asked: ReadonlyMap<string, string>, found: Iterable<string>): Set<string> {
  const picked = new Set<string>();
  for (const path of found) {
    const original = asked.get(path);
    if (original !== undefined) picked.add(original);
  }
  return picked;
}
