/**
 * Folders that belong to the user or to the machine, found from the environment as DVC finds them.
 *
 * @module
 */
import { readTextIfThere } from "./files.ts";
import { absolutePath, isAbsolutePath } from "./paths.ts";

/** The environment variables of a run. */
export type Environment = Readonly<Record<string, string>>;

/** The name a program's folders carry; Windows puts the author's around it. */
export interface FolderOwner {
  readonly program: string;
  readonly author: string;
}

/** Where a program keeps the user's configuration; undefined where no home folder is known. */
export function userConfigDirectory(
  owner: FolderOwner,
  environment: Environment,
): string | undefined {
  if (Deno.build.os === "windows") return windowsFolder(environment.LOCALAPPDATA, owner);
  const named = environment.XDG_CONFIG_HOME;
  const usual = Deno.build.os === "darwin" ? "~/Library/Application Support" : "~/.config";
  return below(isRooted(named) ? named : expandHome(usual, environment), owner);
}

/** Where a program keeps the machine's configuration. */
export function systemConfigDirectory(
  owner: FolderOwner,
  environment: Environment,
): string | undefined {
  if (Deno.build.os === "windows") return windowsFolder(environment.PROGRAMDATA, owner);
  const named = (environment.XDG_CONFIG_DIRS ?? "").split(":").find(isRooted);
  const usual = Deno.build.os === "darwin" ? "/Library/Application Support" : "/etc/xdg";
  return below(named ?? usual, owner);
}

/** Where a program keeps what it can make anew; undefined where no home folder is known. */
export function userCacheDirectory(
  owner: FolderOwner,
  environment: Environment,
): string | undefined {
  if (Deno.build.os === "windows") return windowsFolder(environment.LOCALAPPDATA, owner);
  const named = environment.XDG_CACHE_HOME;
  const usual = Deno.build.os === "darwin" ? "~/Library/Caches" : "~/.cache";
  return below(isRooted(named) ? named : expandHome(usual, environment), owner);
}

/** Resolves a leading `~` or `~name`; a path that has none, or nobody's, comes back as it is. */
export function expandHome(path: string, environment: Environment): string {
  if (!path.startsWith("~")) return path;
  const end = path.search(/[/\\]/);
  const name = path.slice(1, end < 0 ? undefined : end);
  const home = name === "" ? homeDirectory(environment) : homeOf(name);
  if (home === undefined) return path;
  const rest = end < 0 ? "" : path.slice(end);
  return home.replace(/\/+$/, "") + rest || "/";
}

/** The user's home folder; undefined where nothing tells. */
export function homeDirectory(environment: Environment): string | undefined {
  if (Deno.build.os === "windows") return environment.USERPROFILE;
  const named = environment.HOME;
  if (isRooted(named)) return named;
  const user = environment.USER ?? environment.LOGNAME;
  return user === undefined ? undefined : homeOf(user);
}

function homeOf(user: string): string | undefined {
  if (Deno.build.os === "windows") return undefined;
  const line = readTextIfThere("/etc/passwd")?.split("\n")
    .find((entry) => entry.startsWith(`${user}:`));
  return line?.split(":")[5];
}

function isRooted(path: string | undefined): path is string {
  return path !== undefined && path.startsWith("/");
}

function below(folder: string, owner: FolderOwner): string | undefined {
  return isAbsolutePath(folder) ? absolutePath(owner.program, folder) : undefined;
}

function windowsFolder(folder: string | undefined, owner: FolderOwner): string | undefined {
  return folder === undefined
    ? undefined
    : absolutePath(`${owner.author}/${owner.program}`, folder);
}
