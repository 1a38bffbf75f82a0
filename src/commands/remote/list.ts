/**
 * `dvt remote list`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../../cli/program.ts";
import { styled } from "../../console/color.ts";
import { displayWidth } from "../../console/display_width.ts";
import { maskSecrets } from "../../platform/secrets.ts";
import { answer, configLevelOf } from "../levels.ts";
import {
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "../options.ts";

/** Lists the remotes. */
export function remoteListCommand(): AnyCommand {
  return command("list")
    .description("List the remotes; passwords in URLs are hidden.")
    .examples([["dvt remote list", "Show names and URLs of all remotes"]])
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(jsonOption())
    .action(verb(async (context, options) => {
      const { listRemotes } = await import("../../operations/configure_remote.ts");
      const remotes = listRemotes({ level: configLevelOf(options) }, context);
      context.answer({
        remotes: remotes.map(({ name, url, isDefault }) => ({
          name,
          url: maskSecrets(url ?? ""),
          default: isDefault,
        })),
      });
      for (const remote of remotes) {
        const cells = [remote.name, maskSecrets(remote.url ?? "")];
        if (!remote.isDefault) answer(tabbed(cells), context);
        else answer(styled("green", tabbed([...cells, "(default)"])), context);
      }
    }));
}

/** Cells with at least one blank between them, each at a multiple of eight columns. */
function tabbed(cells: readonly string[]): string {
  return cells.reduce((line, cell) => line + " ".repeat(8 - displayWidth(line) % 8) + cell);
}
