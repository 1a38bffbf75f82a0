/**
 * `dvt artifacts get`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  jsonOption,
  Option,
  optionalOption,
  verb,
} from "../../cli/program.ts";
import { maskSecrets } from "../../platform/secrets.ts";
import { withPrefix } from "../exit_code.ts";
import {
  forceOption,
  jobsOption,
  outOption,
  remoteConfigOption,
  sourceConfigOption,
  sourceRemoteOption,
} from "../options.ts";
import { jobsOf } from "../transfer_words.ts";

/** Downloads a version of an artifact. */
export function artifactsGetCommand(): AnyCommand {
  return command("get")
    .description(
      "Download a version of an artifact: something that a `dvc.yaml` of a repository gives a " +
        "name, and whose versions are Git tags such as `NAME@v1.2.0`.",
    )
    .examples([
      ["dvt artifacts get ../registry text-clf", "The newest version"],
      ["dvt artifacts get ../registry text-clf --rev v1.0.0 -o old.pkl", "A certain version"],
      ["dvt artifacts get ../registry nlp:text-clf --stage prod", "What is in a stage now"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<name>", "artifact; `FOLDER:NAME` where `FOLDER/dvc.yaml` declares it")
    .addOption(optionalOption("--rev [version]", "version to download"))
    .addOption(optionalOption("--stage [stage]", "download what is in this stage"))
    .addOption(outOption())
    .addOption(new Option("--show-url", "print the address of the data instead of downloading it"))
    .addOption(jobsOption())
    .addOption(forceOption("overwrite what is there"))
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, name, options) => {
      const wanted = {
        url,
        name,
        version: options.rev,
        stage: options.stage,
        config: options.config,
        remote: options.remote,
        remoteConfig: options.remoteConfig,
      };
      const { artifactUrl, getArtifact } = await import("../../operations/get_artifact.ts");
      if (options.showUrl === true) {
        const address = await artifactUrl(wanted, context);
        context.output.line(address);
        context.answer({ url: maskSecrets(address) });
        return;
      }
      await withPrefix(`failed to get '${name}' from '${maskSecrets(url)}'`, async () => {
        const { files, out } = await getArtifact({
          ...wanted,
          out: options.out,
          force: options.force ?? false,
          jobs: jobsOf(options.jobs),
        }, context);
        context.answer({ out, files });
        context.output.line(`Downloaded ${files} file(s) to '${out}'`);
      });
    }));
}
