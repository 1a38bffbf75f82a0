/**
 * The four configuration files and how one of them is changed.
 *
 * @module
 */
import { DvtError, messageOf } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, readFileIfThere } from "../platform/files.ts";
import { decodeIni, parseIni, printIni, sameEntry } from "../platform/ini.ts";
import { absolutePath, nativeBelow, parentDirectory } from "../platform/paths.ts";
import {
  type Environment,
  systemConfigDirectory,
  userConfigDirectory,
} from "../platform/user_folders.ts";
import { type PathBase, resolvePaths, tidyPaths } from "./config_paths.ts";
import { sectionRules } from "./config_schema.ts";
import {
  configError,
  type ConfigTree,
  fileOfTree,
  mergeInto,
  sectionOf,
  treeOfFile,
} from "./config_tree.ts";
import { validate } from "./config_validate.ts";

/** Where an option may be set; a later level overrides those before it. */
export type ConfigLevel = "system" | "global" | "repo" | "local";

/** All levels, lowest first. */
export const configLevels: readonly ConfigLevel[] = ["system", "global", "repo", "local"];

/** Where configuration files are looked for. */
export interface ConfigPlace {
  /** The absolute working directory. */
  readonly directory: string;
  readonly environment: Environment;
  /** The project's absolute `.dvc` folder; without it there are but the system and the global level. */
  readonly dvcDirectory?: string | undefined;
}

/** More than any configuration has. */
const largestFile = 1 << 20;

/** The configuration files of one place. Files that are missing are as good as empty. */
export class ConfigFiles {
  readonly place: ConfigPlace;
  readonly #paths: ReadonlyMap<ConfigLevel, string>;

  constructor(place: ConfigPlace) {
    this.place = place;
    this.#paths = new Map(levelPaths(place));
  }

  /** Whether a level has a file here, be it missing. */
  has(level: ConfigLevel): boolean {
    return this.#paths.has(level);
  }

  /** The absolute path of a level's file. */
  path(level: ConfigLevel): string {
    const path = this.#paths.get(level);
    if (path !== undefined) return path;
    if (level === "repo" || level === "local") throw configError("Not inside a DVC repo");
    throw configError(`no home folder is known for the ${level} level`, "set the variable HOME");
  }

  /** What a level's file says, its paths resolved. */
  read(level: ConfigLevel): ConfigTree {
    return withAllSections(resolvePaths(this.#load(level), this.base(level)));
  }

  /** What all levels say together; with `below`, only those lower than it. */
  merged(below?: ConfigLevel): ConfigTree {
    const merged: ConfigTree = new Map();
    for (const level of configLevels) {
      if (level === below) break;
      if (this.#paths.has(level)) mergeInto(merged, this.read(level));
    }
    return merged;
  }

  /**
   * Changes a level's file: `change` gets what it says, paths as they are stored. Nothing is
   * written if the configuration is not valid afterwards. (DVC checks the levels above after it
   * has written, and so can leave a configuration that stops every command.) Answers with what
   * deserves a warning.
   */
  edit(level: ConfigLevel, change: (tree: ConfigTree) => void): readonly string[] {
    const path = this.path(level);
    const tree = withAllSections(tidyPaths(this.#load(level), this.base(level)));
    change(tree);
    const merged = this.merged(level);
    mergeInto(merged, tree);
    validate(merged);
    for (const above of configLevels.slice(configLevels.indexOf(level) + 1)) {
      if (this.#paths.has(above)) mergeInto(merged, this.read(above));
    }
    const { warnings } = validate(merged);
    write(path, tree);
    return warnings;
  }

  /** What relative paths of a level are relative to. */
  base(level: ConfigLevel): PathBase {
    return {
      folder: parentDirectory(this.path(level)),
      environment: this.place.environment,
    };
  }

  #load(level: ConfigLevel): ConfigTree {
    return readConfigFile(this.path(level)) ?? new Map();
  }
}

/** Reads one configuration file, paths as they stand; undefined where there is none. */
export function readConfigFile(path: string): ConfigTree | undefined {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readFileIfThere(path);
  } catch (error) {
    throw configError(`cannot read '${path}'`, messageOf(error));
  }
  return bytes === undefined ? undefined : readConfigBytes(bytes, path);
}

/** Reads a configuration file's bytes, wherever they came from; `label` names it in messages. */
export function readConfigBytes(bytes: Uint8Array, label: string): ConfigTree {
  if (bytes.length > largestFile) throw configError(`the file ${label} is too large`);
  return treeOfFile(parseIni(decodeIni(bytes, label), label));
}

/** DVC fills in the sections that a file lacks, which shows in the order it writes new ones. */
function withAllSections(tree: ConfigTree): ConfigTree {
  for (const name of Object.keys(sectionRules)) sectionOf(tree, name);
  return tree;
}

function write(path: string, tree: ConfigTree): void {
  const file = fileOfTree(tree);
  const text = printIni(file);
  // Some values cannot be written in this dialect such that they read the same.
  if (!sameEntry(parseIni(text, path), file)) {
    throw new DvtError("failed", "unexpected error - the value cannot be safely quoted");
  }
  try {
    makeDirectory(parentDirectory(path));
    writeFileAtomically(path, text);
  } catch (error) {
    throw new DvtError("failed", `cannot write the configuration file '${path}'`, {
      cause: error,
      hint: messageOf(error),
    });
  }
}

const dvc = { program: "dvc", author: "iterative" };

function levelPaths(place: ConfigPlace): [ConfigLevel, string][] {
  const { directory, environment, dvcDirectory } = place;
  const system = environment.DVC_SYSTEM_CONFIG_DIR || systemConfigDirectory(dvc, environment);
  const global = environment.DVC_GLOBAL_CONFIG_DIR || userConfigDirectory(dvc, environment);
  const paths: [ConfigLevel, string][] = [];
  if (system !== undefined) paths.push(["system", absolutePath(`${system}/config`, directory)]);
  if (global !== undefined) paths.push(["global", absolutePath(`${global}/config`, directory)]);
  if (dvcDirectory !== undefined) {
    paths.push(["repo", nativeBelow(dvcDirectory, "config")]);
    paths.push(["local", nativeBelow(dvcDirectory, "config.local")]);
  }
  return paths;
}
