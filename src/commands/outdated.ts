/**
 * `dvt outdated`.
 *
 * @module
 */
import { type AnyCommand, Argument, command, jsonOption, verb } from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import { humanSize } from "../console/units.ts";
import {
  describeChanges,
  type ImportOutlook,
  type SourceRevision,
} from "../operations/outdated.ts";
import { offlineOption, recursiveOption } from "./options.ts";

/** Shows which imports have something newer. */
export function outdatedCommand(): AnyCommand {
  return command("outdated")
    .description(
      "Show which imports have something newer at their source: what they are at, what " +
        "`dvt update` would bring, and the newest tag of the series. No data is downloaded. The exit " +
        "code is 1 when something is outdated, 255 when a source could not be asked.",
    )
    .examples([
      ["dvt outdated", "All imports of the project"],
      ["dvt outdated cats-dogs.dvc --json", "One, for a program"],
    ])
    .addArgument(new Argument("[targets...]", "`.dvc` files of imports; all where none is given"))
    .addOption(recursiveOption())
    .addOption(jsonOption())
    .addOption(offlineOption())
    .action(verb(async (context, targets, options) => {
      const { outdated } = await import("../operations/outdated.ts");
      const found = await outdated({
        targets,
        recursive: options.recursive ?? false,
        offline: options.offline ?? false,
      }, context);
      context.answer({ imports: found.map(asJson) });
      const rows = found.filter((one) => one.isOutdated).map((one) => [
        one.stage,
        shown(one.current),
        shown(one.wanted),
        shown(one.newest),
        changesOf(one),
      ]);
      if (rows.length > 0) {
        const headers = ["Import", "Current", "Wanted", "Newest", "Changes"];
        for (const line of tableLines(rows, { headers })) context.output.line(line.trimEnd());
      } else if (found.every((one) => one.problem === undefined)) {
        context.reporter.note(found.length === 0 ? "No imports." : "Everything is up to date.");
      }
      for (const { stage, problem } of found) {
        if (problem !== undefined) context.reporter.error(`'${stage}': ${problem.message}`);
      }
      if (found.some((one) => one.problem !== undefined)) return 255;
      return found.some((one) => one.isOutdated) ? 1 : 0;
    }));
}

function shown({ rev, commit }: SourceRevision): string {
  const short = commit?.slice(0, 7);
  return rev === undefined ? short ?? "-" : rev;
}

function changesOf({ changes, url, path }: ImportOutlook): string {
  if (changes === undefined) return path === "" ? `${url} has changed` : "";
  const words = describeChanges(changes);
  return changes.bytes === undefined ? words : `${words}; ${humanSize(changes.bytes)}B to download`;
}

function asJson(one: ImportOutlook): unknown {
  const revision = ({ rev, commit }: SourceRevision) => ({
    rev: rev ?? null,
    commit: commit ?? null,
  });
  return {
    stage: one.stage,
    url: one.url,
    path: one.path,
    range: one.range ?? null,
    current: revision(one.current),
    wanted: revision(one.wanted),
    newest: revision(one.newest),
    changes: one.changes === undefined ? null : {
      added: one.changes.added,
      modified: one.changes.modified,
      deleted: one.changes.deleted,
      bytes: one.changes.bytes ?? null,
    },
    outdated: one.isOutdated,
    error: one.problem?.message ?? null,
  };
}
