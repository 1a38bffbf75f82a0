/**
 * `dvt remove`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Forgets tracked data. */
export function removeCommand(): AnyCommand {
  return command("remove")
    .description(
      "Forget tracked data. The data itself stays in the workspace, and in the cache until gc.",
    )
    .examples([
      ["dvt remove data.dvc", "Stop tracking, keep the data"],
      ["dvt remove --outs data.dvc", "Remove the data of the workspace, too"],
    ])
    .argument("<targets...>", "`.dvc` files")
    .addOption(new Option("--outs", "remove the data of the workspace, too"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { remove } = await import("../operations/remove.ts");
      const removed = await withPrefix(
        "",
        () => remove({ targets, outs: options.outs ?? false }, context),
      );
      context.answer({ stages: removed });
    }));
}
