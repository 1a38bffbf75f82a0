/**
 * The whole command tree, one line per verb. To add a verb: write `src/commands/<verb>.ts` as
 * `src/cli/program.ts` shows, then add its line here. A verb's code is loaded only when it runs;
 * its summary stands here, so that help and completion need not load it.
 *
 * @module
 */
import { entry, section, type TreeEntry } from "../cli/tree.ts";

/** All verbs of dvt. */
export const tree: readonly TreeEntry[] = [
  ...section("Settings", [
    entry(
      "root",
      "Show the way to the project's top folder",
      async () => (await import("./show_root.ts")).rootCommand(),
    ),
    entry(
      "completion",
      "Print a completion script for a shell",
      async () => (await import("./completion.ts")).completionCommand(),
    ),
    entry(
      "complete",
      "Print what could come next on a command line",
      async () => (await import("./completion.ts")).completeCommand(tree),
      { hidden: true },
    ),
  ]),
];
