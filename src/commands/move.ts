/**
 * `dvt move`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";

/** Renames tracked data. */
export function moveCommand(): AnyCommand {
  return command("move")
    .description("Rename tracked data together with its `.dvc` file.")
    .examples([
      ["dvt move data sets/data", "Move a dataset"],
      ["dvt move model.pkl old/", "Into a folder, under the same name"],
    ])
    .argument("<src>", "tracked file or folder")
    .argument("<dst>", "new path, or a folder that exists")
    .addOption(jsonOption())
    .action(verb(async (context, source, destination) => {
      const { move } = await import("../operations/move.ts");
      const moved = await withPrefix(
        `failed to move '${source}' -> '${destination}'`,
        () => move({ source, destination }, context),
      );
      context.answer({ ...moved });
    }));
}
