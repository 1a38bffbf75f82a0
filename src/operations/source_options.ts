/**
 * How a source's configuration is amended: `--config`, `--remote`, `--remote-config`, and the same
 * as an import remembers them.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { ConfigOverrides } from "../registry/config.ts";
import { readOverrideFile } from "../registry/config_foreign.ts";
import { treeOfRecord } from "../registry/config_tree.ts";
import type { PlainMap, RepoSource } from "../stages/stage_file.ts";

/** The options as typed. */
export interface SourceOptions {
  /** A configuration file. */
  readonly config?: string | undefined;
  /** A remote of the source. */
  readonly remote?: string | undefined;
  /** Options for that remote, or for the default one. */
  readonly remoteConfig?: Readonly<Record<string, string>> | undefined;
}

/** The options as settings to lay over the source's own. */
export function sourceOverrides(
  { config, remote, remoteConfig }: SourceOptions,
  context: Context,
): ConfigOverrides | undefined {
  checkSourceOptions({ config, remote, remoteConfig });
  if (config === undefined && remote === undefined && remoteConfig === undefined) return undefined;
  const place = { directory: context.directory, environment: context.environment };
  return {
    ...(config === undefined ? {} : { config: readOverrideFile(config, place) }),
    ...(remote === undefined ? {} : { remote }),
    ...(remoteConfig === undefined ? {} : { remoteConfig }),
  };
}

/** Refuses options that say different things, before anything is done. */
export function checkSourceOptions({ config, remote, remoteConfig }: SourceOptions): void {
  if (config !== undefined && remote !== undefined && remoteConfig !== undefined) {
    throw new DvtError(
      "failed",
      "unexpected error - Can't specify config path together with both remote and remote_config",
    );
  }
}

/** The options as an import remembers them. */
export function rememberedOptions(
  { config, remote, remoteConfig }: SourceOptions,
): Pick<RepoSource, "config" | "remote"> {
  if (remote !== undefined && remoteConfig !== undefined) {
    return { config: { core: { remote }, remote: { [remote]: remoteConfig } } };
  }
  const where = remote ?? remoteConfig;
  return {
    ...(config === undefined ? {} : { config }),
    ...(where === undefined ? {} : { remote: where }),
  };
}

/** What an import remembers, as settings to lay over the source's own. */
export function rememberedOverrides(
  { config, remote }: RepoSource,
  context: Context,
): ConfigOverrides | undefined {
  if (config === undefined && remote === undefined) return undefined;
  const place = { directory: context.directory, environment: context.environment };
  const tree = config === undefined
    ? undefined
    : typeof config === "string"
    ? readOverrideFile(config, place)
    : treeOfRecord(config);
  return {
    ...(tree === undefined ? {} : { config: tree }),
    ...(typeof remote === "string" ? { remote } : {}),
    ...(remote !== undefined && typeof remote !== "string"
      ? { remoteConfig: textsOf(remote) }
      : {}),
  };
}

function textsOf(map: PlainMap): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}
