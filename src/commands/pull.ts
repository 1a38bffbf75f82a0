/**
 * `dvt pull`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { printCheckedOut } from "./checkout_words.ts";
import { countLine } from "./counts.ts";
import { withPrefix } from "./exit_code.ts";
import { failedJson, outsJson } from "./json_result.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  excludeOption,
  forceOption,
  globOption,
  includeOption,
  jobsOption,
  recursiveOption,
  remoteOption,
  withDepsOption,
} from "./options.ts";
import { failTransfer, jobsOf, scopeOf, tellUnreachable } from "./transfer_words.ts";

/** Brings data from a remote into the workspace. */
export function pullCommand(): AnyCommand {
  return command("pull")
    .description(
      "Bring tracked data from a remote, or from where it was imported, into the cache and the " +
        "workspace.",
    )
    .examples([
      ["dvt pull", "Everything that the workspace tracks"],
      ["dvt pull data/train", "A part of a tracked folder"],
      ["dvt pull -r backup", "From another remote than the default one"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(remoteOption("remote to fetch from"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(forceOption("overwrite work that is saved nowhere"))
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(new Option("--run-cache", "bring DVC's cache of runs, too"))
    .addOption(new Option("--no-run-cache", "leave the cache of runs alone (the default)"))
    .addOption(globOption())
    .addOption(includeOption())
    .addOption(excludeOption())
    .addOption(new Option("--allow-missing", "pass over outputs whose data cannot be had"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      await withPrefix("failed to pull data from the cloud", async () => {
        const { pull } = await import("../operations/pull.ts");
        const { checkoutFailure } = await import("../operations/checkout.ts");
        const allowMissing = options.allowMissing ?? false;
        const { fetch, checkout } = await pull({
          ...scopeOf(targets, options),
          remote: options.remote,
          jobs: jobsOf(options.jobs),
          runCache: options.runCache ?? false,
          force: options.force ?? false,
          allowMissing,
          parts: { include: options.include, exclude: options.exclude },
        }, context);
        context.answer({
          fetched: fetch.fetched,
          bytes: fetch.bytes,
          outs: outsJson(checkout.outs),
          failed: failedJson(fetch.failed),
          missing: checkout.failed,
        });
        if (fetch.noRemote) context.reporter.note("No remote provided and no default remote set.");
        printCheckedOut(checkout.outs, context);
        const { added, modified, deleted } = checkout;
        const line = countLine({ fetched: fetch.fetched, modified, added, deleted });
        context.reporter.say(line ?? "Everything is up to date.");
        if (!allowMissing) {
          tellUnreachable(fetch.unreachable, context);
          failTransfer(fetch.failed, "download", context);
        }
        if (checkout.failed.length > 0) throw checkoutFailure(checkout.failed);
      });
    }));
}
