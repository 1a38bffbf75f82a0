/**
 * `dvt unfreeze`.
 *
 * @module
 */
import { type AnyCommand, command, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Unfreezes stages. */
export function unfreezeCommand(): AnyCommand {
  return command("unfreeze")
    .description("Let frozen stages change again.")
    .examples([
      ["dvt unfreeze data.dvc", "Let an import go"],
    ])
    .argument("<targets...>", "`.dvc` files")
    .action(verb(async (context, targets) => {
      const { freeze } = await import("../operations/freeze.ts");
      for (const target of targets) {
        await withPrefix(
          `failed to unfreeze '${target}'`,
          () => freeze({ targets: [target], frozen: false }, context),
        );
      }
    }));
}
