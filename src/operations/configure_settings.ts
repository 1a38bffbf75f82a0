/**
 * Reading and changing dvt's own settings, which are named `dvt.section.option`.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, readTextIfThere } from "../platform/files.ts";
import { isIniSection, printIni } from "../platform/ini.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { loadConfig } from "../registry/config.ts";
import { type ConfigLevel, type ConfigPlace, readConfigFile } from "../registry/config_files.ts";
import { configError, type ConfigTree, fileOfTree, sectionOf } from "../registry/config_tree.ts";
import { settingFault, type SettingsLevel, settingsPaths } from "../registry/settings.ts";
import { flatten, type FoundOption, type LevelChoice, openConfig, originOf } from "./configure.ts";

/** A setting: `["core", "jobs"]`, `["remote", NAME, "mirrors"]`. */
export type SettingName = readonly string[];

/** All settings that are made in files, level by level. */
export function listSettings({ level }: LevelChoice, context: Context): readonly FoundOption[] {
  const files = openConfig(context);
  return settingsPaths(files.place).flatMap(([one, path]) => {
    if (level !== undefined && one !== level) return [];
    const origin = originOf(files.place, one, path);
    return [...flatten(readConfigFile(path) ?? new Map(), "dvt.")]
      .map(([name, value]) => ({ name, value, origin }));
  });
}

/** The setting at the highest level that makes it; undefined where none does. */
export function readSetting(
  request: LevelChoice & { readonly name: SettingName },
  context: Context,
): FoundOption | undefined {
  const name = `dvt.${request.name.join(".")}`;
  const found = listSettings(request, context).findLast((setting) => setting.name === name);
  if (found === undefined && request.level !== undefined) throw notMade(name);
  return found;
}

/** Makes a setting. */
export function setSetting(
  request: LevelChoice & { readonly name: SettingName; readonly value: string },
  context: Context,
): void {
  const fault = settingFault(request.name, request.value);
  if (fault !== undefined) {
    throw configError(`the setting 'dvt.${request.name.join(".")}' cannot be made: ${fault}`);
  }
  change(request, context, (section, option) => section.set(option, request.value));
}

/** Takes a setting away; an error where it is not made. */
export function unsetSetting(
  request: LevelChoice & { readonly name: SettingName },
  context: Context,
): void {
  change(request, context, (section, option) => {
    if (!section.delete(option)) throw notMade(`dvt.${request.name.join(".")}`);
  });
}

function change(
  request: LevelChoice & { readonly name: SettingName },
  context: Context,
  work: (section: ConfigTree, option: string) => void,
): void {
  const { place } = openConfig(context);
  const level = settingsLevel(request.level);
  const path = new Map(settingsPaths(place)).get(level);
  if (path === undefined) throw configError("Not inside a DVC repo");
  const tree = readConfigFile(path) ?? new Map();
  const way = [...request.name];
  const option = way.pop() ?? "";
  let section = tree;
  for (const name of way) section = sectionOf(section, name);
  work(section, option);
  makeDirectory(parentDirectory(path));
  if (level === "local") ignoreLocalSettings(place);
  writeFileAtomically(path, printIni(fileOfTree(sectionsWithContent(tree))));
}

function settingsLevel(level: ConfigLevel | undefined): SettingsLevel {
  if (level !== "system") return level ?? "repo";
  throw new DvtError("usage", "dvt has no settings for the whole machine; use --global");
}

/** Keeps `.dvc/dvt.local` out of Git, as DVC keeps `.dvc/config.local`. */
function ignoreLocalSettings(place: ConfigPlace): void {
  const { dvcDirectory } = place;
  if (dvcDirectory === undefined || loadConfig(place).core.noScm) return;
  const path = nativeBelow(dvcDirectory, ".gitignore");
  const text = readTextIfThere(path) ?? "";
  if (text.split(/\r?\n/).includes("/dvt.local")) return;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  writeFileAtomically(path, `${text}${separator}/dvt.local\n`);
}

function sectionsWithContent(tree: ConfigTree): ConfigTree {
  const remotes = [...sectionOf(tree, "remote")]
    .filter(([, options]) => !isIniSection(options) || options.size > 0);
  return new Map([...tree, ["remote", new Map(remotes)]]);
}

function notMade(name: string): DvtError {
  return configError(`option '${name}' doesn't exist`);
}
