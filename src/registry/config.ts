/**
 * The configuration of a project as the rest of dvt sees it. DVC's files are described in
 * `config_files.ts`, its options in `config_schema.ts`; dvt's own settings are in `settings.ts`.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isIniSection } from "../platform/ini.ts";
import type { LinkType } from "../workspace/place.ts";
import { ConfigFiles, type ConfigPlace } from "./config_files.ts";
import { isLinkType } from "./config_schema.ts";
import { type ConfigTree, mergeInto, sectionIfAny } from "./config_tree.ts";
import { withRemoteVariables } from "./config_environment.ts";
import { validate } from "./config_validate.ts";

export { type ConfigLevel, type ConfigPlace } from "./config_files.ts";
export { type ConfigTree } from "./config_tree.ts";

/** All levels merged and checked. */
export interface Config {
  readonly core: CoreConfig;
  readonly cache: CacheConfig;
  /** By name in lower case. `requireRemote` resolves those that refer to others. */
  readonly remotes: ReadonlyMap<string, RemoteConfig>;
  /** All sections in their plain form: booleans `true` or `false`, paths absolute. */
  readonly raw: ConfigTree;
  /** What deserves a warning, such as unknown options of `[feature]`. */
  readonly warnings: readonly string[];
}

/** The section `core`. */
export interface CoreConfig {
  /** The default remote. */
  readonly remote: string | undefined;
  readonly autostage: boolean;
  readonly noScm: boolean;
  readonly hardlinkLock: boolean;
  readonly checksumJobs: number | undefined;
  readonly siteCacheDir: string | undefined;
}

/** The section `cache`. */
export interface CacheConfig {
  /** Absolute; undefined for the usual `.dvc/cache`. */
  readonly dir: string | undefined;
  /** In the order to try. */
  readonly types: readonly LinkType[];
  /** Whether the group may write what one of its members added. */
  readonly shared: boolean;
  readonly slowLinkWarning: boolean;
  /** Whether objects are hashed again when they are taken from the cache. */
  readonly verify: boolean;
}

/** One remote. */
export interface RemoteConfig {
  readonly name: string;
  /** A URL, or an absolute path. */
  readonly url: string;
  /** All options but the URL, such as `profile`; paths absolute, booleans `true` or `false`. */
  readonly options: Readonly<Record<string, string | readonly string[]>>;
  readonly jobs: number | undefined;
  readonly checksumJobs: number | undefined;
  readonly verify: boolean;
  readonly versionAware: boolean;
  readonly worktree: boolean;
}

/** Reads, merges and checks the configuration files of a place. */
export function loadConfig(place: ConfigPlace): Config {
  return configOf(withRemoteVariables(new ConfigFiles(place).merged(), place.environment));
}

/** Settings laid over those of the files, as `--config`, `--remote` and `--remote-config` do. */
export interface ConfigOverrides {
  /** Merged below the check. */
  readonly config?: ConfigTree | undefined;
  /** The default remote. */
  readonly remote?: string | undefined;
  /** Options of that remote, or of the default one; checked when the remote is used. */
  readonly remoteConfig?: Readonly<Record<string, string>> | undefined;
}

/** The typed view of a merged tree; throws a `configuration` error where it is not valid. */
export function configOf(merged: ConfigTree, overrides: ConfigOverrides = {}): Config {
  if (overrides.config !== undefined) mergeInto(merged, overrides.config);
  const { tree, warnings } = validate(merged);
  override(tree, overrides);
  const core = sectionIfAny(tree, "core") ?? new Map();
  const cache = sectionIfAny(tree, "cache") ?? new Map();
  return {
    core: {
      remote: textOf(core, "remote"),
      autostage: flagOf(core, "autostage"),
      noScm: flagOf(core, "no_scm"),
      hardlinkLock: flagOf(core, "hardlink_lock"),
      checksumJobs: numberOf(core, "checksum_jobs"),
      siteCacheDir: textOf(core, "site_cache_dir"),
    },
    cache: {
      dir: textOf(cache, "dir"),
      types: linkTypesOf(cache),
      shared: cache.has("shared"),
      slowLinkWarning: flagOf(cache, "slow_link_warning", true),
      verify: flagOf(cache, "verify"),
    },
    remotes: new Map(
      [...sectionIfAny(tree, "remote") ?? []].flatMap(([name, options]) =>
        isIniSection(options) ? [[name, remoteOf(name, options)] as const] : []
      ),
    ),
    raw: tree,
    warnings,
  };
}

function override(tree: ConfigTree, { remote, remoteConfig }: ConfigOverrides): void {
  const name = (remote ?? textOf(sectionIfAny(tree, "core") ?? new Map(), "remote"))?.toLowerCase();
  const added: ConfigTree = new Map();
  if (remote !== undefined && name !== undefined) added.set("core", new Map([["remote", name]]));
  if (remoteConfig !== undefined) {
    if (name === undefined) throw new DvtError("failed", "unexpected error - Missing remote name");
    added.set("remote", new Map([[name, new Map(Object.entries(remoteConfig))]]));
  }
  mergeInto(tree, added);
}

/** A remote's options in the typed view. */
export function remoteOf(name: string, section: ConfigTree): RemoteConfig {
  const options = [...section].flatMap(([option, entry]) =>
    option === "url" || isIniSection(entry) ? [] : [[option, entry] as const]
  );
  const url = textOf(section, "url") ?? "";
  return {
    name,
    url,
    options: Object.fromEntries(options),
    jobs: numberOf(section, "jobs"),
    checksumJobs: numberOf(section, "checksum_jobs"),
    verify: flagOf(section, "verify", /^(oss|gdrive):\/\//i.test(url)),
    versionAware: flagOf(section, "version_aware"),
    worktree: flagOf(section, "worktree"),
  };
}

function textOf(section: ConfigTree, option: string): string | undefined {
  const entry = section.get(option);
  return typeof entry === "string" ? entry : undefined;
}

function flagOf(section: ConfigTree, option: string, usual = false): boolean {
  const text = textOf(section, option);
  return text === undefined ? usual : text.toLowerCase() === "true";
}

function numberOf(section: ConfigTree, option: string): number | undefined {
  const text = textOf(section, option);
  return text === undefined ? undefined : Number(text);
}

function linkTypesOf(cache: ConfigTree): readonly LinkType[] {
  const types = cache.get("type");
  if (types === undefined || isIniSection(types)) return ["reflink", "copy"];
  return [types].flat().filter(isLinkType);
}
