/**
 * Options that several verbs share, so that they are spelled and explained once. Each function
 * makes a new option: `.addOption(jobsOption())`.
 *
 * @module
 */
import {
  integer,
  InvalidValue,
  listOption,
  Option,
  optionalOption,
  ownOption,
  repeatedOption,
  valueOption,
} from "../cli/program.ts";

/** `-j`: `options.jobs`, a whole number; as in DVC, 0 and less stand for the usual number. */
export function jobsOption(): Option<"-j, --jobs <number>", undefined, undefined, number> {
  return valueOption("-j, --jobs <number>", "do so many transfers at once", integer);
}

/** `--rev [commit]`: `options.rev`; absent when no value follows. */
export function revOption(): Option<"--rev [commit]", "", undefined, string> {
  return optionalOption("--rev [commit]", "Git commit, tag or branch to read from");
}

/** `-o [path]`: `options.out`. */
export function outOption(): Option<"-o, --out [path]", "", undefined, string> {
  return optionalOption("-o, --out [path]", "write to this path");
}

/** `-r <name>`: `options.remote`, a remote of this project. */
export function remoteOption(purpose: string): Option<"-r, --remote <name>"> {
  return new Option("-r, --remote <name>", purpose);
}

/** `-f`: `options.force`. */
export function forceOption(purpose: string): Option<"-f, --force"> {
  return new Option("-f, --force", purpose);
}

/** `-R`: `options.recursive`. */
export function recursiveOption(
  purpose = "take folders for all the stages below them",
): Option<"-R, --recursive"> {
  return new Option("-R, --recursive", purpose);
}

/** `-d`: `options.withDeps`. */
export function withDepsOption(): Option<"-d, --with-deps"> {
  return new Option("-d, --with-deps", "include the stages that the targets depend on");
}

/** `-a`: `options.allBranches`. */
export function allBranchesOption(): Option<"-a, --all-branches"> {
  return new Option("-a, --all-branches", "include what all branches track");
}

/** `-T`: `options.allTags`. */
export function allTagsOption(): Option<"-T, --all-tags"> {
  return new Option("-T, --all-tags", "include what all tags track");
}

/** `-A`: `options.allCommits`. */
export function allCommitsOption(): Option<"-A, --all-commits"> {
  return new Option("-A, --all-commits", "include what all commits track");
}

/** `--glob`: `options.glob`. */
export function globOption(): Option<"--glob"> {
  return new Option("--glob", "targets may hold the wildcards *, ?, [...] and **");
}

/** `--include`: `options.include`, patterns of wanted files. */
export function includeOption(): Option<
  "--include <pattern>",
  undefined,
  undefined,
  readonly string[]
> {
  return ownOption(repeatedOption(
    "--include <pattern>",
    "of a folder, only the files that fit, such as 'train/*.csv'; may be given again",
  ));
}

/** `--exclude`: `options.exclude`, patterns of files that are not wanted. */
export function excludeOption(): Option<
  "--exclude <pattern>",
  undefined,
  undefined,
  readonly string[]
> {
  return ownOption(
    repeatedOption("--exclude <pattern>", "of a folder, not the files that fit"),
  );
}

/** `--offline`: `options.offline`. */
export function offlineOption(): Option<"--offline"> {
  return ownOption(
    new Option("--offline", "use what is on this machine already; ask no server"),
  );
}

/** `--config`: `options.config`, a file whose settings are laid over those of the source. */
export function sourceConfigOption(): Option<"--config <file>"> {
  return new Option("--config <file>", "lay this configuration file over the source's");
}

/** `--remote`: `options.remote`, a remote of the source. */
export function sourceRemoteOption(): Option<"--remote <name>"> {
  return new Option("--remote <name>", "remote of the source to read from");
}

/** `--remote-config`: `options.remoteConfig`, settings laid over those of the source's remote. */
export function remoteConfigOption(): Option<
  "--remote-config [name=value...]",
  "",
  undefined,
  Readonly<Record<string, string>>
> {
  return settingsOption(
    "--remote-config [name=value...]",
    "lay these settings over those of the source's remote",
  );
}

/** `--fs-config`: `options.fsConfig`, settings of the storage behind a URL. */
export function fsConfigOption(): Option<
  "--fs-config [name=value...]",
  "",
  undefined,
  Readonly<Record<string, string>>
> {
  return settingsOption(
    "--fs-config [name=value...]",
    "settings of the storage, such as profile=x",
  );
}

function settingsOption<Flags extends string>(
  flags: Flags,
  description: string,
): Option<Flags, "", undefined, Readonly<Record<string, string>>> {
  return new Option(flags, description).preset("")
    .argParser((word, before: Readonly<Record<string, string>> | undefined) => {
      if (word === "") return before ?? {};
      const equals = word.indexOf("=");
      if (equals < 0 || equals === word.length - 1) {
        throw new InvalidValue(
          `Could not parse argument "['${word}']" as k1=v1 k2=v2 ... format`,
        );
      }
      return { ...before, [word.slice(0, equals)]: word.slice(equals + 1) };
    });
}

/** `--targets a b`: `options.targets`. */
export function targetsOption(
  purpose: string,
): Option<"--targets [paths...]", "", undefined, readonly string[]> {
  return listOption("--targets [paths...]", purpose);
}

/** `--global`: `options.global`; the four levels exclude each other. */
export function globalLevelOption(): Option<"--global"> {
  return new Option("--global", "use the user's configuration file")
    .conflicts(["system", "project", "local"]);
}

/** `--system`: `options.system`. */
export function systemLevelOption(): Option<"--system"> {
  return new Option("--system", "use the machine's configuration file")
    .conflicts(["project", "local"]);
}

/** `--project`: `options.project`. */
export function projectLevelOption(): Option<"--project"> {
  return new Option("--project", "use the project's file, .dvc/config").conflicts(["local"]);
}

/** `--local`: `options.local`. */
export function localLevelOption(): Option<"--local"> {
  return new Option("--local", "use .dvc/config.local, which Git ignores");
}

/** What the four options of a configuration level said. */
export interface LevelFlags {
  readonly global?: true;
  readonly system?: true;
  readonly project?: true;
  readonly local?: true;
}

/** The level that was asked for; undefined if none was. */
export function levelOf(
  flags: LevelFlags,
): "global" | "system" | "project" | "local" | undefined {
  if (flags.global) return "global";
  if (flags.system) return "system";
  if (flags.project) return "project";
  return flags.local ? "local" : undefined;
}
