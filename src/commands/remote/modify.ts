/**
 * `dvt remote modify`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../../cli/program.ts";
import { configLevelOf, warnOfSecret } from "../levels.ts";
import {
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "../options.ts";

/** Sets or takes away an option of a remote. */
export function remoteModifyCommand(): AnyCommand {
  return command("modify")
    .description("Set an option of a remote, or take it away.")
    .examples([
      ["dvt remote modify storage endpointurl https://s3.example.org", "Use another S3 service"],
      ["dvt remote modify --local storage secret_access_key KEY", "Keep a secret out of Git"],
      ["dvt remote modify -u storage profile", "Take an option away"],
    ])
    .argument("<name>", "name of the remote")
    .argument("<option>", "the option")
    .argument("[value]", "its new value")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(new Option("-u, --unset", "take the option away"))
    .addOption(jsonOption())
    .action(verb(async (context, name, option, value, options) => {
      const { modifyRemote, unsetRemoteOption } = await import(
        "../../operations/configure_remote.ts"
      );
      const request = { level: configLevelOf(options), name, option };
      if (options.unset) {
        unsetRemoteOption(request, context);
        context.answer({ name, option });
        return;
      }
      const { exposed } = modifyRemote({ ...request, value }, context);
      context.answer({ name, option });
      const again = exposed === option
        ? `dvt remote modify --local ${name} ${option} VALUE`
        : `dvt remote modify --local ${name} password VALUE`;
      warnOfSecret(exposed, again, context);
    }));
}
