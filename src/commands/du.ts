/**
 * `dvt du`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import { humanSize } from "../console/units.ts";
import {
  remoteConfigOption,
  revOption,
  sourceConfigOption,
  sourceRemoteOption,
} from "./options.ts";

/** Shows how much data takes. */
export function duCommand(): AnyCommand {
  return command("du")
    .description(
      "Show how much the files and folders of a data registry take, tracked data included. No data " +
        "is downloaded.",
    )
    .examples([
      ["dvt du .", "The entries of this project, and their sum"],
      ["dvt du -s https://example.com/registry.git use-cases --rev v1", "One sum, at a tag"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("[path]", "file or folder in it")
    .addOption(revOption())
    .addOption(new Option("-s, --summarize", "show the sum alone"))
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, path, options) => {
      const { diskUsage } = await import("../operations/du.ts");
      const entries = await diskUsage({
        url,
        path: path ?? "",
        rev: options.rev,
        summarize: options.summarize ?? false,
        config: options.config,
        remote: options.remote,
        remoteConfig: options.remoteConfig,
      }, context);
      context.answer({ entries });
      const rows = entries.map(({ path, size }) => [humanSize(size), path]);
      for (const line of tableLines(rows)) context.output.line(line);
    }));
}
