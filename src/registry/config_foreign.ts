/**
 * The configuration of somebody else's repository at one revision.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { absolutePath } from "../platform/paths.ts";
import { type Config, configOf, type ConfigOverrides } from "./config.ts";
import { ConfigFiles, type ConfigPlace, readConfigBytes, readConfigFile } from "./config_files.ts";
import { withRemoteVariables } from "./config_environment.ts";
import { resolveOptions, resolvePaths } from "./config_paths.ts";
import { type ConfigTree, mergeInto } from "./config_tree.ts";

/** A `.dvc/config` that does not lie on the disk, such as that of a Git commit. */
export interface ForeignConfig {
  /** The file's bytes; undefined where the revision has none. */
  readonly content: Uint8Array | undefined;
  /** Names the file in messages, for example `.dvc/config of https://…@v1`. */
  readonly label: string;
  /** The absolute folder that relative paths in the file are relative to. */
  readonly folder: string;
  /** A `.dvc` folder on disk whose `config.local` counts, too; for a local path at a revision. */
  readonly dvcDirectory?: string | undefined;
}

/**
 * Merges the user's own levels, the foreign file and the overrides. Relative paths in the overrides
 * are relative to the working directory, as in DVC.
 */
export function loadConfigFromTree(
  foreign: ForeignConfig,
  place: ConfigPlace,
  overrides: ConfigOverrides = {},
): Config {
  const { directory, environment } = place;
  const merged = new ConfigFiles({ directory, environment }).merged();
  if (foreign.content !== undefined) {
    const tree = readConfigBytes(foreign.content, foreign.label);
    mergeInto(merged, resolvePaths(tree, { folder: foreign.folder, environment }));
  }
  if (foreign.dvcDirectory !== undefined) {
    const local = new ConfigFiles({ directory, environment, dvcDirectory: foreign.dvcDirectory });
    mergeInto(merged, local.read("local"));
  }
  return configOf(withRemoteVariables(merged, environment), resolved(overrides, place));
}

/** Reads, merges and checks the files of a project on disk, with overrides laid over them. */
export function loadConfigWith(place: ConfigPlace, overrides: ConfigOverrides): Config {
  const merged = withRemoteVariables(new ConfigFiles(place).merged(), place.environment);
  return configOf(merged, resolved(overrides, place));
}

/** Reads the file of `--config`; its relative paths are relative to the working directory. */
export function readOverrideFile(path: string, place: ConfigPlace): ConfigTree {
  const tree = readConfigFile(absolutePath(path, place.directory));
  if (tree !== undefined) return tree;
  throw new DvtError("failed", `unexpected error - [Errno 2] No such file or directory: '${path}'`);
}

/**
 * What a local source adds to the configuration of its revisions: its default remote as its own
 * files describe it, or its cache where it has none.
 */
export function upstreamOverride(source: Config, cacheDirectory: string): ConfigTree {
  const name = source.core.remote;
  if (!name) {
    const upstream = "auto-generated-upstream";
    return new Map<string, ConfigTree>([
      ["core", new Map([["remote", upstream]])],
      ["remote", new Map([[upstream, new Map([["url", cacheDirectory]])]])],
    ]);
  }
  const remotes = source.raw.get("remote");
  const options = remotes instanceof Map ? remotes.get(name) : undefined;
  if (options === undefined) throw missingDefault(name);
  return new Map([["remote", new Map([[name, options]])]]);
}

function missingDefault(name: string): DvtError {
  return new DvtError("configuration", `config file error: remote '${name}' doesn't exist`);
}

function resolved(overrides: ConfigOverrides, place: ConfigPlace): ConfigOverrides {
  const base = { folder: place.directory, environment: place.environment };
  const { config, remoteConfig } = overrides;
  return {
    ...overrides,
    config: config === undefined ? undefined : resolvePaths(config, base),
    remoteConfig: remoteConfig === undefined ? undefined : resolveOptions(remoteConfig, base),
  };
}
