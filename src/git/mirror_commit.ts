/**
 * A name → the commit that it means on the server, which is then in the mirror.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import {
  askNames,
  BrokenMirror,
  fetchRefs,
  isBroken,
  type MirrorSource,
  NothingThere,
} from "./mirror_fetch.ts";
import {
  commitNoteName,
  dropMirror,
  forgetNotes,
  isComplete,
  isMirror,
  lockMirror,
  makeMirror,
  mirrorFolder,
  mirrorGit,
  noteName,
  setComplete,
  writeNote,
} from "./mirror_folder.ts";
import { objectsOf } from "./object_reader.ts";
import { missingObjects } from "./partial.ts";
import { isFullSha, isRefName, readRef } from "./refs.ts";
import type { RemoteAddress } from "./remote_address.ts";
import { findRevision, meaningsOf, peel } from "./revisions.ts";

/** What is wanted of a repository. */
export interface MirrorRequest {
  readonly context: Context;
  /** The commit by any name; the server's default branch where absent. */
  readonly rev?: string | undefined;
  /** Nobody may be asked; what is here already must do. */
  readonly offline?: boolean | undefined;
  /** All commits, branches and tags, for questions about more than the one commit. */
  readonly history?: boolean | undefined;
}

/** A mirror, and where it is. */
export interface Mirror extends MirrorSource {
  readonly folder: string;
}

/** The mirror of an address, made where it is missing; nothing is fetched yet. */
export function mirrorOf(address: RemoteAddress, { context, offline }: MirrorRequest): Mirror {
  const folder = mirrorFolder(address, context);
  const { shown } = address;
  if (!isMirror(folder, address)) {
    if (offline === true) throw notHere(`'${shown}'`);
    dropMirror(folder, context);
    makeMirror(folder, address, context);
  }
  return { folder, git: mirrorGit(folder, address, context), shown };
}

function notHere(what: string): DvtError {
  return new DvtError("not-found", `${what} is not on this machine`, {
    hint: "run the command once without --offline",
  });
}

const partOfHash = /^[0-9a-f]{4,64}$/i;

/** Whether a server can be asked for a name: it is no expression and no part of a hash. */
export function isPlainName(rev: string): boolean {
  return isRefName(rev) && rev.isWellFormed() && !partOfHash.test(rev) &&
    !rev.startsWith("origin/") && !rev.startsWith("refs/remotes/");
}

/** The commit that a request means; it is in the mirror then, with its folders. */
export async function commitFor(mirror: Mirror, request: MirrorRequest): Promise<string> {
  const commit = await findCommit(mirror, request);
  await requireFolder(mirror, commit);
  return commit;
}

async function findCommit(mirror: Mirror, request: MirrorRequest): Promise<string> {
  const { context, rev = "HEAD", offline = false, history = false } = request;
  if (history && !offline) await fetchAll(mirror, context);
  if (isFullSha(rev)) return await commitByHash(mirror, rev, request);
  if (offline || history) return await lastKnown(mirror, rev);
  if (isPlainName(rev)) {
    const commit = await commitByName(mirror, rev, context);
    if (commit !== undefined) return commit;
  } else if (partOfHash.test(rev) && isComplete(mirror.folder)) {
    // Where all commits are, a part of a hash means what it means on the server.
    const known = await findRevision(mirror.git, rev);
    if (known?.startsWith(rev.toLowerCase())) return known;
  }
  await fetchAll(mirror, context);
  return await lastKnown(mirror, rev);
}

async function commitByHash(mirror: Mirror, hash: string, request: MirrorRequest): Promise<string> {
  const { git, folder } = mirror;
  const note = commitNoteName(hash);
  if (readRef(git, note) !== undefined) return await commitBehind(mirror, hash);
  if ((await missingObjects(git, [hash])).length > 0) {
    if (request.offline === true) throw notHere(`commit '${hash}' of '${mirror.shown}'`);
    try {
      await fetchSingle(mirror, `+${hash}:${note}`, request.context);
    } catch (error) {
      // Servers may hand out only what their names lead to.
      if (!(error instanceof NothingThere) || isComplete(folder)) throw error;
      await fetchAll(mirror, request.context);
      if ((await missingObjects(git, [hash])).length > 0) throw error;
    }
  }
  return await commitBehind(mirror, hash);
}

/** Undefined for a name that the server does not know but git might read as something else. */
async function commitByName(
  mirror: Mirror,
  rev: string,
  context: Context,
): Promise<string | undefined> {
  const { git, folder } = mirror;
  const note = noteName(rev);
  try {
    const last = readRef(git, note)?.id;
    if (last !== undefined) {
      const named = await askFor(mirror, rev);
      if (named === undefined) throw new NothingThere();
      const { name, id, commit } = named;
      if (last === id || last === commit) return commit;
      if (readRef(git, commitNoteName(commit)) !== undefined) {
        writeNote(folder, note, commit);
        return commit;
      }
      await fetchSingle(mirror, `+${name}:${note}`, context);
    } else {
      // A fetch finds out what a name means by itself.
      await fetchSingle(mirror, `+${rev}:${note}`, context);
    }
  } catch (error) {
    // What `git describe` prints, `v1-2-gab12cd3`, is a name, too.
    if (error instanceof NothingThere && /-g[0-9a-f]{4,}$/.test(rev)) return undefined;
    throw error;
  }
  const id = readRef(git, note)?.id;
  return id === undefined ? undefined : await commitBehind(mirror, id);
}

async function commitBehind(mirror: Mirror, id: string): Promise<string> {
  const commit = await peel(mirror.git, id);
  if (commit === undefined) throw new NothingThere();
  return commit;
}

/** What a name meant when the server was last asked. */
async function lastKnown(mirror: Mirror, rev: string): Promise<string> {
  const { git, folder } = mirror;
  // Notes are newer than refs: they are forgotten when all refs are fetched.
  const note = isPlainName(rev) ? readRef(git, noteName(rev)) : undefined;
  if (note !== undefined) return await commitBehind(mirror, note.id);
  if (!isComplete(folder)) throw notHere(`'${rev}' of '${mirror.shown}'`);
  const commit = await findRevision(git, rev) ??
    await findRevision(git, `refs/remotes/origin/${rev}`);
  if (commit === undefined) throw new NothingThere();
  return commit;
}

/** A name that the server knows. */
export interface ServerName {
  /** The full name of the ref. */
  readonly name: string;
  /** The object; an annotated tag's own. */
  readonly id: string;
  readonly commit: string;
}

/** Within one run a name keeps its meaning, and the server is asked once. */
const asked = new WeakMap<AbortSignal, Map<string, Promise<ServerName | undefined>>>();

/** Asks the server what a plain name means. */
export function askFor(mirror: Mirror, rev: string): Promise<ServerName | undefined> {
  const { signal } = mirror.git;
  let answers = asked.get(signal);
  if (answers === undefined) asked.set(signal, answers = new Map());
  const question = `${mirror.folder}\0${rev}`;
  let answer = answers.get(question);
  if (answer === undefined) answers.set(question, answer = ask(mirror, rev));
  return answer;
}

async function ask(mirror: Mirror, rev: string): Promise<ServerName | undefined> {
  const meanings = meaningsOf(rev);
  const patterns = meanings.flatMap((name) => [name, `${name}^{}`]);
  // Hosting services have names by the thousand outside of these two.
  const narrow = rev === "HEAD" || rev.startsWith("refs/") ? [] : ["--heads", "--tags"];
  let names = await askNames(mirror, { options: narrow, patterns });
  if (names.size === 0 && narrow.length > 0 && rev.includes("/")) {
    names = await askNames(mirror, { patterns });
  }
  for (const name of meanings) {
    const id = names.get(name);
    if (id !== undefined) return { name, id, commit: names.get(`${name}^{}`) ?? id };
  }
  return undefined;
}

async function fetchSingle(mirror: Mirror, refspec: string, context: Context): Promise<void> {
  using _lock = await lockMirror(mirror.folder, context);
  using _progress = context.reporter.progress(`Fetching ${mirror.shown}`);
  await fetchRefs(mirror, { refspecs: [refspec], history: false });
}

const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];

async function fetchAll(mirror: Mirror, context: Context): Promise<void> {
  using _lock = await lockMirror(mirror.folder, context);
  using _progress = context.reporter.progress(`Fetching ${mirror.shown}`);
  const request = { history: true, prune: true };
  try {
    const refspecs = [...everything, "+HEAD:refs/remotes/origin/HEAD"];
    await fetchRefs(mirror, { ...request, refspecs });
  } catch (error) {
    if (!(error instanceof NothingThere)) throw error;
    // The branch that the server calls its default need not exist.
    await fetchRefs(mirror, { ...request, refspecs: everything });
  }
  forgetNotes(mirror.folder);
  setComplete(mirror.folder);
}

/** A look at the commit's own folder tells damage while there is still a remedy. */
async function requireFolder({ git }: Mirror, commit: string): Promise<void> {
  try {
    const folder = await objectsOf(git).read(`${commit}^{tree}`);
    if (folder?.type === "tree") return;
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  throw new BrokenMirror(`the folders of commit ${commit} are damaged`);
}
