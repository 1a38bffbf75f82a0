/**
 * `dvt data status`.
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
} from "../../cli/program.ts";
import type { DataStatus, Renamed } from "../../operations/data_status.ts";
import { remoteOption } from "../options.ts";

/** Shows changes between the last commit, the stage files and the workspace. */
export function dataStatusCommand(): AnyCommand {
  return command("status")
    .description(
      "Show what changed between the last Git commit, the `.dvc` files and the workspace.",
    )
    .examples([
      ["dvt data status", "Whole outputs"],
      ["dvt data status --granular images/train", "File by file, below a path"],
      ["dvt data status --not-in-remote --json", "What nobody else can have yet, for scripts"],
    ])
    .argument("[targets...]", "tracked paths (default: all)")
    .addOption(dvcJsonOption())
    .addOption(new Option("--granular", "show the files of tracked folders"))
    .addOption(new Option("--unchanged", "show what did not change, too"))
    .addOption(
      new Option("--untracked-files [which]", "show files that nothing tracks")
        .choices(["no", "all"])
        .preset("all"),
    )
    .addOption(remoteOption("remote to look in with --not-in-remote"))
    .addOption(new Option("--not-in-remote", "show what the remote does not have"))
    .addOption(
      new Option("--no-remote-refresh", "accepted for DVC's sake: a remote is always asked"),
    )
    .action(verb(async (context, targets, options) => {
      const untracked = options.untrackedFiles === "all";
      const { dataStatus } = await import("../../operations/data_status.ts");
      const status = await dataStatus({
        targets,
        granular: options.granular === true,
        untracked,
        notInRemote: options.notInRemote === true,
        remote: options.remote,
      }, context);
      const sections = sectionsOf(status, { untracked, unchanged: options.unchanged === true });
      if (options.json !== undefined) context.output.json(Object.fromEntries(sections));
      else printSections(sections, status.git, context);
    }));
}

type Items = readonly string[] | DataStatus["committed"];

const texts: Readonly<Record<string, { label: string; hints: readonly string[] }>> = {
  "not_in_cache": {
    label: "Not in cache",
    hints: ['use "dvc fetch <file>..." to download files'],
  },
  "not_in_remote": {
    label: "Not in remote",
    hints: ['use "dvc push <file>..." to upload files'],
  },
  "committed": {
    label: "DVC committed changes",
    hints: ["git commit the corresponding dvc files to update the repo"],
  },
  "uncommitted": {
    label: "DVC uncommitted changes",
    hints: [
      'use "dvc commit <file>..." to track changes',
      'use "dvc checkout <file>..." to discard changes',
    ],
  },
  "untracked": {
    label: "Untracked files",
    hints: ['use "git add <file> ..." or "dvc add <file>..." to commit to git or to dvc'],
  },
  "unchanged": { label: "DVC unchanged files", hints: [] },
};

/** The sections that say something, in DVC's order. */
function sectionsOf(
  status: DataStatus,
  { untracked, unchanged }: { untracked: boolean; unchanged: boolean },
): [string, Items][] {
  const all: [string, Items][] = [
    ["not_in_cache", status.not_in_cache],
    ["not_in_remote", status.not_in_remote],
    ["committed", status.committed],
    ["uncommitted", status.uncommitted],
    ["untracked", untracked ? status.untracked : []],
    ["unchanged", unchanged ? status.unchanged : []],
  ];
  return all.filter(([, items]) =>
    Array.isArray(items) ? items.length > 0 : Object.keys(items).length > 0
  );
}

function printSections(
  sections: readonly [string, Items][],
  git: DataStatus["git"],
  { output }: CommandContext,
): void {
  if (sections.length === 0) {
    output.line(git.isEmpty ? "No changes in an empty git repo." : "No changes.");
  }
  for (const [at, [name, items]] of sections.entries()) {
    if (at > 0) output.line("");
    const { label, hints } = texts[name] ?? { label: name, hints: [] };
    output.line(`${label}:`);
    for (const hint of hints) output.line(`  (${hint})`);
    for (const line of linesOf(items)) output.line(`        ${line}`);
  }
  if (git.isDirty) {
    const other = sections.length > 0 ? "other " : "";
    output.line(`(there are ${other}changes not tracked by dvc, use "git status" to see)`);
  }
}

function* linesOf(items: Items): Generator<string> {
  if (Array.isArray(items)) return yield* items;
  for (const [kind, changes] of Object.entries(items)) {
    for (const change of changes as readonly (string | Renamed)[]) {
      const place = typeof change === "string" ? change : `${change.old} -> ${change.new}`;
      yield `${kind}: ${place}`;
    }
  }
}
