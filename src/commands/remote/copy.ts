/**
 * `dvt remote copy`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../../cli/program.ts";
import { withPrefix } from "../exit_code.ts";
import { failedJson } from "../json_result.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  globOption,
  jobsOption,
  recursiveOption,
} from "../options.ts";
import { failTransfer, jobsOf, scopeOf } from "../transfer_words.ts";

/** Copies data from one remote to another. */
export function remoteCopyCommand(): AnyCommand {
  return command("copy")
    .description(
      "Copy tracked data from one remote to another. A clone without any data is enough: nothing " +
        "goes through its cache or its workspace. Every byte is checked on the way.",
    )
    .examples([
      ["dvt remote copy storage backup", "What the workspace's stage files name"],
      ["dvt remote copy storage backup -A", "All versions there ever were"],
      ["dvt remote copy storage backup images.dvc -T", "One dataset, as in all tags"],
    ])
    .argument("<from>", "the remote to read from")
    .argument("<to>", "the remote to write to")
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(recursiveOption())
    .addOption(globOption())
    .addOption(jsonOption())
    .action(verb(async (context, from, to, targets, options) => {
      await withPrefix("failed to copy data", async () => {
        const { copyRemote } = await import("../../operations/copy_remote.ts");
        const { copied, bytes, failed } = await copyRemote({
          ...scopeOf(targets, options),
          from,
          to,
          jobs: jobsOf(options.jobs),
        }, context);
        context.answer({ copied, bytes, failed: failedJson(failed) });
        failTransfer(failed, "upload", context);
        context.reporter.say(
          copied === 0
            ? "Everything is up to date."
            : `${copied} ${copied === 1 ? "file" : "files"} copied`,
        );
      });
    }));
}
