/**
 * `dvt versions`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import { count, humanSize } from "../console/units.ts";
import type { DataVersion } from "../operations/versions.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { withPrefix } from "./exit_code.ts";
import { offlineOption } from "./options.ts";

/** Shows which versions of some data a repository has. */
export function versionsCommand(): AnyCommand {
  return command("versions")
    .description(
      "Show which versions of a file or folder a data registry has: the commits that changed it, " +
        "with their tags, sizes and hashes, the newest first. Of what lies in a tracked folder, the " +
        "folder's are shown. No data is downloaded.",
    )
    .examples([
      ["dvt versions ../registry use-cases/cats-dogs", "All versions of a dataset"],
      ["dvt versions . model.pkl --json", "Those of this repository, for a program"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<path>", "file or folder in it")
    .addOption(jsonOption())
    .addOption(offlineOption())
    .action(verb(async (context, url, path, options) => {
      const { versions } = await import("../operations/versions.ts");
      const found = await withPrefix(
        `failed to look up the versions of '${path}' of '${maskSecrets(url)}'`,
        () => versions({ url, path, offline: options.offline ?? false }, context),
      );
      context.answer({ versions: found.map(asJson) });
      const rows = found.map((one) => [
        one.current ? "*" : "",
        one.tags.length > 0 ? one.tags.join(" ") : one.commit.slice(0, 7),
        day(one.time),
        one.size === undefined ? "-" : humanSize(one.size),
        one.nfiles === undefined ? "" : count(one.nfiles, "file"),
        one.hash.slice(0, 8),
        one.author.replace(/ <.*$/, ""),
        one.subject,
      ]);
      for (const line of tableLines(rows, { right: [3], keepBlanks: true })) {
        context.output.line(line.trimEnd());
      }
    }));
}

/** A day and minute in UTC, as people write them. */
export function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

function asJson(one: DataVersion): unknown {
  return {
    commit: one.commit,
    tags: one.tags,
    date: new Date(one.time * 1000).toISOString().replace(".000Z", "Z"),
    author: one.author,
    subject: one.subject,
    hash: one.hash,
    size: one.size ?? null,
    nfiles: one.nfiles ?? null,
    current: one.current,
  };
}
