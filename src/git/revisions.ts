/**
 * Names of commits → commits.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { type GitObject, objectsOf } from "./object_reader.ts";
import {
  hasRefFiles,
  isFullSha,
  isRefName,
  listRefs,
  readHead,
  readRef,
  type Ref,
} from "./refs.ts";
import { type Git, textOf } from "./repository.ts";

/** Commits and tag objects are small. */
const commitLimit = 16 * 1024 * 1024;

/** The error for a name that leads to no commit, in DVC's words. */
export function unknownRevision(rev: string): DvtError {
  return new DvtError("not-found", `unknown Git revision '${rev}'`);
}

/**
 * The commit that a name leads to, as its full hash. Any name that git understands (`v1`, `HEAD~1`,
 * `main@{0}`, a part of a hash), then, as in DVC, a branch that one of the remotes has. Throws
 * `not-found` for a name that is unknown or ambiguous.
 */
export async function resolveRevision(git: Git, rev: string): Promise<string> {
  const commit = await findRevision(git, rev) ?? await findRemoteBranch(git, rev);
  if (commit === undefined) throw unknownRevision(rev);
  return commit;
}

/** The same without the remotes; undefined for a name that is unknown. */
export async function findRevision(git: Git, rev: string): Promise<string | undefined> {
  if (!isSpeakable(rev)) return undefined;
  const head = rev === "HEAD" ? readHead(git).commit : undefined;
  if (head !== undefined) return head;
  const ref = refOf(git, rev);
  if (ref?.name.startsWith("refs/heads/")) return ref.id;
  if (ref?.peeled !== undefined) return ref.peeled;
  const objects = objectsOf(git);
  if (ref !== undefined) return await peel(git, ref.id);
  // A part of a hash that several objects share may still mean one commit alone.
  if (/^[0-9a-f]{4,39}$/i.test(rev)) {
    const only = await objects.read(`${rev}^{commit}`, { limit: commitLimit });
    if (only !== undefined) return only.id;
  }
  return await commitOf(git, await objects.read(rev, { limit: commitLimit }));
}

function isSpeakable(rev: string): boolean {
  // deno-lint-ignore no-control-regex
  return rev !== "" && rev.length < 4096 && !/[\x00-\x1f\x7f]/.test(rev);
}

/** The ref that a short name means, by git's own order, from files alone. */
function refOf(git: Git, rev: string): Ref | undefined {
  if (!hasRefFiles(git) || !isRefName(rev) || isFullSha(rev)) return undefined;
  for (const name of meaningsOf(rev)) {
    const ref = readRef(git, name);
    if (ref !== undefined) return ref;
  }
  return undefined;
}

/** The full names that a short name may stand for, in git's order. */
export function meaningsOf(rev: string): string[] {
  const names = [`refs/${rev}`, `refs/tags/${rev}`, `refs/heads/${rev}`, `refs/remotes/${rev}`];
  names.push(`refs/remotes/${rev}/HEAD`);
  return /^(refs\/|[A-Z_]+$)/.test(rev) ? [rev, ...names] : names;
}

/** The commit behind an object; undefined where that is something else. */
export async function peel(git: Git, id: string): Promise<string | undefined> {
  return await commitOf(git, await objectsOf(git).read(id, { limit: commitLimit }));
}

async function commitOf(git: Git, object: GitObject | undefined): Promise<string | undefined> {
  if (object?.type === "commit") return object.id;
  if (object?.type !== "tag") return undefined;
  const commit = await objectsOf(git).read(`${object.id}^{commit}`, { limit: commitLimit });
  return commit?.id;
}

async function findRemoteBranch(git: Git, rev: string): Promise<string | undefined> {
  const [, name = "", steps = ""] = /^([^~^@:]*)(.*)$/s.exec(rev) ?? [];
  if (!isSpeakable(rev) || !isRefName(name)) return undefined;
  const found = new Set<string>();
  for (const remote of await remoteNames(git)) {
    const commit = await findRevision(git, `refs/remotes/${remote}/${name}${steps}`);
    if (commit !== undefined) found.add(commit);
  }
  if (found.size > 1) throw new DvtError("not-found", `ambiguous Git revision '${rev}'`);
  return [...found][0];
}

async function remoteNames(git: Git): Promise<string[]> {
  const answer = await git.run(["remote"]);
  return textOf(answer).split("\n").filter((name) => isRefName(`refs/remotes/${name}`));
}

/** Which commits are asked for. */
export interface RevisionsRequest {
  readonly branches?: boolean;
  readonly tags?: boolean;
  /** All commits that branches, tags and remote branches lead to. */
  readonly commits?: boolean;
}

/** A commit and the names under which it was found. */
export interface NamedCommit {
  readonly commit: string;
  /** Short names of branches and tags; its own hash where all commits were asked for. */
  readonly names: readonly string[];
}

/**
 * The commits of all branches, then of all tags, ordered by name; or all commits, the latest
 * first. Each commit comes once, with all its names.
 */
export async function listRevisions(git: Git, request: RevisionsRequest): Promise<NamedCommit[]> {
  if (request.commits === true) return await allCommits(git);
  const names = new Map<string, string[]>();
  const add = (commit: string | undefined, name: string) => {
    if (commit === undefined) return;
    const known = names.get(commit);
    if (known === undefined) names.set(commit, [name]);
    else if (!known.includes(name)) known.push(name);
  };
  if (request.branches === true) {
    for (const { name, id } of await listRefs(git, "refs/heads/")) {
      add(id, name.slice("refs/heads/".length));
    }
  }
  if (request.tags === true) {
    for (const ref of await listRefs(git, "refs/tags/")) {
      add(ref.peeled ?? await peel(git, ref.id), ref.name.slice("refs/tags/".length));
    }
  }
  return [...names].map(([commit, names]) => ({ commit, names }));
}

async function allCommits(git: Git): Promise<NamedCommit[]> {
  const head = readHead(git).commit === undefined ? [] : ["HEAD"];
  const starts = ["--branches", "--tags", "--remotes", ...head];
  const answer = await git.run(["rev-list", "--date-order", ...starts]);
  return textOf(answer).split("\n").filter(isFullSha)
    .map((commit) => ({ commit, names: [commit] }));
}
