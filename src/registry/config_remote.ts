/**
 * From a remote's name to the options it is opened with.
 *
 * @module
 */
import type { DvtError } from "../platform/error.ts";
import { isIniSection } from "../platform/ini.ts";
import { type Config, type RemoteConfig, remoteOf } from "./config.ts";
import { configError, type ConfigTree, sectionIfAny } from "./config_tree.ts";
import { readRemote, splitUrl } from "./config_validate.ts";

/** What a message about a missing remote mentions. */
export interface RemoteWish {
  /** The remote asked for; the default one if there is none. */
  readonly name?: string | undefined;
  /** The project's top folder, or its URL. */
  readonly project: string;
  /** The verb that the message says to run with `-r`; DVC's push and pull leave it open. */
  readonly command?: string | undefined;
}

/**
 * The remote of that name, or the default one, with what `remote://NAME/path` refers to filled in.
 * Throws a `configuration` error in DVC's words where there is none.
 */
export function requireRemote(config: Config, wish: RemoteWish): RemoteConfig {
  const name = wish.name || config.core.remote;
  if (!name) throw noRemote(config, wish);
  const options = readRemote(resolveReferences(config, name));
  const remote = remoteOf(name.toLowerCase(), options);
  if (!remote.worktree) return remote;
  if (options.get("version_aware") === "false") {
    throw configError("worktree remotes require version_aware cloud");
  }
  return { ...remote, versionAware: true };
}

/**
 * An address with the options it is opened with: `remote://NAME/path` leads below a remote of that
 * name and takes its options; the options given win. Throws `configuration` for unknown ones.
 */
export function resolveUrl(
  config: Config,
  url: string,
  options: Readonly<Record<string, string>>,
): { readonly url: string; readonly options: Readonly<Record<string, string>> } {
  const own: ConfigTree = new Map(Object.entries({ ...options, url }));
  const { url: resolved, options: all } = remoteOf("", readRemote(withReference(config, own)));
  const texts = Object.entries(all).map(([name, value]) =>
    [name, typeof value === "string" ? value : value.join(",")] as const
  );
  return { url: resolved, options: Object.fromEntries(texts) };
}

/** The options of a remote laid over those of the remote that its URL refers to. */
function resolveReferences(
  config: Config,
  name: string,
  seen: readonly string[] = [],
): ConfigTree {
  const key = name.toLowerCase();
  const remote = sectionIfAny(config.raw, "remote")?.get(key);
  if (remote === undefined || !isIniSection(remote)) {
    throw configError(`remote '${name}' doesn't exist`);
  }
  if (seen.includes(key)) throw configError(`the URL of remote '${name}' refers to itself`);
  return withReference(config, remote, [...seen, key]);
}

function withReference(
  config: Config,
  remote: ConfigTree,
  seen: readonly string[] = [],
): ConfigTree {
  const url = remote.get("url");
  if (typeof url !== "string") return remote;
  const { scheme, host } = splitUrl(url);
  if (scheme !== "remote" || host === undefined || host === "") return remote;
  const base = resolveReferences(config, host, seen);
  const path = url.slice(url.indexOf("//") + 2 + host.length).replace(/^\/+/, "");
  return new Map([...base, ...remote, ["url", `${base.get("url") ?? ""}/${path}`]]);
}

function noRemote(config: Config, wish: RemoteWish): DvtError {
  const where = `no remote specified in ${wish.project}`;
  if (config.remotes.size > 0) {
    return configError(
      `${where}. Setup default remote with\n    dvc remote default <remote name>\nor use:\n` +
        `    dvc ${wish.command ?? "<command>"} -r <remote name>`,
    );
  }
  return configError(
    `${where}. Create a default remote with\n    dvc remote add -d <remote name> <remote url>`,
  );
}
