/**
 * `dvt get-url`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { withPrefix } from "./exit_code.ts";
import { forceOption, fsConfigOption, jobsOption } from "./options.ts";
import { jobsOf } from "./transfer_words.ts";

/** Downloads data from an address. */
export function getUrlCommand(): AnyCommand {
  return command("get-url")
    .description(
      "Download a file or folder from a path or URL. Needs no project and keeps no link; see " +
        "`dvt import-url` for that.",
    )
    .examples([
      ["dvt get-url https://example.com/data.csv", "A file of a web server"],
      ["dvt get-url s3://bucket/images pictures", "A folder of an object store, under a new name"],
      ["dvt get-url remote://store/raw.csv", "Below a remote of the project around"],
    ])
    .argument("<url>", "path, `file:`, `http(s):`, `s3:` or `remote://NAME/path` address")
    .argument("[out]", "file or folder to write (default: the address's last part)")
    .addOption(jobsOption())
    .addOption(forceOption("overwrite what is there"))
    .addOption(fsConfigOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, out, options) => {
      const { getUrl } = await import("../operations/get_url.ts");
      await withPrefix(`failed to get '${maskSecrets(url)}'`, async () => {
        const got = await getUrl({
          url,
          out,
          force: options.force ?? false,
          jobs: jobsOf(options.jobs),
          fsConfig: options.fsConfig,
        }, context);
        context.answer({ ...got });
      });
    }));
}
