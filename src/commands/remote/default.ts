/**
 * `dvt remote default`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../../cli/program.ts";
import { answer, configLevelOf } from "../levels.ts";
import {
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "../options.ts";

/** Shows, sets or forgets the default remote. */
export function remoteDefaultCommand(): AnyCommand {
  return command("default")
    .description("Show the default remote, or set it.")
    .examples([
      ["dvt remote default", "Show its name"],
      ["dvt remote default storage", "Push to and pull from storage from now on"],
      ["dvt remote default -u", "Have no default remote"],
    ])
    .argument("[name]", "the remote to use")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(new Option("-u, --unset", "forget the default remote"))
    .addOption(jsonOption())
    .action(verb(async (context, name, options) => {
      const { readDefaultRemote, setDefaultRemote } = await import(
        "../../operations/configure_remote.ts"
      );
      const level = configLevelOf(options);
      if (options.unset || name !== undefined) {
        const chosen = options.unset ? undefined : name;
        setDefaultRemote({ level, name: chosen }, context);
        context.answer({ name: chosen ?? null });
        return 0;
      }
      const found = readDefaultRemote({ level }, context);
      context.answer({ name: found ?? null });
      answer(found ?? "No default remote set", context);
      return found === undefined ? 1 : 0;
    }));
}
