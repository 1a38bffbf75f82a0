/**
 * `dvt cat`.
 *
 * @module
 */
import { type AnyCommand, command, InvalidValue, valueOption, verb } from "../cli/program.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { withPrefix } from "./exit_code.ts";
import {
  offlineOption,
  remoteConfigOption,
  revOption,
  sourceConfigOption,
  sourceRemoteOption,
} from "./options.ts";

/** Prints a file of a repository. */
export function catCommand(): AnyCommand {
  return command("cat")
    .description(
      "Print a file of a data registry or of any Git repository. It is hashed on the way; when it " +
        "is not what was recorded, the exit code says so at the end. Of a part, only the part is " +
        "downloaded, and nobody can check it.",
    )
    .examples([
      ["dvt cat ../registry labels.csv", "All of it"],
      ["dvt cat ../registry train.csv --rev v2 --head 1000", "The first 1,000 bytes at a tag"],
      ["dvt cat . model.bin --range 512-1023 | xxd", "512 bytes from byte 512 on"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<path>", "file in it")
    .addOption(revOption())
    .addOption(
      valueOption(
        "--range <from-to>",
        "only these bytes, counted from 0, the last one included",
        readRange,
      )
        .conflicts(["head"]),
    )
    .addOption(valueOption("--head <bytes>", "only so many bytes from the start", readCount))
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(offlineOption())
    .action(verb(async (context, url, path, options) => {
      const { catFile } = await import("../operations/cat.ts");
      await withPrefix(`failed to print '${path}' from '${maskSecrets(url)}'`, async () => {
        const head = options.head === undefined ? undefined : { start: 0, end: options.head };
        await catFile({
          url,
          path,
          rev: options.rev,
          range: options.range ?? head,
          offline: options.offline ?? false,
          config: options.config,
          remote: options.remote,
          remoteConfig: options.remoteConfig,
        }, { sink: (chunk) => context.output.bytes(chunk), context });
      });
    }));
}

function readCount(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidValue(`'${value}' is no number of bytes`);
  return Number(value);
}

function readRange(value: string): { start: number; end: number | undefined } {
  const [, from = "", to = ""] = /^(\d{1,15})-(\d{0,15})$/.exec(value) ?? [];
  const range = { start: Number(from), end: to === "" ? undefined : Number(to) + 1 };
  if (from === "" || (range.end !== undefined && range.end <= range.start)) {
    throw new InvalidValue(`'${value}' is no range such as 0-99 or 100-`);
  }
  return range;
}
