/**
 * `dvt update`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, ownOption, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";
import { jobsOption, offlineOption, recursiveOption, remoteOption, revOption } from "./options.ts";
import { jobsOf } from "./transfer_words.ts";

/** Brings imports to a newer version. */
export function updateCommand(): AnyCommand {
  return command("update")
    .description(
      "Bring imports to the newest commit of the revision they follow, or to another revision. " +
        "Only what changed is transferred; the old data stays until the new is complete.",
    )
    .examples([
      ["dvt update cats-dogs.dvc", "The newest commit of the branch that was imported"],
      ["dvt update --rev cats-dogs-v2 cats-dogs.dvc", "Move an import to another tag"],
      ["dvt update --newest cats-dogs.dvc", "Move to the newest tag of the series"],
      ["dvt update --version '^2' cats-dogs.dvc", "Follow versions 2.x from now on"],
      ["dvt update -R . --dry-run", "What would change in all imports of the project"],
    ])
    .argument("<targets...>", "`.dvc` files of imports")
    .addOption(revOption().conflicts(["version", "newest"]))
    .addOption(
      ownOption(
        new Option("--version <range>", "follow the newest version in this range from now on"),
      )
        .conflicts("newest"),
    )
    .addOption(
      ownOption(new Option("--newest", "move to the newest tag of the series that the tag is of")),
    )
    .addOption(ownOption(new Option("--dry-run", "only say what would change")))
    .addOption(offlineOption())
    .addOption(recursiveOption())
    .addOption(new Option("--no-download", "only note the new revision"))
    .addOption(new Option("--to-remote", "send data that came from a URL straight to a remote"))
    .addOption(remoteOption("remote for --to-remote"))
    .addOption(jobsOption())
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { update } = await import("../operations/update.ts");
      await withPrefix("failed update data", async () => {
        const updated = await update({
          targets,
          recursive: options.recursive ?? false,
          rev: options.rev,
          version: options.version,
          newest: options.newest ?? false,
          dryRun: options.dryRun ?? false,
          offline: options.offline ?? false,
          noDownload: !options.download,
          toRemote: options.toRemote ?? false,
          remote: options.remote,
          jobs: jobsOf(options.jobs),
        }, context);
        context.answer({
          imports: updated.map(({ stage, changed, moved: objects, bytes }) => ({
            stage,
            changed,
            objects,
            bytes,
          })),
        });
      });
    }));
}
