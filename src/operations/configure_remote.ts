/**
 * Adding, changing and removing remotes.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isIniSection } from "../platform/ini.ts";
import { pythonRepr } from "../platform/python_repr.ts";
import { type ConfigLevel, configLevels } from "../registry/config_files.ts";
import { isPathOption, type PathBase, storedPath } from "../registry/config_paths.ts";
import { configError, type ConfigTree, mergeInto, sectionOf } from "../registry/config_tree.ts";
import { readRemote } from "../registry/config_validate.ts";
import {
  type ConfigChange,
  edit,
  exposedSecret,
  type LevelChoice,
  openConfig,
} from "./configure.ts";

/** A remote as it is listed. */
export interface ListedRemote {
  readonly name: string;
  /** Absolute if it is a path; undefined where the level sets but other options. */
  readonly url: string | undefined;
  readonly isDefault: boolean;
}

/** A remote of one level, or of all. */
export type RemoteChoice = LevelChoice & { readonly name: string };

/** Adds a remote, or replaces one with `force`. */
export function addRemote(
  request: RemoteChoice & {
    readonly url: string;
    readonly isDefault: boolean;
    readonly force: boolean;
  },
  context: Context,
): ConfigChange {
  const files = openConfig(context);
  const level = request.level ?? "repo";
  const name = request.name.toLowerCase();
  const url = storedPath(request.url, context.directory, files.base(level));
  edit({ files, level }, context, (tree) => {
    const remotes = sectionOf(tree, "remote");
    if (remotes.has(name) && !request.force) {
      throw configError(
        `remote '${name}' already exists. Use \`-f|--force\` to overwrite it.`,
      );
    }
    remotes.set(name, new Map([["url", url]]));
    if (request.isDefault) sectionOf(tree, "core").set("remote", name);
  });
  return { exposed: exposedSecret({ level, option: "url", value: url }) };
}

/** Sets an option of a remote that some level knows. */
export function modifyRemote(
  request: RemoteChoice & { readonly option: string; readonly value: string | undefined },
  context: Context,
): ConfigChange {
  const { option, value } = request;
  const level = request.level ?? "repo";
  const stored = changeRemote(request, context, ({ section, merged, base }) => {
    if (value === undefined) throw missingValue(request, merged);
    const text = isPathOption(["remote", request.name, option])
      ? storedPath(value, context.directory, base)
      : value;
    section.set(option, text);
    return text;
  });
  return { exposed: exposedSecret({ level, option, value: stored }) };
}

/** Takes an option of a remote away; it need not be set. */
export function unsetRemoteOption(
  request: RemoteChoice & { readonly option: string },
  context: Context,
): void {
  changeRemote(request, context, ({ section }) => section.delete(request.option));
}

/** Removes a remote, and what names it as the default one at this level and those above. */
export function removeRemote(request: RemoteChoice, context: Context): void {
  const files = openConfig(context);
  const name = request.name.toLowerCase();
  const lowest = request.level ?? "repo";
  edit({ files, level: lowest }, context, (tree) => {
    if (!sectionOf(tree, "remote").delete(name)) throw unknown(name);
  });
  for (const level of levelsDownTo(lowest)) {
    edit({ files, level }, context, (tree) => {
      const core = sectionOf(tree, "core");
      if (core.get("remote") === name) core.delete("remote");
    });
  }
}

/** Gives a remote another name, also where it is the default one. */
export function renameRemote(
  request: RemoteChoice & { readonly newName: string },
  context: Context,
): void {
  const files = openConfig(context);
  const name = request.name.toLowerCase();
  const { newName } = request;
  if (sectionOf(files.merged(), "remote").has(newName)) {
    throw configError(
      `Rename failed. Remote name ${pythonRepr(newName)} already exists.`,
    );
  }
  const renameDefault = (tree: ConfigTree) => {
    const core = sectionOf(tree, "core");
    if (core.get("remote") === name) core.set("remote", newName);
  };
  const lowest = request.level ?? "repo";
  edit({ files, level: lowest }, context, (tree) => {
    const remotes = sectionOf(tree, "remote");
    const options = remotes.get(name);
    if (options === undefined) throw unknown(name);
    remotes.delete(name);
    remotes.set(newName, options);
    renameDefault(tree);
  });
  for (const level of levelsDownTo(lowest)) {
    if (level !== lowest) edit({ files, level }, context, renameDefault);
  }
}

/** The name of the default remote; undefined where none is set. */
export function readDefaultRemote({ level }: LevelChoice, context: Context): string | undefined {
  const files = openConfig(context);
  const tree = level === undefined ? files.merged() : files.read(level);
  const name = sectionOf(tree, "core").get("remote");
  return typeof name === "string" ? name : undefined;
}

/** Makes a remote the default one; without a name, none is. */
export function setDefaultRemote(
  request: LevelChoice & { readonly name: string | undefined },
  context: Context,
): void {
  const files = openConfig(context);
  const level = request.level ?? "repo";
  const name = request.name?.toLowerCase();
  edit({ files, level }, context, (tree) => {
    const core = sectionOf(tree, "core");
    if (name === undefined) {
      core.delete("remote");
      return;
    }
    const known = [tree, files.merged(request.level)];
    if (!known.some((one) => sectionOf(one, "remote").has(name))) {
      throw configError("default remote must be present in remote list.");
    }
    core.set("remote", name);
  });
}

/** All remotes. */
export function listRemotes({ level }: LevelChoice, context: Context): readonly ListedRemote[] {
  const files = openConfig(context);
  const tree = level === undefined ? files.merged() : files.read(level);
  const usual = sectionOf(tree, "core").get("remote");
  return [...sectionOf(tree, "remote")].map(([name, options]) => {
    const url = isIniSection(options) ? options.get("url") : undefined;
    return { name, url: typeof url === "string" ? url : undefined, isDefault: name === usual };
  });
}

/** A remote that is about to change. */
interface ChangingRemote {
  /** Its options at the level that changes. */
  readonly section: ConfigTree;
  /** Its options at all levels that count. */
  readonly merged: ConfigTree;
  readonly base: PathBase;
}

function changeRemote<Result>(
  request: RemoteChoice,
  context: Context,
  change: (remote: ChangingRemote) => Result,
): Result {
  const files = openConfig(context);
  const level = request.level ?? "repo";
  const name = request.name.toLowerCase();
  const results: Result[] = [];
  edit({ files, level }, context, (tree) => {
    const merged = files.merged(request.level);
    mergeInto(merged, tree);
    const remotes = sectionOf(merged, "remote");
    if (!remotes.has(name)) throw unknown(name);
    const section = sectionOf(sectionOf(tree, "remote"), name);
    results.push(
      change({ section, merged: sectionOf(remotes, name), base: files.base(level) }),
    );
  });
  const [result] = results;
  if (result === undefined) throw new Error("the configuration was not edited");
  return result;
}

/** What DVC says where a value is missing: what is wrong with none for the option's type. */
function missingValue(request: RemoteChoice & { option: string }, remote: ConfigTree): DvtError {
  const way = ["remote", request.name.toLowerCase()];
  try {
    readRemote(new Map([...remote, [request.option, []]]), way);
  } catch (error) {
    if (error instanceof DvtError) return error;
  }
  const place = [...way, request.option].map((name) => pythonRepr(name)).join("][");
  return configError(`expected str for dictionary value @ data[${place}]`);
}

function unknown(name: string): DvtError {
  return configError(`remote '${name}' doesn't exist.`);
}

/** From the highest level down to this one. */
function levelsDownTo(level: ConfigLevel): readonly ConfigLevel[] {
  return configLevels.slice(configLevels.indexOf(level)).toReversed();
}
