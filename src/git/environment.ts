/**
 * What git is started with: its environment and the arguments before the subcommand.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { absolutePath, isInside, parentDirectory, toPosix } from "../platform/paths.ts";

/** Where the parts of a repository are; absolute native paths. */
export interface GitPlaces {
  /** The top of the work tree; undefined for a bare repository. */
  readonly root: string | undefined;
  /** What `.git` is or leads to: HEAD and the index are here. */
  readonly gitDirectory: string;
  /** Where refs and objects are; differs from `gitDirectory` in a linked work tree. */
  readonly commonDirectory: string;
}

/**
 * How far a repository is trusted.
 *
 * - `own`: the project's; the user's settings and hooks hold
 * - `foreign`: somebody else's on this disk; nothing that it configures is run, nothing is fetched
 * - `mirror`: our own bare copy of somebody else's; it may fetch
 */
export type GitTrust = "own" | "foreign" | "mirror";

/** What a repository is opened with. */
export interface GitAccess {
  readonly context: Context;
  readonly trust: GitTrust;
  readonly label: string;
  /** Settings that must not be seen in the process list; they travel by the environment. */
  readonly hiddenConfig?: readonly (readonly [key: string, value: string])[];
  /** Further variables of git's environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Texts that no message may hold. */
  readonly secrets?: readonly string[];
}

/** The variables by which git is led to another repository than the one it is started in. */
const redirecting =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|INDEX_FILE|NAMESPACE|PREFIX|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|CONFIG|QUARANTINE_PATH|INTERNAL_.*|DEFAULT_HASH|ATTR_SOURCE|(GLOB|NOGLOB|ICASE|LITERAL)_PATHSPECS|EXTERNAL_DIFF|CEILING_DIRECTORIES)$/;

/** The environment of every git of a repository. */
export function gitEnvironment(places: GitPlaces, access: GitAccess): Record<string, string> {
  const { environment: given, directory, interactive } = access.context;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!redirecting.test(name)) environment[name] = value;
  }
  environment.LC_ALL = "C";
  environment.GIT_OPTIONAL_LOCKS = "0";
  // A folder that turns out not to be a repository must not lead to one around it.
  environment.GIT_CEILING_DIRECTORIES = parentDirectory(places.root ?? places.gitDirectory);
  if (interactive !== true) environment.GIT_TERMINAL_PROMPT ??= "0";
  const index = given.GIT_INDEX_FILE;
  if (access.trust === "own" && index !== undefined) {
    // A hook of `git commit` works on an index of its own. Git calls it from the root.
    const file = absolutePath(index, places.root ?? directory);
    if (isInside(toPosix(file), toPosix(places.gitDirectory))) environment.GIT_INDEX_FILE = file;
  }
  if (access.trust === "foreign") {
    // A repository can name helpers to fetch what it lacks; they would run as the user.
    environment.GIT_NO_LAZY_FETCH = "1";
    environment.GIT_ALLOW_PROTOCOL = "none";
  }
  Object.assign(environment, access.variables);
  addConfig(environment, access.hiddenConfig ?? []);
  return environment;
}

/** Adds settings to those that the environment may hold already, as CI systems do. */
function addConfig(
  environment: Record<string, string>,
  config: readonly (readonly [string, string])[],
): void {
  if (config.length === 0) return;
  let count = Number(environment.GIT_CONFIG_COUNT ?? "0") || 0;
  for (const [key, value] of config) {
    environment[`GIT_CONFIG_KEY_${count}`] = key;
    environment[`GIT_CONFIG_VALUE_${count}`] = value;
    count++;
  }
  environment.GIT_CONFIG_COUNT = String(count);
}

/** The arguments before the subcommand. */
export function globalArguments(places: GitPlaces, trust: GitTrust): string[] {
  const always = ["--no-pager", "--literal-pathspecs"];
  if (trust === "own") return always;
  const harmless = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
  // Named like this, git would not ask whether the folder's owner is trusted (`safe.directory`):
  // right for what we made ourselves, wrong for a repository that somebody left on this disk.
  const named = trust === "mirror" ? [`--git-dir=${places.gitDirectory}`] : [];
  return [...always, ...harmless, ...named];
}
