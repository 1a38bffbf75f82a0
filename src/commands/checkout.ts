/**
 * `dvt checkout`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { DvtError } from "../platform/error.ts";
import { printCheckedOut } from "./checkout_words.ts";
import { countLine } from "./counts.ts";
import { outsJson } from "./json_result.ts";
import { forceOption, recursiveOption, withDepsOption } from "./options.ts";

/** Makes the workspace match the stage files. */
export function checkoutCommand(): AnyCommand {
  return command("checkout")
    .description(
      "Make the files of the workspace what the `.dvc` files say, out of the cache. Work that is " +
        "saved nowhere is never overwritten without --force.",
    )
    .examples([
      ["git checkout v1 && dvt checkout", "Go to another version of the data"],
      ["dvt checkout data/train", "Restore a part of a tracked folder"],
      ["dvt checkout --relink", "Link all files anew after cache.type was changed"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(new Option("--summary", "only tell how many files changed"))
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(forceOption("overwrite work that is saved nowhere"))
    .addOption(new Option("--relink", "make all files anew, as links or copies as configured"))
    .addOption(new Option("--allow-missing", "pass over outputs whose data is not in the cache"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { checkout, checkoutFailure } = await import("../operations/checkout.ts");
      const summary = await suggestGit(targets, () =>
        checkout({
          targets,
          recursive: options.recursive ?? false,
          withDeps: options.withDeps ?? false,
          force: options.force ?? false,
          relink: options.relink ?? false,
          allowMissing: options.allowMissing ?? false,
        }, context));
      const { added, modified, deleted } = summary;
      context.answer({
        outs: outsJson(summary.outs),
        files: { added, modified, deleted },
        missing: summary.failed,
      });
      if (options.summary === true) {
        context.reporter.say(countLine({ modified, added, deleted }) ?? "No changes.");
      } else printCheckedOut(summary.outs, context);
      if (summary.failed.length > 0) throw checkoutFailure(summary.failed);
      if (options.relink === true) context.reporter.say("Relinked successfully");
    }));
}

/** A target that is nothing of DVC's may have been meant for Git, as DVC says. */
async function suggestGit<Result>(
  targets: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const unknown = error instanceof DvtError && error.kind === "not-found" &&
      error.message.includes("does not exist");
    if (!unknown || targets.length === 0) throw error;
    const meant = `Did you mean \`git checkout ${targets.join(" ")}\`?`;
    throw new DvtError("not-found", `${meant}: ${error.message}`);
  }
}
