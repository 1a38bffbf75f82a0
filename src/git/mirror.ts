/**
 * Other people's repositories: bare, partial copies of the user's own, which later commands only
 * top up. Nothing is ever checked out of them, and nothing that they configure is run.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { lockFile } from "../platform/file_lock.ts";
import {
  isDirectory,
  makeDirectory,
  makePrivate,
  removeTree,
  renameFile,
  temporaryName,
} from "../platform/files.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { homeDirectory } from "../platform/user_folders.ts";
import { splitCredentials } from "./credentials.ts";
import { isFullSha } from "./refs.ts";
import { type Git, gitAt, lastWords, textOf } from "./repository.ts";

/** What is wanted of a repository. */
export interface MirrorRequest {
  /** The revision that will be read; the default branch where absent. */
  readonly rev?: string | undefined;
  readonly context: Context;
  /** Nobody may be asked; what is here already must do. */
  readonly offline?: boolean | undefined;
}

/** The copy of a repository, made or brought up to date so that `rev` can be read. */
export async function openMirror(url: string, request: MirrorRequest): Promise<Git> {
  const { context, rev } = request;
  const address = usableAddress(url, context);
  const place = mirrorPlace(address.url, context);
  const git = mirrorAt(place, { url, context, config: address.config, secrets: address.secrets });
  const made = isDirectory(place);
  if (request.offline === true) {
    if (made) return git;
    throw new DvtError("git", `'${maskSecrets(url)}' has no copy on this machine yet`, {
      hint: "run the command once without --offline",
    });
  }
  // A commit never changes, so one that is here needs nobody's answer.
  if (made && rev !== undefined && isFullSha(rev) && await hasCommit(git, rev)) return git;
  makePrivate(mirrorFolder(context));
  const lock = await lockFile(`${place}.lock`, { wait: undefined, signal: context.signal });
  try {
    if (isDirectory(place)) await topUp(git, request, url);
    else await make(place, { address, url, request });
  } finally {
    lock?.[Symbol.dispose]();
  }
  return git;
}

/** The folder of the user's mirrors. */
export function mirrorFolder({ environment }: Context): string {
  const own = environment["DVT_CACHE_DIR"];
  if (own !== undefined && own !== "") return nativeBelow(own, "mirrors");
  const home = environment["XDG_CACHE_HOME"] || `${homeDirectory(environment) ?? "/tmp"}/.cache`;
  return nativeBelow(home, "dvt/mirrors");
}

function mirrorPlace(url: string, context: Context): string {
  return nativeBelow(mirrorFolder(context), md5Hex(new TextEncoder().encode(url)));
}

interface Address {
  /** Without secrets, absolute where it is a path. */
  readonly url: string;
  readonly config: readonly (readonly [key: string, value: string])[];
  readonly secrets: readonly string[];
}

function usableAddress(url: string, context: Context): Address {
  if (url.startsWith("-") || /^[\w-]+::/.test(url)) {
    throw new DvtError("git", `'${maskSecrets(url)}' is not an address that dvt reads from`, {
      hint: "use a path, or an https, ssh or git address",
    });
  }
  const isPath = !/^[A-Za-z][\w+.-]*:\/\//.test(url) && !/^[^/]+:/.test(url);
  if (isPath) return { url: absolutePath(url, context.directory), config: [], secrets: [] };
  return splitCredentials(url);
}

function mirrorAt(
  place: string,
  { url, context, config, secrets }: {
    url: string;
    context: Context;
    config: Address["config"];
    secrets: readonly string[];
  },
): Git {
  return gitAt({ root: undefined, gitDirectory: place, commonDirectory: place }, {
    context,
    trust: "mirror",
    label: maskSecrets(url),
    hiddenConfig: config,
    secrets,
  });
}

async function hasCommit(git: Git, rev: string): Promise<boolean> {
  const answer = await git.run(["cat-file", "-e", `${rev}^{commit}`], {
    okCodes: "any",
    mayFetch: false,
  });
  return answer.code === 0;
}

const branchesAndTags = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];

/** Makes the copy in a temporary folder, so that nobody sees a half-made one. */
async function make(
  place: string,
  { address, url, request }: { address: Address; url: string; request: MirrorRequest },
): Promise<void> {
  const { context } = request;
  const fresh = nativeBelow(mirrorFolder(context), temporaryName());
  makeDirectory(fresh);
  const git = mirrorAt(fresh, { ...address, url, context });
  try {
    await git.run(["init", "--quiet", "--bare", "--initial-branch=none", "--template=", fresh]);
    await git.run(["config", "remote.origin.url", address.url]);
    for (const refspec of branchesAndTags) {
      await git.run(["config", "--add", "remote.origin.fetch", refspec]);
    }
    await git.run(["config", "remote.origin.promisor", "true"]);
    await git.run(["config", "remote.origin.partialclonefilter", "blob:none"]);
    await topUp(git, request, url);
    renameFile(fresh, place);
  } finally {
    removeTree(fresh);
  }
}

/** Fetches what is new; the blobs come when they are read. */
async function topUp(git: Git, { rev }: MirrorRequest, url: string): Promise<void> {
  const fetch = ["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--force"];
  const answer = await git.run(
    [...fetch, "--recurse-submodules=no", "--filter=blob:none", "--", "origin"],
    { okCodes: "any" },
  );
  if (answer.code !== 0) throw cloneFailure(git, url, answer.stderr);
  if (rev !== undefined && isFullSha(rev) && !await hasCommit(git, rev)) {
    // A commit that no branch or tag leads to; most servers hand it out when asked by name.
    await git.run([...fetch, "--filter=blob:none", "--", "origin", rev], { okCodes: "any" });
  }
  if (rev !== undefined && rev !== "HEAD") return;
  const head = await git.run(["ls-remote", "--symref", "--", "origin", "HEAD"], {
    okCodes: "any",
  });
  const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(textOf(head))?.[1];
  if (branch !== undefined) await git.run(["symbolic-ref", "HEAD", branch]);
  else {
    const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(textOf(head))?.[1];
    if (commit !== undefined) await git.run(["update-ref", "--no-deref", "HEAD", commit]);
  }
}

function cloneFailure(git: Git, url: string, stderr: string): DvtError {
  const words = lastWords(stderr) ?? "git failed";
  const shown = maskSecrets(url);
  const reason = /does not appear to be a git repository|not found|No such file/i.test(stderr) &&
      !/^\w+:\/\//.test(url)
    ? `No git repository was found at ${shown}`
    : words;
  return new DvtError(
    "git",
    `SCM error: Failed to clone repo '${shown}' to '${git.gitDirectory}': ${reason}`,
    { hint: "check the address, and that git itself may read it: git ls-remote" },
  );
}
