/**
 * `dvt import-url`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { withPrefix } from "./exit_code.ts";
import { forceOption, fsConfigOption, jobsOption, remoteOption } from "./options.ts";
import { jobsOf } from "./transfer_words.ts";

/** Downloads data from an address and keeps the link. */
export function importUrlCommand(): AnyCommand {
  return command("import-url")
    .description(
      "Download a file or folder from a path or URL into the project, and remember in a `.dvc` " +
        "file where it came from, so that `dvt update` can bring it up to date.",
    )
    .examples([
      ["dvt import-url https://example.com/data.csv", "A file of a web server"],
      ["dvt import-url s3://bucket/images data/images", "A folder of an object store"],
      ["dvt import-url remote://store/raw.csv", "Below a remote of the project"],
      ["dvt import-url --to-remote /mnt/huge", "Straight to the default remote"],
    ])
    .argument("<url>", "path, `file:`, `http(s):`, `s3:` or `remote://NAME/path` address")
    .argument("[out]", "file or folder to write (default: the address's last part)")
    .addOption(new Option("--to-remote", "send the data straight to a remote, keep nothing here"))
    .addOption(remoteOption("remote for --to-remote"))
    .addOption(
      new Option("--no-exec", "only write the `.dvc` file; ask nobody").conflicts(["download"]),
    )
    .addOption(new Option("--no-download", "note what is there, but leave the data where it is"))
    .addOption(jobsOption())
    .addOption(forceOption("overwrite what is there"))
    .addOption(
      new Option("--version-aware", "import by version, from a storage that keeps versions"),
    )
    .addOption(fsConfigOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, out, options) => {
      const { importUrl } = await import("../operations/import_url.ts");
      const prefix = `failed to import ${maskSecrets(url)}. You could also try downloading it ` +
        "manually, and adding it with `dvc add`.";
      await withPrefix(prefix, async () => {
        const { stage, moved, bytes } = await importUrl({
          url,
          out,
          toRemote: options.toRemote ?? false,
          remote: options.remote,
          noExec: !options.exec,
          noDownload: !options.download,
          jobs: jobsOf(options.jobs),
          force: options.force ?? false,
          versionAware: options.versionAware ?? false,
          fsConfig: options.fsConfig,
        }, context);
        context.answer({ stage, objects: moved, bytes });
      });
    }));
}
