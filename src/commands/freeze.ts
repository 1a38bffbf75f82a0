/**
 * `dvt freeze`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { setFrozen } from "./set_frozen.ts";

/** Freezes stages. */
export function freezeCommand(): AnyCommand {
  return command("freeze")
    .description("Hold stages at their present state: status and update leave them alone.")
    .examples([
      ["dvt freeze data.dvc", "Hold an import"],
    ])
    .argument("<targets...>", "`.dvc` files")
    .addOption(jsonOption())
    .action(verb(async (context, targets) => {
      const stages = await setFrozen(targets, { frozen: true, context });
      context.answer({ stages });
    }));
}
