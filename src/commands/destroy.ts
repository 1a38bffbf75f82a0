/**
 * `dvt destroy`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";
import { forceOption } from "./options.ts";

/** Ends a project. */
export function destroyCommand(): AnyCommand {
  return command("destroy")
    .description(
      "End the project: remove all `.dvc` files, pipelines and the cache. The data of the workspace stays.",
    )
    .examples([
      ["dvt destroy -f", "Without being asked"],
    ])
    .addOption(forceOption("do not ask"))
    .addOption(jsonOption())
    .action(verb(async (context, options) => {
      const { destroy } = await import("../operations/destroy.ts");
      await withPrefix(
        "failed to destroy DVC",
        () => destroy({ force: options.force ?? false }, context),
      );
      context.answer({ destroyed: ".dvc" });
    }));
}
