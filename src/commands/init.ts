/**
 * `dvt init`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Makes a folder a project. */
export function initCommand(): AnyCommand {
  return command("init")
    .description("Make a folder the top of a project, in a Git repository or without one.")
    .examples([
      ["dvt init", "At the top of a Git repository"],
      ["dvt init --subdir", "In a folder of a Git repository: one of several projects in it"],
      ["dvt init --no-scm", "Without Git"],
    ])
    .argument("[directory]", "folder to make a project (default: the current one)")
    .addOption(new Option("--no-scm", "work without Git"))
    .addOption(new Option("-f, --force", "remove a `.dvc` folder that is there, cache included"))
    .addOption(new Option("--subdir", "allow a folder that is not the top of its Git repository"))
    .addOption(jsonOption())
    .action(verb(async (context, directory, options) => {
      const { init } = await import("../operations/init.ts");
      const { inGit } = await withInitPrefix(() =>
        init({
          ...(directory === undefined ? {} : { directory }),
          noScm: !options.scm,
          subdir: options.subdir ?? false,
          force: options.force ?? false,
        }, context)
      );
      context.answer({ root: ".dvc", git: inGit });
      const { reporter } = context;
      reporter.say("Initialized DVC repository.\n");
      if (inGit) reporter.say("You can now commit the changes to git.\n");
      reporter.say(
        "What's next?\n------------\n" +
          "- Track a file or folder: dvt add <path>\n" +
          "- Add a place to keep data in: dvt remote add -d <name> <url>\n" +
          "- Get help: dvt --help",
      );
    }));
}

/** DVC catches most refusals of `init`, but not a contradiction between options. */
async function withInitPrefix<Result>(work: () => Promise<Result>): Promise<Result> {
  const { DvtError } = await import("../platform/error.ts");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DvtError) || error.exitCode === undefined) throw error;
    return await withPrefix("failed to initiate DVC", () => {
      throw error;
    });
  }
}
