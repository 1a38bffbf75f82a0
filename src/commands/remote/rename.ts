/**
 * `dvt remote rename`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../../cli/program.ts";
import { configLevelOf } from "../levels.ts";
import {
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "../options.ts";

/** Gives a remote another name. */
export function remoteRenameCommand(): AnyCommand {
  return command("rename")
    .description("Give a remote another name; as the default remote it keeps its part.")
    .examples([["dvt remote rename storage archive", "Call storage archive"]])
    .argument("<name>", "the remote's name")
    .argument("<new>", "its new name")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, newName, options) => {
      const { renameRemote } = await import("../../operations/configure_remote.ts");
      renameRemote({ level: configLevelOf(options), name, newName }, context);
      context.answer({ name: newName });
    }));
}
