/**
 * `dvt status`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  dvcJsonOption,
  Option,
  verb,
} from "../cli/program.ts";
import type { StatusResult } from "../operations/status.ts";
import { withPrefix } from "./exit_code.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  jobsOption,
  recursiveOption,
  remoteOption,
  withDepsOption,
} from "./options.ts";
import { jobsOf, scopeOf } from "./transfer_words.ts";

/** Shows what differs from the stage files, or between cache and remote. */
export function statusCommand(): AnyCommand {
  return command("status")
    .description(
      "Show what differs between the workspace and its `.dvc` files, and which imports have a " +
        "newer version; with -c, what differs between the cache and a remote.",
    )
    .examples([
      ["dvt status", "The workspace"],
      ["dvt status -c -r backup", "What `dvt push` and `dvt fetch` would move"],
      ["dvt status -q || echo changed", "For scripts: exit code 1 when something differs"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(jobsOption())
    .addOption(new Option("-c, --cloud", "compare the cache with a remote"))
    .addOption(remoteOption("remote to compare with"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(withDepsOption())
    .addOption(recursiveOption())
    .addOption(dvcJsonOption())
    .addOption(new Option("--no-updates", "do not ask the sources of imports for newer versions"))
    .action(verb(async (context, targets, options) => {
      const cloud = options.cloud === true || options.remote !== undefined ||
        options.allBranches === true || options.allTags === true || options.allCommits === true;
      return await withPrefix("", async () => {
        const scope = scopeOf(targets, options);
        if (cloud) {
          const { cloudStatus } = await import("../operations/cloud_status.ts");
          const changes = await cloudStatus({
            ...scope,
            remote: options.remote,
            jobs: jobsOf(options.jobs),
          }, context);
          if (options.json !== undefined) context.output.json(changes.names);
          else if (!context.quiet) printCloud(changes, context);
          return context.quiet && Object.keys(changes.names).length > 0 ? 1 : 0;
        }
        const { status } = await import("../operations/status.ts");
        const result = await status({ ...scope, updates: options.updates }, context);
        if (options.json !== undefined) context.output.json(result.changes);
        else if (!context.quiet) printStatus(result, context);
        return context.quiet && Object.keys(result.changes).length > 0 ? 1 : 0;
      });
    }));
}

const labelWidth = 20;

function printStatus({ changes, empty }: StatusResult, { output }: CommandContext): void {
  if (empty) {
    output.line("There are no data or pipelines tracked in this project yet.");
    output.line("See <https://dvc.org/doc/start> to get started!");
    return;
  }
  if (Object.keys(changes).length === 0) {
    output.line("Data and pipelines are up to date.");
    return;
  }
  for (const [stage, entries] of Object.entries(changes)) {
    output.line(`${stage}:`);
    for (const entry of entries) {
      if (typeof entry === "string") {
        output.line(`\t${entry}`);
        continue;
      }
      for (const [heading, names] of Object.entries(entry)) {
        output.line(`\t${heading}:`);
        printChanges(names, "\t\t", output);
      }
    }
  }
}

type Changes = { readonly [name: string]: string | Changes };

function printChanges(changes: Changes, indent: string, output: CommandContext["output"]): void {
  for (const [name, change] of Object.entries(changes)) {
    if (typeof change === "string") {
      output.line(`${indent}${`${change}:`.padEnd(labelWidth)}${name}`);
      continue;
    }
    output.line(`${indent}${name}:`);
    printChanges(change, `${indent}\t`, output);
  }
}

function printCloud(
  { names, remote }: { names: Readonly<Record<string, string>>; remote: string | undefined },
  { output }: CommandContext,
): void {
  const entries = Object.entries(names);
  if (entries.length === 0) {
    output.line(
      remote === undefined
        ? "Data and pipelines are up to date."
        : `Cache and remote '${remote}' are in sync.`,
    );
    return;
  }
  for (const [name, change] of entries) {
    output.line(`\t${`${change}:`.padEnd(labelWidth)}${name}`);
  }
}
