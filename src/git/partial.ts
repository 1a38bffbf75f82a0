/**
 * Partial clones, which lack the content of files until it is asked for.
 *
 * @module
 */
import { readTextIfThere } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import { type Git, splitNul, textOf } from "./repository.ts";

/** Whether objects may be lacking that a server has. */
export function isPartial(git: Git): boolean {
  const config = readTextIfThere(nativeBelow(git.commonDirectory, "config")) ?? "";
  return /^\s*(partialclone|promisor)\s*=/im.test(config);
}

/**
 * Fetches those of the objects that are lacking, in one go; git on its own would fetch them one
 * by one as they are read.
 */
export async function prefetchObjects(git: Git, ids: readonly string[]): Promise<void> {
  if (ids.length === 0 || !isPartial(git)) return;
  const missing = await missingObjects(git, ids);
  if (missing.length === 0) return;
  const remote = await promisorOf(git);
  if (remote === undefined) return;
  // Nothing is negotiated: what is lacking is known.
  const settings = ["-c", "fetch.negotiationAlgorithm=noop"];
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"];
  const what = ["--recurse-submodules=no", "--filter=blob:none", "--stdin", "--", remote];
  await git.run([...settings, ...args, ...what], { input: missing.join("\n") + "\n" });
}

/** Those of the objects that are not here. Nothing is fetched to find out. */
export async function missingObjects(git: Git, ids: readonly string[]): Promise<string[]> {
  const answer = await git.run(["cat-file", "--batch-check=%(objectname)"], {
    input: ids.map((id) => id + "\n").join(""),
    mayFetch: false,
  });
  return textOf(answer).split("\n").filter((line) => line.endsWith(" missing"))
    .map((line) => line.slice(0, -" missing".length));
}

async function promisorOf(git: Git): Promise<string | undefined> {
  const args = ["config", "-z", "--get-regexp", "^remote\\..*\\.promisor$"];
  const answer = await git.run(args, { okCodes: [0, 1] });
  const entry = splitNul(answer).find((one) => /\n(true|yes|on|1)$/i.test(one));
  return entry === undefined ? undefined : /^remote\.([^\n]*)\.promisor\n/s.exec(entry)?.[1];
}
