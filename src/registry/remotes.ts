/**
 * A remote's settings → its objects.
 *
 * @module
 */
import { LocalStore } from "../objects/local_store.ts";
import type { HashName } from "../objects/object_id.ts";
import { type ObjectStore, RemoteStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { absolutePath } from "../platform/paths.ts";
import type { RemoteConfig } from "./config.ts";

/** Whether a remote is a folder on this machine. */
export function isLocalUrl(url: string): boolean {
  return !/^[A-Za-z][\w+.-]*:\/\//.test(url) || url.startsWith("file://");
}

/** The folder of a local remote. */
export function localFolder(url: string): string {
  return url.startsWith("file://") ? decodeURIComponent(new URL(url).pathname) : url;
}

/**
 * A further place with the objects of a remote. It is read by anybody: the remote's own keys are
 * not for it.
 */
export function mirrorOf(
  remote: RemoteConfig,
  { url, at, folder }: { url: string; at: number; folder: string },
): RemoteConfig {
  return {
    ...remote,
    name: `${remote.name} mirror ${at + 1}`,
    url: isLocalUrl(url) && !url.startsWith("file://") ? absolutePath(url, folder) : url,
    options: url.startsWith("s3://") ? { allow_anonymous_login: "true" } : {},
  };
}

/** A remote that a program opens. */
export function programRemote(name: string, program: string): RemoteConfig {
  return {
    ...{ name, url: `program://${name}`, options: { program } },
    ...{ jobs: undefined, checksumJobs: undefined },
    ...{ verify: false, versionAware: false, worktree: false },
  };
}

/** Opens the objects of one hash on a remote. The driver is loaded now, a server asked later. */
export async function openRemote(
  remote: RemoteConfig,
  { hash, context }: { hash: HashName; context: Context },
): Promise<ObjectStore> {
  if (isLocalUrl(remote.url)) {
    return new LocalStore({
      root: localFolder(remote.url),
      hash,
      shared: remote.options["shared"] === "group",
    });
  }
  const { openStorage } = await import("../storage/open.ts");
  const options: Record<string, string> = {};
  for (const [key, value] of Object.entries(remote.options)) {
    options[key] = typeof value === "string" ? value : value.join(",");
  }
  return new RemoteStore(await openStorage({ url: remote.url, options }, context), hash);
}
