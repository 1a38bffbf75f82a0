/**
 * `dvt unfreeze`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Unfreezes stages. */
export function unfreezeCommand(): AnyCommand {
  return command("unfreeze")
    .description("Let frozen stages change again.")
    .examples([
      ["dvt unfreeze data.dvc", "Let an import go"],
    ])
    .argument("<targets...>", "`.dvc` files")
    .addOption(jsonOption())
    .action(verb(async (context, targets) => {
      const { freeze } = await import("../operations/freeze.ts");
      const stages: string[] = [];
      for (const target of targets) {
        stages.push(
          ...await withPrefix(
            `failed to unfreeze '${target}'`,
            () => freeze({ targets: [target], frozen: false }, context),
          ),
        );
      }
      context.answer({ stages });
    }));
}
