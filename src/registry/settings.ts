/**
 * dvt's own settings. DVC refuses a configuration with options it does not know, so they have
 * files of their own, in the same dialect: `.dvc/dvt` (for everybody), `.dvc/dvt.local` (for this
 * clone), and `dvt/config` in the user's configuration folder. `DVT_*` variables override them.
 *
 * @module
 */
import { type IniEntry, isIniSection } from "../platform/ini.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";
import { type Environment, userConfigDirectory } from "../platform/user_folders.ts";
import { type ConfigPlace, readConfigBytes, readConfigFile } from "./config_files.ts";
import { type ConfigTree, mergeInto, sectionIfAny } from "./config_tree.ts";

/** Where a setting may be made; a later level overrides those before it. */
export type SettingsLevel = "global" | "repo" | "local";

/** What dvt can be told beyond what DVC knows. */
export interface Settings {
  /** `core.jobs`, `DVT_JOBS`: how many transfers run at once where `-j` does not say. */
  readonly jobs: number | undefined;
  /** `lock.wait`, `DVT_LOCK_WAIT`: how many seconds a writer waits for another process. */
  readonly lockWait: number | undefined;
  /** `gc.grace`, `DVT_GC_GRACE`: objects younger than so many seconds are never removed. */
  readonly gcGrace: number | undefined;
  /** `import.push`, `DVT_IMPORT_PUSH`: whether `push` sends the data of imports, too. */
  readonly pushImports: boolean;
  /** `remote "NAME".mirrors`: further places with the same objects, to read from, by remote. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /**
   * `remote "NAME".program`: the command line of a program that opens a remote, by remote. Only
   * what a user says of this machine counts: a repository of strangers starts no program.
   */
  readonly programs: ReadonlyMap<string, string>;
  /** `core.remote`: the default remote where DVC's configuration has none. */
  readonly remote: string | undefined;
  /** Settings that were passed over because dvt does not know them or their values. */
  readonly warnings: readonly string[];
}

type SettingRule = "boolean" | "positive" | "seconds" | "list" | "text";

const sections: Readonly<Record<string, Readonly<Record<string, SettingRule>>>> = {
  core: { jobs: "positive", remote: "text" },
  gc: { grace: "seconds" },
  import: { push: "boolean" },
  lock: { wait: "seconds" },
};
const remoteSettings: Readonly<Record<string, SettingRule>> = { mirrors: "list", program: "text" };
const variables: readonly (readonly [variable: string, section: string, option: string])[] = [
  ["DVT_JOBS", "core", "jobs"],
  ["DVT_GC_GRACE", "gc", "grace"],
  ["DVT_IMPORT_PUSH", "import", "push"],
  ["DVT_LOCK_WAIT", "lock", "wait"],
];

/** Reads and merges dvt's settings. What is not understood is a warning, never a failure. */
export function loadSettings(place: ConfigPlace): Settings {
  const warnings: string[] = [];
  const merged: ConfigTree = new Map();
  for (const [level, path] of settingsPaths(place)) {
    const tree = readConfigFile(path);
    if (tree === undefined) continue;
    const known = checked(tree, { label: path, warnings });
    if (level === "repo") dropPrograms(known, { label: path, warnings });
    mergeInto(merged, known);
  }
  const label = "the environment";
  mergeInto(merged, checked(treeOfVariables(place.environment), { label, warnings }));
  const text = (section: string, option: string) => {
    const entry = sectionIfAny(merged, section)?.get(option);
    return typeof entry === "string" ? entry : undefined;
  };
  const jobs = text("core", "jobs");
  const wait = text("lock", "wait");
  const grace = text("gc", "grace");
  return {
    jobs: jobs === undefined ? undefined : Number(jobs),
    lockWait: wait === undefined ? undefined : Number(wait),
    gcGrace: grace === undefined ? undefined : Number(grace),
    pushImports: text("import", "push")?.toLowerCase() === "true",
    mirrors: mirrorsOf(sectionIfAny(merged, "remote") ?? new Map()),
    programs: programsOf(sectionIfAny(merged, "remote") ?? new Map()),
    remote: text("core", "remote")?.toLowerCase(),
    warnings,
  };
}

/**
 * The mirrors in the bytes of another project's `.dvc/dvt`. Its paths are none of this machine's,
 * so that only addresses count.
 */
export function foreignMirrors(bytes: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const tree = checked(readConfigBytes(bytes, ".dvc/dvt"), { label: ".dvc/dvt", warnings: [] });
  const mirrors = mirrorsOf(sectionIfAny(tree, "remote") ?? new Map());
  const isAddress = (url: string) => /^[A-Za-z][\w+.-]*:\/\//.test(url) && !/^file:/i.test(url);
  return new Map([...mirrors].map(([name, urls]) => [name, urls.filter(isAddress)]));
}

/** The settings files of a place, lowest level first. */
export function settingsPaths(place: ConfigPlace): [SettingsLevel, string][] {
  const paths: [SettingsLevel, string][] = [];
  const { directory, environment, dvcDirectory } = place;
  const user = environment.DVT_CONFIG_DIR ||
    userConfigDirectory({ program: "dvt", author: "dovetail" }, environment);
  if (user !== undefined) paths.push(["global", absolutePath(`${user}/config`, directory)]);
  if (dvcDirectory !== undefined) {
    paths.push(["repo", nativeBelow(dvcDirectory, "dvt")]);
    paths.push(["local", nativeBelow(dvcDirectory, "dvt.local")]);
  }
  return paths;
}

/** What is wrong with a setting; undefined if nothing is. */
export function settingFault(way: readonly string[], entry: IniEntry): string | undefined {
  const read = readSetting(way, entry);
  return typeof read === "object" ? undefined : read;
}

interface Check {
  readonly label: string;
  readonly warnings: string[];
}

/** The part of a tree that dvt understands. */
function checked(tree: ConfigTree, check: Check, way: readonly string[] = []): ConfigTree {
  const known: ConfigTree = new Map();
  for (const [name, entry] of tree) {
    const here = [...way, name];
    if (isIniSection(entry)) {
      const below = checked(entry, check, here);
      if (below.size > 0) known.set(name, below);
      continue;
    }
    const read = readSetting(here, entry);
    if (typeof read === "string") {
      check.warnings.push(`the setting '${here.join(".")}' of ${check.label} is ignored: ${read}`);
    } else {
      known.set(name, read.rule === "list" ? read.value : read.value[0] ?? "");
    }
  }
  return known;
}

function readSetting(
  way: readonly string[],
  entry: IniEntry,
): string | { readonly rule: SettingRule; readonly value: readonly string[] } {
  const [section = "", name = "", option = ""] = way;
  const rule = section === "remote" && way.length === 3
    ? own(remoteSettings, option)
    : way.length === 2
    ? own(own(sections, section) ?? {}, name)
    : undefined;
  if (rule === undefined) return "dvt has no such setting";
  if (isIniSection(entry)) return "it must be a value";
  const value = [entry].flat();
  if (rule === "list") {
    return { rule, value: value.flatMap((item) => item.split(",")).map((item) => item.trim()) };
  }
  const [text = ""] = value;
  if (value.length !== 1 || text === "") return "it must be one value";
  if (rule === "boolean" && !/^(true|false)$/i.test(text)) return "it must be true or false";
  if (rule === "positive" && !/^[1-9]\d{0,5}$/.test(text)) {
    return "it must be a whole number of at least 1";
  }
  if (rule === "seconds" && !/^\d{1,9}(\.\d{1,9})?$/.test(text)) {
    return "it must be a number of seconds";
  }
  return { rule, value };
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function treeOfVariables(environment: Environment): ConfigTree {
  const tree: ConfigTree = new Map();
  for (const [variable, section, option] of variables) {
    const value = environment[variable];
    if (value) mergeInto(tree, new Map([[section, new Map([[option, value]])]]));
  }
  return tree;
}

function mirrorsOf(remotes: ConfigTree): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...remotes].flatMap(([name, options]) => {
      const mirrors = isIniSection(options) ? options.get("mirrors") : undefined;
      return mirrors === undefined || typeof mirrors === "string" || isIniSection(mirrors)
        ? []
        : [[name, mirrors] as const];
    }),
  );
}

function programsOf(remotes: ConfigTree): ReadonlyMap<string, string> {
  return new Map(
    [...remotes].flatMap(([name, options]) => {
      const program = isIniSection(options) ? options.get("program") : undefined;
      return typeof program === "string" ? [[name.toLowerCase(), program] as const] : [];
    }),
  );
}

/** Takes the programs out of settings that came with a repository. */
function dropPrograms(tree: ConfigTree, { label, warnings }: Check): void {
  for (const [name, options] of sectionIfAny(tree, "remote") ?? []) {
    if (!isIniSection(options) || !options.delete("program")) continue;
    warnings.push(
      `the program of remote '${name}' in ${label} is not started: say so yourself with ` +
        `'dvt config --local dvt.remote.${name}.program'`,
    );
  }
}
