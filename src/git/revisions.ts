/**
 * Names of revisions → commits.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { type Git, textOf } from "./repository.ts";

/**
 * The full name of the commit that a revision means, annotated tags followed: first as git reads
 * it, then as a branch of the only remote that has one of that name, as DVC does. Throws
 * `not-found` where it means nothing.
 */
export async function resolveRevision(git: Git, rev: string): Promise<string> {
  const commit = rev === "" || rev.startsWith("-")
    ? undefined
    : await ask(git, rev) ?? await remoteBranch(git, rev);
  if (commit !== undefined) return commit;
  throw new DvtError("not-found", `unknown Git revision '${rev}'`);
}

async function ask(git: Git, rev: string): Promise<string | undefined> {
  const answer = await git.run(
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${rev}^{commit}`],
    { okCodes: "any" },
  );
  const name = textOf(answer).trim();
  return answer.code === 0 && /^[0-9a-f]{40,64}$/.test(name) ? name : undefined;
}

async function remoteBranch(git: Git, rev: string): Promise<string | undefined> {
  const answer = await git.run(["remote"], { okCodes: "any" });
  const commits = new Set<string>();
  for (const remote of textOf(answer).split("\n")) {
    if (remote === "") continue;
    const commit = await ask(git, `refs/remotes/${remote}/${rev}`);
    if (commit !== undefined) commits.add(commit);
  }
  const [only] = commits;
  return commits.size === 1 ? only : undefined;
}
