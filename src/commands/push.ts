/**
 * `dvt push`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { countLine } from "./counts.ts";
import { withPrefix } from "./exit_code.ts";
import { failedJson } from "./json_result.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  globOption,
  jobsOption,
  recursiveOption,
  remoteOption,
  withDepsOption,
} from "./options.ts";
import { failTransfer, jobsOf, scopeOf } from "./transfer_words.ts";

/** Sends data to a remote. */
export function pushCommand(): AnyCommand {
  return command("push")
    .description(
      "Send tracked data from the cache to a remote. Only what the remote lacks is sent; objects " +
        "that it lost are noticed.",
    )
    .examples([
      ["dvt push", "Send everything to the default remote"],
      ["dvt push data.dvc -r backup", "Send one dataset to another remote"],
      ["dvt push -a -T", "Send what all branches and tags track"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(remoteOption("remote to send to"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(new Option("--run-cache", "send DVC's cache of runs, too"))
    .addOption(new Option("--no-run-cache", "leave the cache of runs alone (the default)"))
    .addOption(globOption())
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      await withPrefix("failed to push data to the cloud", async () => {
        const { push } = await import("../operations/push.ts");
        const { pushed, bytes, failed } = await push({
          ...scopeOf(targets, options),
          remote: options.remote,
          jobs: jobsOf(options.jobs),
          runCache: options.runCache ?? false,
        }, context);
        const answer = { pushed, bytes, failed: failedJson(failed) };
        context.answer(answer);
        failTransfer(failed, "upload", context);
        context.reporter.say(countLine({ pushed }) ?? "Everything is up to date.");
      });
    }));
}
