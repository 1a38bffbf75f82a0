/**
 * `dvt git-hook merge-driver`.
 *
 * @module
 */
import { type AnyCommand, command, Option, verb } from "../../cli/program.ts";
import { findProjectRoot } from "../../registry/find_root.ts";

/** Merges three versions of a `.dvc` file. */
export function mergeDriverCommand(): AnyCommand {
  return command("merge-driver")
    .description(
      "Merge three versions of the `.dvc` file of a folder, file by file: Git calls this during a " +
        "merge. The result goes into the file of --our; conflicts are listed.",
    )
    .addOption(
      new Option("--ancestor <path>", "the version that both sides started from")
        .makeOptionMandatory(),
    )
    .addOption(new Option("--our <path>", "our version").makeOptionMandatory())
    .addOption(new Option("--their <path>", "the other side's version").makeOptionMandatory())
    .action(verb(async (context, options) => {
      if (findProjectRoot(context.directory) === undefined) return;
      const { mergeStages } = await import("../../operations/merge_stages.ts");
      await mergeStages(options, context);
    }));
}
