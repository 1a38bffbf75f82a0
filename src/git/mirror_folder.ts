/**
 * Where mirrors are, and what lies in one: a bare, partial repository of the user's own. The
 * folder is made without git, in one step, so that a half-made one is never seen.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { md5Hex } from "../platform/digest/md5.ts";
import { DvtError } from "../platform/error.ts";
import { type FileLock, lockFile } from "../platform/file_lock.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  changeMode,
  isDirectory,
  leadsSomewhere,
  lookAt,
  makeDirectory,
  makeTemporaryDirectory,
  readTextIfThere,
  removeTemporaries,
  removeTree,
  renameFile,
  staleAge,
  temporaryName,
} from "../platform/files.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";
import { userCacheDirectory } from "../platform/user_folders.ts";
import { isFullSha, isRefName } from "./refs.ts";
import type { RemoteAddress } from "./remote_address.ts";
import { type Git, gitAt } from "./repository.ts";

/** The folder of the user for what was fetched from others; `DVT_CACHE_DIR` names another. */
export function userFolder(context: Context): string {
  const { environment, directory } = context;
  const named = environment.DVT_CACHE_DIR;
  const cache = named === undefined || named === ""
    ? userCacheDirectory({ program: "dvt", author: "dovetail" }, environment)
    : absolutePath(named, directory);
  return cache ?? homelessFolder();
}

/** The folder of all mirrors of the user. */
export function mirrorsFolder(context: Context): string {
  return nativeBelow(userFolder(context), "mirrors");
}

let homeless: string | undefined;

/** Without a home, mirrors last as long as the run: a shared place could be prepared by others. */
function homelessFolder(): string {
  return homeless ??= makeTemporaryDirectory();
}

/** The folder of one mirror: its name tells people what it holds, and is the address's own. */
export function mirrorFolder(address: RemoteAddress, context: Context): string {
  const name = /([\w.-]+?)(\.git)?\/*$/.exec(address.url)?.[1]?.replace(/^\.+/, "") ?? "";
  const hash = md5Hex(new TextEncoder().encode(address.url));
  return nativeBelow(mirrorsFolder(context), `${name.slice(-40)}-${hash}.git`);
}

/** The repository in a mirror's folder. */
export function mirrorGit(folder: string, address: RemoteAddress, context: Context): Git {
  const { hiddenConfig, secrets, shown } = address;
  return gitAt({ root: undefined, gitDirectory: folder, commonDirectory: folder }, {
    context,
    trust: "mirror",
    label: shown,
    hiddenConfig,
    variables: address.variables,
    secrets,
  });
}

/** Whether a folder is a mirror of the address, as far as a look tells. */
export function isMirror(folder: string, address: RemoteAddress): boolean {
  return leadsSomewhere(nativeBelow(folder, "HEAD")) &&
    isDirectory(nativeBelow(folder, "objects")) && isDirectory(nativeBelow(folder, "refs")) &&
    readTextIfThere(nativeBelow(folder, "config")) === configOf(address.url);
}

/** Makes an empty mirror, unless somebody else has just done so. */
export function makeMirror(folder: string, address: RemoteAddress, context: Context): void {
  const parent = mirrorsFolder(context);
  makeDirectory(parent, 0o700);
  changeMode(parent, 0o700);
  removeTemporaries(parent, { olderThan: staleAge });
  const fresh = nativeBelow(parent, temporaryName());
  makeDirectory(nativeBelow(fresh, "objects"), 0o700);
  makeDirectory(nativeBelow(fresh, "refs"), 0o700);
  // As in a clone, the branch that the server calls its default is the one we stand on.
  writeFileAtomically(nativeBelow(fresh, "HEAD"), "ref: refs/remotes/origin/HEAD\n");
  writeFileAtomically(nativeBelow(fresh, "config"), configOf(address.url));
  try {
    renameFile(fresh, folder);
  } catch (error) {
    removeTree(fresh);
    if (!isMirror(folder, address)) throw error;
  }
}

/** Takes a mirror that is of no use out of the way. */
export function dropMirror(folder: string, context: Context): void {
  if (lookAt(folder) === undefined) return;
  const rubbish = nativeBelow(mirrorsFolder(context), temporaryName());
  renameFile(folder, rubbish);
  removeTree(rubbish);
}

/** Housekeeping is ours: git's own would start in the background of any command. */
function configOf(url: string): string {
  return `[core]
	repositoryformatversion = 1
	bare = true
	hooksPath = /dev/null
[extensions]
	partialClone = origin
[remote "origin"]
	url = "${url.replace(/[\\"]/g, "\\$&")}"
	promisor = true
	partialclonefilter = blob:none
	tagOpt = --no-tags
[gc]
	auto = 0
[maintenance]
	auto = false
`;
}

/** One writer at a time; those who only read need no lock. */
export async function lockMirror(folder: string, context: Context): Promise<FileLock> {
  const lock = await lockFile(`${folder}.lock`, {
    wait: undefined,
    signal: context.signal,
    onWait: () => context.reporter.note("Waiting for another process that fetches the same data"),
  });
  if (lock !== undefined) return lock;
  throw new DvtError("conflict", `'${folder}' is locked by another process`);
}

/**
 * Where a mirror keeps what the server last said a name means. Names are one flat folder: a branch
 * `a` may give way to a branch `a/b`.
 */
export function noteName(rev: string): string {
  const flat = encodeURIComponent(rev.toWellFormed()).replaceAll(".", "%2E");
  return `refs/dvt/rev/=${flat.length <= 200 ? flat : md5Hex(new TextEncoder().encode(flat))}`;
}

/** Where a mirror keeps that a commit is here with all its folders. */
export function commitNoteName(commit: string): string {
  return `refs/dvt/commit/${commit}`;
}

/** Writes a ref of ours; git reads it as one of its own. */
export function writeNote(folder: string, name: string, id: string): void {
  if (!isRefName(name) || !isFullSha(id)) return;
  const path = nativeBelow(folder, name);
  if (readTextIfThere(path)?.trim() === id) return;
  makeDirectory(nativeBelow(folder, name.slice(0, name.lastIndexOf("/"))));
  writeFileAtomically(path, `${id}\n`);
}

/** Forgets what names meant; the refs of a complete mirror tell it. */
export function forgetNotes(folder: string): void {
  removeTree(nativeBelow(folder, "refs/dvt/rev"));
}

/** Whether all commits that the server's branches and tags lead to are here. */
export function isComplete(folder: string): boolean {
  return leadsSomewhere(nativeBelow(folder, "dvt-complete"));
}

/** Remembers that they are. */
export function setComplete(folder: string): void {
  if (!isComplete(folder)) writeFileAtomically(nativeBelow(folder, "dvt-complete"), "");
}
