/**
 * `dvt unprotect`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";

/** Makes linked files editable. */
export function unprotectCommand(): AnyCommand {
  return command("unprotect")
    .description(
      "Make files that are links into the cache ordinary files again, so that they may be edited.",
    )
    .examples([
      ["dvt unprotect data", "Before editing data that is linked"],
    ])
    .argument("<targets...>", "tracked files or folders, or parts of them")
    .addOption(jsonOption())
    .action(verb(async (context, targets) => {
      const { unprotect } = await import("../operations/unprotect.ts");
      await unprotect(targets, context);
      context.answer({ targets });
    }));
}
