/**
 * `dvt root`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { relativeNative } from "../platform/paths.ts";
import { requireProjectRoot } from "../registry/find_root.ts";

/** Prints the way from the working directory to the project's top folder. */
export function rootCommand(): AnyCommand {
  return command("root")
    .description("Show the path of the project's top folder, seen from the working directory.")
    .examples([['cd "$(dvt root)"', "Go to the top of the project"]])
    .addOption(jsonOption())
    .action(verb((context) => {
      const root = requireProjectRoot(context.directory);
      const shown = relativeNative(context.directory, root);
      context.output.line(shown);
      context.answer({ root: shown, absolute: root });
    }));
}
