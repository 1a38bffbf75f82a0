/**
 * `dvt get`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { withPrefix } from "./exit_code.ts";
import {
  excludeOption,
  forceOption,
  includeOption,
  jobsOption,
  offlineOption,
  outOption,
  remoteConfigOption,
  revOption,
  sourceConfigOption,
  sourceRemoteOption,
} from "./options.ts";
import { jobsOf } from "./transfer_words.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";

/** Downloads data of a repository. */
export function getCommand(): AnyCommand {
  return command("get")
    .description(
      "Download a file or folder of a data registry or of any Git repository. Needs no project " +
        "and keeps no link; see `dvt import` for that.",
    )
    .examples([
      ["dvt get https://example.com/registry.git use-cases/cats-dogs", "A folder, newest version"],
      ["dvt get ../registry model.pkl --rev v1 -o old.pkl", "A file as it was at a tag"],
      ["dvt get ../registry images --include 'train/*.png'", "Some files of a folder"],
      ["dvt get ../registry model.pkl --show-url", "Only tell where the bytes are"],
      ["dvt get ../registry model.pkl -o - | sha256sum", "A file into a pipe; see also `dvt cat`"],
      ["dvt get ../registry images -o - | tar -t", "A folder into a pipe, as a tar archive"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<path>", "file or folder in it")
    .addOption(outOption())
    .addOption(revOption())
    .addOption(new Option("--show-url", "print the address of the data instead of downloading it"))
    .addOption(jobsOption())
    .addOption(forceOption("overwrite what is there"))
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(offlineOption())
    .addOption(includeOption())
    .addOption(excludeOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, path, options) => {
      const source = {
        url,
        path,
        rev: options.rev,
        config: options.config,
        remote: options.remote,
        remoteConfig: options.remoteConfig,
      };
      const { dataUrl, get, getToSink, toStdout } = await import("../operations/get.ts");
      await withPrefix(`failed to get '${path}' from '${maskSecrets(url)}'`, async () => {
        if (options.showUrl === true) {
          const address = await dataUrl(source, context);
          context.output.line(address);
          context.answer({ url: maskSecrets(address) });
          return;
        }
        const how = {
          jobs: jobsOf(options.jobs),
          offline: options.offline ?? false,
          parts: { include: options.include, exclude: options.exclude },
        };
        if (options.out === toStdout) {
          if (options.json !== undefined) {
            throw new DvtError("usage", "argument --json: not allowed with argument -o/--out: '-'");
          }
          const sink = (chunk: Uint8Array) => context.output.bytes(chunk);
          await getToSink({ ...source, ...how }, { sink, context });
          return;
        }
        const { out, files } = await get(
          { ...source, ...how, out: options.out, force: options.force ?? false },
          context,
        );
        context.answer({ out, files });
      });
    }));
}
