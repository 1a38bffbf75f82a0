/**
 * `dvt import`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, ownOption, verb } from "../cli/program.ts";
import { maskSecrets } from "../platform/secrets.ts";
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

/** Downloads data of a repository and keeps the link. */
export function importCommand(): AnyCommand {
  return command("import")
    .description(
      "Download a file or folder of a data registry or of any Git repository into the project, " +
        "and remember in a `.dvc` file where it came from, so that `dvt update` can bring newer " +
        "versions.",
    )
    .examples([
      ["dvt import ../registry use-cases/cats-dogs", "The newest version of a dataset"],
      ["dvt import --rev v1 git@example.com:team/registry.git model.pkl", "A tagged version"],
      ["dvt import --version '^1.2' ../registry model.pkl", "Version 1.2 or later, but not 2"],
      ["dvt import ../registry images --exclude '*.tmp'", "Some files of a folder"],
      ["dvt import ../registry model.pkl -o models/base.pkl", "To another place"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<path>", "file or folder in it")
    .addOption(outOption())
    .addOption(forceOption("overwrite what is there"))
    .addOption(revOption().conflicts("version"))
    .addOption(
      ownOption(
        new Option("--version <range>", "follow the newest version in a range, such as '^1.2'"),
      ),
    )
    .addOption(
      new Option("--no-exec", "only write the `.dvc` file; ask nobody").conflicts(["download"]),
    )
    .addOption(new Option("--no-download", "ask for the revision, but leave the data where it is"))
    .addOption(jobsOption())
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(
      ownOption(
        new Option("--push", "keep the data on this project's own remote, too, when it is pushed"),
      ),
    )
    .addOption(offlineOption())
    .addOption(includeOption())
    .addOption(excludeOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, path, options) => {
      const { importPath } = await import("../operations/import.ts");
      await withPrefix(`failed to import '${path}' from '${maskSecrets(url)}'.`, async () => {
        const { stage, moved, bytes } = await importPath({
          url,
          path,
          rev: options.rev,
          version: options.version,
          push: options.push,
          offline: options.offline ?? false,
          parts: { include: options.include, exclude: options.exclude },
          out: options.out,
          force: options.force ?? false,
          noExec: !options.exec,
          noDownload: !options.download,
          jobs: jobsOf(options.jobs),
          config: options.config,
          remote: options.remote,
          remoteConfig: options.remoteConfig,
        }, context);
        context.answer({ stage, objects: moved, bytes });
      });
    }));
}
