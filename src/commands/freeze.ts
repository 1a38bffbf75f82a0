/**
 * `dvt freeze`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

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
      const { freeze } = await import("../operations/freeze.ts");
      const stages: string[] = [];
      for (const target of targets) {
        stages.push(
          ...await withPrefix(
            `failed to freeze '${target}'`,
            () => freeze({ targets: [target], frozen: true }, context),
          ),
        );
      }
      context.answer({ stages });
    }));
}
