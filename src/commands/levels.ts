/**
 * What the verbs that change the configuration share.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import type { ConfigLevel } from "../registry/config_files.ts";
import { type LevelFlags, levelOf } from "./options.ts";

/** The level that was asked for, in the registry's words; undefined if none was. */
export function configLevelOf(flags: LevelFlags): ConfigLevel | undefined {
  const level = levelOf(flags);
  return level === "project" ? "repo" : level;
}

/** Warns of a secret that has just been written to a file which Git tracks. */
export function warnOfSecret(
  exposed: string | undefined,
  again: string,
  context: CommandContext,
): void {
  if (exposed === undefined) return;
  context.reporter.warn(
    `${exposed} is now in .dvc/config, which is committed and read by everybody with access ` +
      `to the repository; keep it in .dvc/config.local with: ${again}`,
  );
}

/** Prints an answer, which `-q` silences in these verbs as it does in DVC. */
export function answer(line: string, context: CommandContext): void {
  if (!context.quiet) context.output.line(line);
}
