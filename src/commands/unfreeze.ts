/**
 * `dvt unfreeze`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { setFrozen } from "./set_frozen.ts";

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
      const stages = await setFrozen(targets, { frozen: false, context });
      context.answer({ stages });
    }));
}
