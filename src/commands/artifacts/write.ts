/**
 * `dvt artifacts register`, `assign`, `unassign` and `deprecate`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  jsonOption,
  Option,
  optionalOption,
  verb,
} from "../../cli/program.ts";
import type { MadeTag } from "../../operations/artifact_events.ts";
import { shellQuoted } from "../../platform/shell_quote.ts";

const nameHelp = "artifact; `FOLDER:NAME` where `FOLDER/dvc.yaml` declares it";

/** Gives a commit a version. */
export function artifactsRegisterCommand(): AnyCommand {
  return command("register")
    .description(
      "Give the data of an artifact at a commit a version: an annotated tag such as " +
        "`NAME@v1.2.0`. Without --version, the next number is taken.",
    )
    .examples([
      ["dvt artifacts register text-clf", "The next patch version, at the newest commit"],
      ["dvt artifacts register text-clf --bump minor --push", "The next minor one, for everybody"],
      ["dvt artifacts register nlp:text-clf HEAD~3 --version v2.0.0", "A certain one"],
    ])
    .argument("<name>", nameHelp)
    .argument("[rev]", "commit; the newest where none is given")
    .addOption(
      new Option("--version <version>", "a semantic version, such as v1.2.0").conflicts("bump"),
    )
    .addOption(
      new Option("--bump <part>", "the part of the number to raise (default: patch)")
        .choices(["major", "minor", "patch"] as const),
    )
    .addOption(messageOption())
    .addOption(pushOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, rev, options) => {
      const { registerVersion } = await import("../../operations/artifact_events.ts");
      const made = await registerVersion({
        name,
        rev,
        version: options.version,
        bump: options.bump ?? "patch",
        ...sharedOf(options),
      }, context);
      tell(made, `registers version '${made.version}'`, context);
    }));
}

/** Puts a version into a stage. */
export function artifactsAssignCommand(): AnyCommand {
  return command("assign")
    .description("Put a version of an artifact into a stage, such as `prod`: a tag `NAME#prod#3`.")
    .examples([
      ["dvt artifacts assign text-clf --stage prod", "The newest version"],
      ["dvt artifacts assign text-clf --version v1.0.0 --stage prod", "A certain one"],
    ])
    .argument("<name>", nameHelp)
    .addOption(new Option("--stage <stage>", "stage").makeOptionMandatory())
    .addOption(new Option("--version <version>", "version; the newest where none is given"))
    .addOption(messageOption())
    .addOption(pushOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, options) => {
      const { assignStage } = await import("../../operations/artifact_events.ts");
      const { stage, version } = options;
      const made = await assignStage({ name, stage, version, ...sharedOf(options) }, context);
      tell(made, `assigns stage to version '${made.version}'`, context);
    }));
}

/** Takes a version out of a stage. */
export function artifactsUnassignCommand(): AnyCommand {
  return command("unassign")
    .description("Take a version of an artifact out of a stage: a tag `NAME#prod!#4`.")
    .examples([["dvt artifacts unassign text-clf --stage prod", "Whatever is in it now"]])
    .argument("<name>", nameHelp)
    .addOption(new Option("--stage <stage>", "stage").makeOptionMandatory())
    .addOption(new Option("--version <version>", "version, where several are in the stage"))
    .addOption(messageOption())
    .addOption(pushOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, options) => {
      const { unassignStage } = await import("../../operations/artifact_events.ts");
      const { stage, version } = options;
      const made = await unassignStage({ name, stage, version, ...sharedOf(options) }, context);
      tell(made, `unassigns stage from version '${made.version}'`, context);
    }));
}

/** Takes a version back, or says that an artifact should not be used any more. */
export function artifactsDeprecateCommand(): AnyCommand {
  return command("deprecate")
    .description(
      "Take a version of an artifact back (a tag `NAME@v1.0.0!`), or, without --version, say that " +
        "the artifact should not be used any more (`NAME@deprecated`). No data goes away.",
    )
    .examples([
      ["dvt artifacts deprecate text-clf --version v1.0.0", "Take one version back"],
      ["dvt artifacts deprecate text-clf", "The whole artifact"],
    ])
    .argument("<name>", nameHelp)
    .addOption(new Option("--version <version>", "version to take back"))
    .addOption(messageOption())
    .addOption(pushOption())
    .addOption(jsonOption())
    .action(verb(async (context, name, options) => {
      const { deprecateArtifact } = await import("../../operations/artifact_events.ts");
      const { version } = options;
      const made = await deprecateArtifact({ name, version, ...sharedOf(options) }, context);
      tell(made, version === undefined ? "deprecates artifact" : "deregisters version", context);
    }));
}

function messageOption() {
  return new Option("-m, --message <text>", "message of the tag");
}

function pushOption() {
  return optionalOption("--push [remote]", "send the tag to a Git remote (origin)")
    .preset("origin");
}

function sharedOf(
  { message, push }: { message?: string | undefined; push?: string | undefined },
): { message: string | undefined; push: string | undefined } {
  return { message, push };
}

function tell({ tag, pushed, version }: MadeTag, what: string, context: CommandContext): void {
  context.answer({ tag, version: version ?? null, pushed });
  const { reporter } = context;
  reporter.say(`Created git tag '${tag}' that ${what}`);
  if (!pushed) {
    reporter.say(`To push the changes upstream, run:\n    git push origin ${shellQuoted(tag)}`);
  }
}
