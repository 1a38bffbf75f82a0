/**
 * `dvt version`, also `dvt doctor`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import type { Description } from "../operations/describe.ts";
import { dvcVersion, version } from "../version.ts";

/** Prints the version and what a report of a fault should tell. */
export function versionCommand(): AnyCommand {
  return command("version")
    .description("Show versions, the machine and how the project is set up.")
    .examples([
      ["dvt version", "See what to put into a report of a fault"],
      ["dvt --version", "Print the version alone"],
    ])
    .addOption(jsonOption())
    .action(verb(async (context) => {
      const { describe } = await import("../operations/describe.ts");
      const described = describe(context);
      for (const line of linesOf(described)) context.output.line(line);
      context.answer({ version, dvc: dvcVersion, ...described });
    }));
}

function linesOf({ machine, git, configFolders, project }: Description): string[] {
  const title = `dvt version: ${version}`;
  const lines = [
    title,
    "-".repeat(title.length),
    `DVC version: ${dvcVersion} (whose files and behaviour this version of dvt matches)`,
    `Platform: ${machine.runtime} on ${machine.system}`,
    `Git: ${git ?? "not found here"}`,
    "Config:",
    `\tGlobal: ${configFolders.global ?? "none"}`,
    `\tSystem: ${configFolders.system ?? "none"}`,
  ];
  if (project === undefined) return lines;
  const types = project.linkTypes?.join(", ") ?? "not known before something is cached";
  return [
    ...lines,
    `Cache types: ${types || "copy"}`,
    ...project.cacheFileSystem === undefined ? [] : [`Cache directory: ${project.cacheFileSystem}`],
    "Caches: local",
    `Remotes: ${project.remotes.join(", ") || "None"}`,
    ...project.workspaceFileSystem === undefined
      ? []
      : [`Workspace directory: ${project.workspaceFileSystem}`],
    `Repo: ${project.hasGit ? "dvc, git" : "dvc (no_scm)"}`,
  ];
}
