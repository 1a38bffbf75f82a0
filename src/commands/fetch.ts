/**
 * `dvt fetch`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  integer,
  jsonOption,
  Option,
  valueOption,
  verb,
} from "../cli/program.ts";
import { countLine } from "./counts.ts";
import { DvtError } from "../platform/error.ts";
import { withPrefix } from "./exit_code.ts";
import { failedJson } from "./json_result.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  jobsOption,
  recursiveOption,
  remoteOption,
  withDepsOption,
} from "./options.ts";
import { failTransfer, jobsOf, scopeOf, tellUnreachable } from "./transfer_words.ts";

/** Brings data from a remote into the cache. */
export function fetchCommand(): AnyCommand {
  return command("fetch")
    .description(
      "Bring tracked data from a remote, or from where it was imported, into the cache. The " +
        "workspace stays as it is; `dvt pull` changes it, too.",
    )
    .examples([
      ["dvt fetch", "Everything that the workspace tracks"],
      ["dvt fetch -A", "What all commits track"],
      ["dvt fetch data/train", "A part of a tracked folder"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(remoteOption("remote to fetch from"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(new Option("--run-cache", "bring DVC's cache of runs, too"))
    .addOption(new Option("--no-run-cache", "leave the cache of runs alone (the default)"))
    .addOption(valueOption("--max-size <bytes>", "leave larger outputs out", integer))
    .addOption(
      new Option("--type <type>", "only outputs of this kind").choices(["metrics", "plots"]),
    )
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      await withPrefix("failed to fetch data from the cloud", async () => {
        const { fetch } = await import("../operations/fetch.ts");
        const { fetched, bytes, failed, unreachable, noRemote } = await fetch({
          ...scopeOf(targets, options),
          remote: options.remote,
          jobs: jobsOf(options.jobs),
          runCache: options.runCache ?? false,
          ...(options.maxSize === undefined ? {} : { maxSize: options.maxSize }),
          ...(options.type === undefined ? {} : { type: options.type }),
        }, context);
        const answer = { fetched, bytes, failed: failedJson(failed) };
        context.answer(answer);
        if (noRemote) context.reporter.note("No remote provided and no default remote set.");
        tellUnreachable(unreachable, context);
        failTransfer(failed, "download", context);
        const { length } = unreachable;
        if (length > 0) throw new DvtError("missing-data", `${length} files failed to download`);
        context.reporter.say(countLine({ fetched }) ?? "Everything is up to date.");
      });
    }));
}
