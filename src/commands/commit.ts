/**
 * `dvt commit`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";
import { forceOption, recursiveOption, withDepsOption } from "./options.ts";

/** Records changed data. */
export function commitCommand(): AnyCommand {
  return command("commit")
    .description(
      "Take what is in the workspace as the new truth: store changed data in the cache and write its `.dvc` files.",
    )
    .examples([
      ["dvt commit data.dvc -f", "After editing tracked data, without being asked"],
      ["dvt add --no-commit big && dvt commit big", "Track now, store later"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(forceOption("do not ask"))
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(new Option("--no-relink", "leave the files as they are, whatever cache.type says"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { commit } = await import("../operations/commit.ts");
      const request = {
        recursive: options.recursive ?? false,
        withDeps: options.withDeps ?? false,
        force: options.force ?? false,
        relink: options.relink,
      };
      const stages: string[] = [];
      if (targets.length === 0) {
        stages.push(
          ...await withPrefix("failed to commit", () => commit({ ...request, targets }, context)),
        );
      }
      for (const target of targets) {
        stages.push(
          ...await withPrefix(
            `failed to commit ${target}`,
            () => commit({ ...request, targets: [target] }, context),
          ),
        );
      }
      context.answer({ stages });
    }));
}
