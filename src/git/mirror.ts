/**
 * Other people's repositories: bare, partial copies of the user's own, which later commands only
 * top up with as little as the server allows. Nothing is ever checked out of them, and nothing that
 * they configure is run. A repository on this machine is read where it is.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import type { DvtError } from "../platform/error.ts";
import { openGitAt } from "./git.ts";
import { isFullSha } from "./refs.ts";
import { askNames, BrokenMirror, cloneFailure, NothingThere } from "./mirror_fetch.ts";
import {
  commitNoteName,
  dropMirror,
  lockMirror,
  mirrorFolder,
  writeNote,
} from "./mirror_folder.ts";
import { askFor, commitFor, isPlainName, mirrorOf, type MirrorRequest } from "./mirror_commit.ts";
import { listRefs, readHead } from "./refs.ts";
import { type RemoteAddress, remoteAddress } from "./remote_address.ts";
import type { Git } from "./repository.ts";
import { findRevision, peel, resolveRevision, unknownRevision } from "./revisions.ts";

export type { MirrorRequest };

/** A repository that can be read at a commit; whoever opened it closes `git`. */
export interface MirrorCommit {
  readonly git: Git;
  /** What `rev` means on the server now, as its full hash. */
  readonly commit: string;
}

/**
 * Opens a repository at a revision. A commit that is named by its full hash and is here already
 * needs no network; for any other name the server is asked what it means now. Throws `not-found`
 * for an unknown revision, `git` where the repository cannot be read.
 */
export async function openMirror(url: string, request: MirrorRequest): Promise<MirrorCommit> {
  const address = remoteAddress(url, request.context);
  if (address.path !== undefined) return await openLocal(address, address.path, request);
  for (let attempt = 1;; attempt++) {
    const mirror = mirrorOf(address, request);
    try {
      const commit = await commitFor(mirror, request);
      writeNote(mirror.folder, commitNoteName(commit), commit);
      return { git: mirror.git, commit };
    } catch (error) {
      await mirror.git[Symbol.asyncDispose]();
      if (error instanceof NothingThere) throw unknownName(request.rev);
      if (!(error instanceof BrokenMirror)) throw error;
      if (attempt > 1 || request.offline === true) throw cloneFailure(mirror, error.message);
      request.context.reporter.debug(`The mirror of ${mirror.shown} is damaged; made anew`);
      using _lock = await lockMirror(mirror.folder, request.context);
      dropMirror(mirror.folder, request.context);
    }
  }
}

/**
 * What a revision of a repository means on the server now, without fetching it where its name is
 * that of a branch or tag. Errors as of {@linkcode openMirror}.
 */
export async function remoteCommit(url: string, request: MirrorRequest): Promise<string> {
  const address = remoteAddress(url, request.context);
  const rev = request.rev ?? "HEAD";
  if (
    address.path === undefined && request.offline !== true && !isFullSha(rev) && isPlainName(rev)
  ) {
    const mirror = mirrorOf(address, request);
    await using _git = mirror.git;
    const named = await askFor(mirror, rev);
    if (named !== undefined) return named.commit;
  }
  const { git, commit } = await openMirror(url, request);
  await git[Symbol.asyncDispose]();
  return commit;
}

/** A branch or tag of a repository, as its server tells it. */
export interface RemoteName {
  /** Such as `refs/tags/v1`; `HEAD` is the default branch. */
  readonly name: string;
  readonly commit: string;
}

/** All branches and tags of a repository, asked of its server with one question. */
export async function remoteNames(url: string, context: Context): Promise<RemoteName[]> {
  const address = remoteAddress(url, context);
  if (address.path !== undefined) return await localNames(address, address.path, context);
  const mirror = mirrorOf(address, { context });
  await using _git = mirror.git;
  const names = await askNames(mirror, {});
  const found: RemoteName[] = [];
  for (const [name, id] of names) {
    if (!name.endsWith("^{}") && /^(HEAD$|refs\/(heads|tags)\/)/.test(name)) {
      found.push({ name, commit: names.get(`${name}^{}`) ?? id });
    }
  }
  return found;
}

/** The error of a revision that the server does not know. */
function unknownName(rev: string | undefined): DvtError {
  // DVC's name for the default branch of its clone.
  return unknownRevision(rev ?? "refs/remotes/origin/HEAD");
}

/** A repository on this machine, read in place. Git does not let it run or fetch anything. */
async function openLocal(
  address: RemoteAddress,
  path: string,
  { context, rev }: MirrorRequest,
): Promise<MirrorCommit> {
  const git = localGit(address, path, context);
  try {
    return { git, commit: await localCommit(git, rev) };
  } catch (error) {
    await git[Symbol.asyncDispose]();
    throw error;
  }
}

async function localCommit(git: Git, rev: string | undefined): Promise<string> {
  if (rev === undefined) {
    const head = await findRevision(git, "HEAD");
    if (head === undefined) throw unknownName(undefined);
    return head;
  }
  // In a clone, its branches would be called so.
  const branch = rev.startsWith("origin/") ? rev.slice("origin/".length) : undefined;
  const commit = branch === undefined ? undefined : await findRevision(git, `refs/heads/${branch}`);
  return commit ?? await resolveRevision(git, rev);
}

function localGit(address: RemoteAddress, path: string, context: Context): Git {
  const git = openGitAt(path, context, { foreign: true });
  if (git !== undefined) return git;
  const place = { gitDirectory: mirrorFolder(address, context) };
  throw cloneFailure(
    { git: place, shown: address.shown },
    `No git repository was found at ${address.shown}`,
  );
}

async function localNames(
  address: RemoteAddress,
  path: string,
  context: Context,
): Promise<RemoteName[]> {
  await using git = localGit(address, path, context);
  const head = readHead(git).commit;
  const found: RemoteName[] = head === undefined ? [] : [{ name: "HEAD", commit: head }];
  for (const prefix of ["refs/heads/", "refs/tags/"]) {
    for (const { name, id, peeled } of await listRefs(git, prefix)) {
      const commit = peeled ?? (prefix === "refs/heads/" ? id : await peel(git, id));
      if (commit !== undefined) found.push({ name, commit });
    }
  }
  return found;
}
