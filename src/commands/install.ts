/**
 * `dvt install`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Puts hooks into Git. */
export function installCommand(): AnyCommand {
  return command("install")
    .description(
      "Put hooks into the Git repository: status before a commit, checkout after a change of " +
        "branch, push before a push; and a driver that merges the `.dvc` files of folders.",
    )
    .examples([
      ["dvt install", "Hooks and merge driver"],
      ["echo '*.dvc merge=dvc' >> .gitattributes", "Let Git use the driver for `.dvc` files"],
    ])
    .addOption(
      new Option("--use-pre-commit-tool", "write .pre-commit-config.yaml instead of the hooks"),
    )
    .addOption(jsonOption())
    .action(verb(async (context, options) => {
      const { install } = await import("../operations/install.ts");
      await withPrefix(
        "failed to install DVC Git hooks",
        () => install({ usePreCommitTool: options.usePreCommitTool ?? false }, context),
      );
      context.answer({ preCommitTool: options.usePreCommitTool ?? false });
    }));
}
