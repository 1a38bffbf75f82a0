/**
 * `dvt diff`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  dvcJsonOption,
  Option,
  ownOption,
  verb,
} from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import type { DataDiff, DiffEntry } from "../operations/diff.ts";
import { DvtError } from "../platform/error.ts";
import { withPrefix } from "./exit_code.ts";
import { offlineOption, targetsOption } from "./options.ts";

/** Shows what differs between two commits, or a commit and the workspace. */
export function diffCommand(): AnyCommand {
  return command("diff")
    .description(
      "Show what was added, modified, deleted or renamed in tracked data between two commits, or " +
        "between a commit and the workspace.",
    )
    .examples([
      ["dvt diff", "The workspace and the last commit"],
      ["dvt diff v1 v2 --show-hash", "Two tags, with the content's hashes"],
      ["dvt diff --repo ../registry v1 v2", "Two tags of a registry, without any of its data"],
      ["dvt diff main --targets images --json", "A branch and the workspace, one folder"],
    ])
    .argument("[a_rev]", "old commit (default: HEAD)")
    .argument("[b_rev]", "new commit (default: the workspace)")
    .addOption(ownOption(new Option("--repo <url>", "compare two commits of another repository")))
    .addOption(offlineOption())
    .addOption(targetsOption("compare these tracked paths alone"))
    .addOption(dvcJsonOption())
    .addOption(new Option("--show-hash", "show the content's hash"))
    .addOption(new Option("--md", "print a table in GitHub's Markdown"))
    .addOption(new Option("--hide-missing", "leave out what the cache lacks"))
    .action(verb(async (context, oldRev, newRev, options) => {
      await withPrefix("failed to get diff", async () => {
        const { diff, diffOfRepository, diffSections } = await import("../operations/diff.ts");
        const { repo: url, offline = false, targets = [] } = options;
        if (url !== undefined && oldRev === undefined) {
          throw new DvtError("usage", "--repo needs the old commit, and may have the new one");
        }
        const found = url === undefined
          ? await diff({ oldRev: oldRev ?? "HEAD", newRev, targets }, context)
          : await diffOfRepository(
            { url, oldRev: oldRev ?? "", newRev, targets, offline },
            context,
          );
        const hideMissing = url !== undefined || newRev !== undefined ||
          options.hideMissing === true;
        const sections = diffSections.filter((name) => !hideMissing || name !== "not in cache");
        const shown = { sections, withHash: options.showHash === true };
        if (options.json !== undefined) context.output.json(jsonOf(found, shown));
        else if (options.md === true) printMarkdown(found, shown, context);
        else if (found !== undefined) printText(found, shown, context);
      });
    }));
}

type Section = keyof DataDiff;

interface Shown {
  readonly sections: readonly Section[];
  readonly withHash: boolean;
}

function jsonOf(found: DataDiff | undefined, { sections, withHash }: Shown): unknown {
  if (found === undefined) return {};
  return Object.fromEntries(sections.map((name) => [
    name,
    withHash ? found[name] : found[name].map(({ path }) => ({ path })),
  ]));
}

/** In text, what was modified comes last of the changes. */
const textOrder: readonly Section[] = ["added", "deleted", "renamed", "modified", "not in cache"];

function placeOf({ path }: DiffEntry): string {
  return typeof path === "string" ? path : `${path.old} -> ${path.new}`;
}

function digestOf({ hash }: DiffEntry): string {
  if (hash === null || typeof hash === "string") return (hash ?? "").slice(0, 8);
  return `${hash.old?.slice(0, 8) ?? ""}..${hash.new?.slice(0, 8) ?? ""}`;
}

function printMarkdown(
  found: DataDiff | undefined,
  { sections, withHash }: Shown,
  { output }: CommandContext,
): void {
  const rows = textOrder.filter((name) => sections.includes(name)).flatMap((name) =>
    (found?.[name] ?? []).map((entry) =>
      withHash ? [name, digestOf(entry), placeOf(entry)] : [name, placeOf(entry)]
    )
  );
  const headers = withHash ? ["Status", "Hash", "Path"] : ["Status", "Path"];
  for (const line of tableLines(rows, { headers, markdown: true })) output.line(line);
  output.line("");
}

function printText(
  found: DataDiff,
  { sections, withHash }: Shown,
  { output }: CommandContext,
): void {
  const summary: string[] = [];
  for (const name of textOrder) {
    const entries = sections.includes(name) ? found[name] : [];
    if (entries.length === 0) continue;
    output.line(`${name.charAt(0).toUpperCase()}${name.slice(1)}:`);
    for (const entry of entries) {
      const digest = withHash && entry.hash !== null ? `${digestOf(entry)}  ` : "";
      output.line(`    ${digest}${placeOf(entry)}`);
    }
    output.line("");
    const files = entries.filter((entry) => !placeOf(entry).endsWith("/")).length;
    if (files > 0) summary.push(`${files} ${name}`);
  }
  if (summary.length > 0) output.line(`files summary: ${summary.join(", ")}`);
}
