/**
 * `dvt cache dir`.
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

/** Shows or sets the folder of the cache. */
export function cacheDirCommand(): AnyCommand {
  return command("dir")
    .description("Show the folder of the cache, or set it.")
    .examples([
      ["dvt cache dir", "Show where the cache is"],
      ["dvt cache dir --local /big/disk/cache", "Keep this clone's cache on another disk"],
    ])
    .argument("[value]", "the new folder; a relative path is relative to the working directory")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(new Option("-u, --unset", "go back to the usual folder"))
    .addOption(jsonOption())
    .action(verb(async (context, path, options) => {
      const { readCacheDirectory, setCacheDirectory, unsetCacheDirectory } = await import(
        "../../operations/configure_cache.ts"
      );
      const level = configLevelOf(options);
      if (options.unset) unsetCacheDirectory({ level }, context);
      else if (path === undefined) {
        const found = readCacheDirectory({ level }, context);
        answer(found, context);
        context.answer({ path: found });
        return;
      } else setCacheDirectory({ level, path }, context);
      context.answer({ path: path ?? null });
    }));
}
