/**
 * `dvt push`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  jsonOption,
  Option,
  ownOption,
  repeatedOption,
  verb,
} from "../cli/program.ts";
import type { RemotePush } from "../operations/push.ts";
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
      ["dvt push --also backup", "Send to the default remote and to another one"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(remoteOption("remote to send to"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(ownOption(
      repeatedOption("--also <name>", "send to this remote, too; may be given again"),
    ))
    .addOption(new Option("--run-cache", "send DVC's cache of runs, too"))
    .addOption(new Option("--no-run-cache", "leave the cache of runs alone (the default)"))
    .addOption(globOption())
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      await withPrefix("failed to push data to the cloud", async () => {
        const { pushEach } = await import("../operations/push.ts");
        const results = await pushEach({
          ...scopeOf(targets, options),
          remote: options.remote,
          also: options.also ?? [],
          jobs: jobsOf(options.jobs),
          runCache: options.runCache ?? false,
        }, context);
        const failed = results.flatMap((one) => one.failed);
        const pushed = results.reduce((sum, one) => sum + one.pushed, 0);
        context.answer({
          pushed,
          bytes: results.reduce((sum, one) => sum + one.bytes, 0),
          failed: failedJson(failed),
          ...(results.length === 1 ? {} : { remotes: results.map(remoteJson) }),
        });
        failRemotes(results, failed.length > 0, context);
        failTransfer(failed, "upload", context);
        context.reporter.say(countLine({ pushed }) ?? "Everything is up to date.");
      });
    }));
}

function remoteJson({ remote, pushed, bytes, failed, error }: RemotePush): unknown {
  return {
    remote: remote ?? null,
    pushed,
    bytes,
    failed: failedJson(failed),
    ...(error === undefined ? {} : { kind: error.kind, error: error.message }),
  };
}

/** Remotes that could not be used at all: told, and the first thrown, if nothing else will be. */
function failRemotes(
  results: readonly RemotePush[],
  othersFail: boolean,
  context: CommandContext,
): void {
  const broken = results.flatMap(({ error }) => error === undefined ? [] : [error]);
  const thrown = othersFail ? undefined : broken.shift();
  for (const { message } of broken) context.reporter.error(message);
  if (thrown !== undefined) throw thrown;
}
