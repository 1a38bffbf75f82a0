/**
 * `dvt add`.
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
import { withPrefix } from "./exit_code.ts";
import { forceOption, globOption, remoteOption } from "./options.ts";
import { jobsOf } from "./transfer_words.ts";

/** Tracks files and folders. */
export function addCommand(): AnyCommand {
  return command("add")
    .description(
      "Track files or folders: the bytes go into the cache, a small `.dvc` file that Git can " +
        "hold says what they are. A path inside a tracked folder renews that piece of it.",
    )
    .examples([
      ["dvt add data", "Track a folder; writes data.dvc"],
      ["dvt add model.pkl raw/*.csv", "Track several files"],
      ["dvt add data/new.png", "Take a new file of a tracked folder into it"],
      ["dvt add /mnt/big/set -o set", "Copy data from elsewhere into the project and track it"],
    ])
    .argument("<targets...>", "files or folders to track")
    .addOption(new Option("--no-commit", "write the stage file, but store nothing in the cache"))
    .addOption(globOption())
    .addOption(new Option("-o, --out <path>", "copy the target to this path and track that"))
    .addOption(new Option("--to-remote", "send the data straight to a remote, keep nothing here"))
    .addOption(remoteOption("remote for --to-remote"))
    .addOption(valueOption("--remote-jobs <number>", "transfers at once for --to-remote", integer))
    .addOption(forceOption("replace what lies at the path of --out"))
    .addOption(new Option("--no-relink", "leave the files as they are, whatever cache.type says"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      await withPrefix("", async () => {
        const elsewhere = [options.out, options.toRemote, options.remote, options.remoteJobs];
        if (elsewhere.some((option) => option !== undefined)) {
          const { addElsewhere } = await import("../operations/add_elsewhere.ts");
          const { stages } = await addElsewhere({
            targets,
            out: options.out,
            toRemote: options.toRemote ?? false,
            remote: options.remote,
            jobs: jobsOf(options.remoteJobs),
            force: options.force ?? false,
            glob: options.glob ?? false,
            commit: options.commit,
          }, context);
          context.answer({ stages });
          return;
        }
        const { add } = await import("../operations/add.ts");
        const { stages } = await add({
          targets,
          commit: options.commit,
          relink: options.relink,
          glob: options.glob ?? false,
        }, context);
        context.answer({ stages });
      });
    }));
}
