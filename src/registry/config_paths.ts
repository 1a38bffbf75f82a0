/**
 * Options that are paths: relative to the file they stand in, to the working directory when typed.
 *
 * @module
 */
import { absolutePath, isAbsolutePath, relativeNative, toPosix } from "../platform/paths.ts";
import { type Environment, expandHome } from "../platform/user_folders.ts";
import { type ConfigTree, mapTree } from "./config_tree.ts";

const remotePaths: ReadonlySet<string> = new Set([
  "url",
  "gdrive_user_credentials_file",
  "gdrive_service_account_json_file_path",
  "credentialpath",
  "configpath",
  "keyfile",
  "cert_path",
  "key_path",
]);

/** Whether the option at a place of the tree, such as `["cache", "dir"]`, holds a path. */
export function isPathOption(way: readonly string[]): boolean {
  const [section, name, option] = way;
  if (section === "cache") return way.length === 2 && name === "dir";
  if (way.length !== 3 || option === undefined) return false;
  if (section === "remote") return remotePaths.has(option);
  return section === "machine" && (option === "startup_script" || option === "setup_script");
}

/** The folder of the file that paths belong to, and the environment that says what `~` is. */
export interface PathBase {
  readonly folder: string;
  readonly environment: Environment;
}

/** The tree with every path resolved to an absolute one; URLs stay. */
export function resolvePaths(tree: ConfigTree, base: PathBase): ConfigTree {
  return mapTree(
    tree,
    (entry, way) =>
      typeof entry === "string" && isPathOption(way) ? resolvePath(entry, base) : entry,
  );
}

/** The same for the options of one remote. */
export function resolveOptions(
  options: Readonly<Record<string, string>>,
  base: PathBase,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      remotePaths.has(name) ? resolvePath(value, base) : value,
    ]),
  );
}

/** The tree with every relative path in its shortest form, as DVC stores it. */
export function tidyPaths(tree: ConfigTree, base: PathBase): ConfigTree {
  return mapTree(
    tree,
    (entry, way) =>
      typeof entry === "string" && isPathOption(way) && isRelative(entry, base)
        ? relativeTo(base.folder, resolvePath(entry, base))
        : entry,
  );
}

/** A path typed in `directory`, as it is stored in a file of `base`. */
export function storedPath(typed: string, directory: string, base: PathBase): string {
  if (isUrl(typed) || isAbsolutePath(typed)) return typed;
  if (expandHome(typed, base.environment) !== typed) return toPosix(typed);
  return relativeTo(base.folder, absolutePath(typed, directory));
}

function resolvePath(path: string, base: PathBase): string {
  if (isUrl(path) || isAbsolutePath(path)) return path;
  return absolutePath(expandHome(path, base.environment), base.folder);
}

function isRelative(path: string, base: PathBase): boolean {
  return !isUrl(path) && !isAbsolutePath(path) &&
    !isAbsolutePath(expandHome(path, base.environment));
}

function relativeTo(folder: string, path: string): string {
  return toPosix(relativeNative(folder, path));
}

function isUrl(path: string): boolean {
  return /^[\p{L}\p{N}_]+:\/\//u.test(path);
}
