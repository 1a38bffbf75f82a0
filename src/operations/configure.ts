/**
 * Reading and changing single options of the configuration.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import type { DvtError } from "../platform/error.ts";
import { type IniEntry, isIniSection } from "../platform/ini.ts";
import { nativeBelow, relativeNative } from "../platform/paths.ts";
import {
  ConfigFiles,
  type ConfigLevel,
  configLevels,
  type ConfigPlace,
} from "../registry/config_files.ts";
import { isPathOption, storedPath } from "../registry/config_paths.ts";
import { isSecretOption } from "../registry/config_schema.ts";
import { configError, type ConfigTree, sectionIfAny, sectionOf } from "../registry/config_tree.ts";
import { findProjectRoot } from "../registry/find_root.ts";

/** An option: `core.remote`, or `remote.NAME.url`, whose group is `remote`. */
export interface OptionName {
  readonly group: "remote" | "db" | undefined;
  readonly section: string;
  readonly option: string;
}

/** Which level is meant; undefined for all when reading, for the project's when writing. */
export interface LevelChoice {
  readonly level: ConfigLevel | undefined;
}

/** An option that is set. */
export interface FoundOption {
  /** `core.remote`. */
  readonly name: string;
  readonly value: IniEntry;
  /** The file it is set in; that of a project, seen from its top folder. */
  readonly origin: string;
}

/** What a change of the configuration brought along. */
export interface ConfigChange {
  /** The secret that now lies in a file which is committed, such as `password`. */
  readonly exposed: string | undefined;
}

/** The configuration files around the working directory. All are read, so that faults show. */
export function openConfig(context: Context): ConfigFiles {
  const root = findProjectRoot(context.directory);
  const files = new ConfigFiles({
    directory: context.directory,
    environment: context.environment,
    dvcDirectory: root === undefined ? undefined : nativeBelow(root, ".dvc"),
  });
  files.merged();
  return files;
}

/** All options that are set, level by level. */
export function listOptions({ level }: LevelChoice, context: Context): readonly FoundOption[] {
  const files = openConfig(context);
  return levelsOf(files, level).flatMap((one) => {
    const origin = originOf(files.place, one, files.path(one));
    return [...flatten(files.read(one), "")].map(([name, value]) => ({ name, value, origin }));
  });
}

/**
 * The option at the highest level that sets it; undefined where none does. With a level, a missing
 * option is an error.
 */
export function readOption(
  request: OptionName & LevelChoice,
  context: Context,
): FoundOption | undefined {
  const files = openConfig(context);
  for (const level of levelsOf(files, request.level).toReversed()) {
    const tree = files.read(level);
    const section = sectionIfAny(groupOf(tree, request), request.section);
    const value = section?.get(request.option);
    if (value !== undefined) {
      return {
        name: request.option,
        value,
        origin: originOf(files.place, level, files.path(level)),
      };
    }
    if (request.level !== undefined) throw missingOption(request, section);
  }
  return undefined;
}

/** Sets an option. */
export function setOption(
  request: OptionName & LevelChoice & { readonly value: string },
  context: Context,
): ConfigChange {
  const files = openConfig(context);
  const level = request.level ?? "repo";
  const { section, option, group } = request;
  const way = group === undefined ? [section, option] : [group, section, option];
  const value = isPathOption(way)
    ? storedPath(request.value, context.directory, files.base(level))
    : request.value;
  edit({ files, level }, context, (tree) => {
    sectionOf(groupOf(tree, request), section).set(option, value);
  });
  return { exposed: exposedSecret({ level, option, value }) };
}

/** Takes an option away; an error where it is not set. */
export function unsetOption(request: OptionName & LevelChoice, context: Context): void {
  const files = openConfig(context);
  edit({ files, level: request.level ?? "repo" }, context, (tree) => {
    const section = sectionIfAny(groupOf(tree, request), request.section);
    if (section?.delete(request.option) !== true) throw missingOption(request, section);
  });
}

/** Changes one level and passes on what deserves a warning. */
export function edit(
  target: { readonly files: ConfigFiles; readonly level: ConfigLevel },
  context: Context,
  change: (tree: ConfigTree) => void,
): void {
  for (const warning of target.files.edit(target.level, change)) context.reporter.warn(warning);
}

/** The secret that setting this option puts into a committed file. */
export function exposedSecret(
  set: { readonly level: ConfigLevel; readonly option: string; readonly value: string },
): string | undefined {
  if (set.level !== "repo") return undefined;
  if (isSecretOption(set.option)) return set.option;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*:[^/?#@]+@/i.test(set.value)
    ? `the password in ${set.option}`
    : undefined;
}

function levelsOf(files: ConfigFiles, level: ConfigLevel | undefined): readonly ConfigLevel[] {
  if (level !== undefined) {
    files.path(level);
    return [level];
  }
  return configLevels.filter((one) => files.has(one));
}

/** How a file is named to people: that of a project as it is seen from the project's top folder. */
export function originOf(place: ConfigPlace, level: ConfigLevel, path: string): string {
  const { dvcDirectory } = place;
  return dvcDirectory === undefined || level === "system" || level === "global"
    ? path
    : relativeNative(nativeBelow(dvcDirectory, ".."), path);
}

function groupOf(tree: ConfigTree, { group }: OptionName): ConfigTree {
  return group === undefined ? tree : sectionOf(tree, group);
}

/** The error that an option, or its section, is not set. */
export function missingOption(name: OptionName, section: ConfigTree | undefined): DvtError {
  const kind = name.group ?? "section";
  return configError(
    section === undefined
      ? `${kind} '${name.section}' doesn't exist`
      : `option '${name.option}' doesn't exist in ${kind} '${name.section}'`,
  );
}

/** Every value of a tree under its full name, such as `remote.NAME.url`. */
export function* flatten(tree: ConfigTree, prefix: string): Generator<[string, IniEntry]> {
  for (const [name, entry] of tree) {
    if (isIniSection(entry)) yield* flatten(entry, `${prefix}${name}.`);
    else yield [`${prefix}${name}`, entry];
  }
}
