/**
 * `dvt root`.
 *
 * @module
 */
import { type AnyCommand, command, verb } from "../cli/program.ts";
import { relativeNative } from "../platform/paths.ts";
import { requireProjectRoot } from "../registry/find_root.ts";

/** Prints the way from the working directory to the project's top folder. */
export function rootCommand(): AnyCommand {
  return command("root")
    .description("Show the path of the project's top folder, seen from the working directory.")
    .examples([['cd "$(dvt root)"', "Go to the top of the project"]])
    .action(verb((context) => {
      context.output.line(relativeNative(context.directory, requireProjectRoot(context.directory)));
    }));
}
