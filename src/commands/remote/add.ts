/**
 * `dvt remote add`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../../cli/program.ts";
import { configLevelOf, warnOfSecret } from "../levels.ts";
import {
  forceOption,
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "../options.ts";

/** Adds a remote. */
export function remoteAddCommand(): AnyCommand {
  return command("add")
    .description("Add a place to keep data in.")
    .examples([
      ["dvt remote add -d storage s3://bucket/path", "Add a bucket as the default remote"],
      ["dvt remote add nas /mnt/nas/data", "Add a folder"],
      ["dvt remote add -f storage ssh://host/path", "Replace a remote of that name"],
    ])
    .argument("<name>", "name of the remote")
    .argument("<url>", "its URL, or a path; a relative one is relative to the working directory")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(new Option("-d, --default", "make it the default remote"))
    .addOption(forceOption("replace a remote of that name"))
    .addOption(jsonOption())
    .action(verb(async (context, name, url, options) => {
      const { addRemote } = await import("../../operations/configure_remote.ts");
      const isDefault = options.default ?? false;
      if (isDefault) {
        context.reporter.say(`Setting '${name.toLowerCase()}' as a default remote.`);
      }
      const { exposed } = addRemote({
        level: configLevelOf(options),
        name,
        url,
        isDefault,
        force: options.force ?? false,
      }, context);
      context.answer({ name: name.toLowerCase(), default: isDefault });
      warnOfSecret(exposed, `dvt remote modify --local ${name} password VALUE`, context);
    }));
}
