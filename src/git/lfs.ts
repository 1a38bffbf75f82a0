/**
 * Where the large files of a repository are: in its own folder, on the server beside it, or on the
 * server beside the repository it was cloned from.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { nativeBelow } from "../platform/paths.ts";
import { LfsObjects } from "./lfs_objects.ts";
import { lfsEndpoint, lfsServer } from "./lfs_server.ts";
import { remoteAddress } from "./remote_address.ts";
import type { Git } from "./repository.ts";
import { configValue } from "./work_tree.ts";

/** A commit of a repository. */
export interface LfsRequest {
  readonly git: Git;
  readonly commit: string;
  /** As typed. */
  readonly url: string;
  /** Whether `git` is our copy of it. */
  readonly mirrored: boolean;
  readonly offline: boolean;
}

/** Opens the large files of a repository. */
export function openLfs(request: LfsRequest, context: Context): LfsObjects {
  const { git, commit, url, mirrored, offline } = request;
  const address = remoteAddress(url, context);
  const folders = mirrored
    ? address.path === undefined
      ? []
      : [`${address.path}/.git/lfs/objects`, `${address.path}/lfs/objects`]
    : [nativeBelow(git.commonDirectory, "lfs/objects")];
  return new LfsObjects({
    folders,
    offline,
    label: address.shown,
    context,
    async server() {
      const repository = address.path === undefined ? address.url : originOf(git, mirrored);
      if (repository === undefined) return undefined;
      const endpoint = await lfsEndpoint({ url: repository, commit, git, context });
      return endpoint === undefined ? undefined : lfsServer(endpoint, { git, repository, context });
    },
  });
}

/** Where a repository on this machine was cloned from, without a name or password. */
function originOf(git: Git, mirrored: boolean): string | undefined {
  if (mirrored) return undefined;
  const url = configValue(git, "remote.origin.url")?.trim() ?? "";
  return url === "" ? undefined : url.replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}
