/**
 * `dvt remote remove`.
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

/** Removes a remote from the configuration; what it holds stays. */
export function remoteRemoveCommand(): AnyCommand {
  return command("remove")
    .description("Remove a remote from the configuration. The data it holds stays there.")
    .examples([["dvt remote remove old-storage", "Forget a remote"]])
    .argument("<name>", "name of the remote")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, options) => {
      const { removeRemote } = await import("../../operations/configure_remote.ts");
      removeRemote({ level: configLevelOf(options), name }, context);
      context.answer({ name });
    }));
}
