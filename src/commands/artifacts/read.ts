/**
 * `dvt artifacts list`, `show` and `history`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../../cli/program.ts";
import { tableLines } from "../../console/table.ts";
import type { ArtifactEntry } from "../../operations/artifacts.ts";
import type { ArtifactEvent } from "../../registry/versions.ts";
import { offlineOption, revOption } from "../options.ts";

/** Lists the artifacts of a repository. */
export function artifactsListCommand(): AnyCommand {
  return command("list")
    .description(
      "List the artifacts of a repository: what its `dvc.yaml` files declare and what its tags " +
        "register, with the newest version and what is in which stage.",
    )
    .examples([
      ["dvt artifacts list .", "Those of this repository"],
      ["dvt artifacts list https://example.com/registry.git --json", "For a program"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .addOption(revOption())
    .addOption(jsonOption())
    .addOption(offlineOption())
    .action(verb(async (context, url, options) => {
      const { latestVersion, listArtifacts } = await import("../../operations/artifacts.ts");
      const entries = await listArtifacts(
        { url, rev: options.rev, offline: options.offline ?? false },
        context,
      );
      context.answer({
        artifacts: entries.map((one) => summary(one, latestVersion(one.state))),
      });
      const rows = entries.map((one) => [
        one.name,
        one.declared?.type ?? "-",
        latestVersion(one.state) ?? "-",
        Object.entries(stagesOf(one)).map(([stage, version]) => `${stage}: ${version}`).join(
          ", ",
        ) ||
        "-",
        one.state?.deprecated === true ? "deprecated" : one.declared?.path ?? "-",
      ]);
      const headers = ["Name", "Type", "Latest", "Stages", "Path"];
      if (rows.length === 0) context.reporter.note("No artifacts.");
      else for (const line of tableLines(rows, { headers })) context.output.line(line.trimEnd());
    }));
}

/** Shows one artifact with its versions. */
export function artifactsShowCommand(): AnyCommand {
  return command("show")
    .description("Show what a repository says of one artifact, and all its versions.")
    .examples([["dvt artifacts show ../registry text-clf", "Versions, stages, description"]])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<name>", "artifact; `FOLDER:NAME` where `FOLDER/dvc.yaml` declares it")
    .addOption(jsonOption())
    .addOption(offlineOption())
    .action(verb(async (context, url, name, options) => {
      const { latestVersion, showArtifact } = await import("../../operations/artifacts.ts");
      const found = await showArtifact(
        { url, name, offline: options.offline ?? false },
        context,
      );
      context.answer({
        ...summary(found, latestVersion(found.state)),
        desc: found.declared?.desc ?? null,
        labels: found.declared?.labels ?? [],
        versions: (found.state?.versions ?? []).map(({ version, commit, tag, ...one }) => ({
          version,
          commit,
          tag: tag.name,
          date: isoTime(tag.time),
          author: tag.author ?? null,
          registered: one.registered,
          stages: one.stages,
        })),
      });
      const { declared, state } = found;
      const facts: (readonly [string, string | undefined])[] = [
        ["name", found.name],
        ["path", declared?.path],
        ["type", declared?.type],
        ["description", declared?.desc],
        ["labels", declared?.labels?.join(", ")],
        ["state", state?.deprecated === true ? "deprecated" : undefined],
      ];
      for (const [key, value] of facts) {
        if (value !== undefined) context.output.line(`${key}: ${value}`);
      }
      const rows = (state?.versions ?? []).map((one) => [
        one.version + (one.registered ? "" : " (taken back)"),
        isoTime(one.tag.time),
        one.commit.slice(0, 7),
        one.stages.join(", "),
        one.tag.author?.replace(/ <.*$/, "") ?? "",
      ]);
      for (const line of tableLines(rows, { keepBlanks: true })) {
        context.output.line(line.trimEnd());
      }
    }));
}

/** Shows the events in the life of an artifact. */
export function artifactsHistoryCommand(): AnyCommand {
  return command("history")
    .description("Show what happened to an artifact: the tags that speak of it, the latest first.")
    .examples([["dvt artifacts history . text-clf", "Registrations and stages, with their makers"]])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("<name>", "artifact; `FOLDER:NAME` where `FOLDER/dvc.yaml` declares it")
    .addOption(jsonOption())
    .addOption(offlineOption())
    .action(verb(async (context, url, name, options) => {
      const { showArtifact } = await import("../../operations/artifacts.ts");
      const { state } = await showArtifact(
        { url, name, offline: options.offline ?? false },
        context,
      );
      const events = (state?.events ?? []).toReversed();
      context.answer({
        events: events.map((event) => ({
          timestamp: isoTime(event.tag.time),
          artifact: event.artifact,
          event: names[event.action],
          version: versionOf(event, state?.versions ?? []) ?? null,
          stage: event.stage ?? null,
          commit: event.tag.commit,
          author: event.tag.author ?? null,
          message: event.tag.message ?? "",
          ref: event.tag.name,
        })),
      });
      const rows = events.map((event) => [
        isoTime(event.tag.time),
        names[event.action],
        versionOf(event, state?.versions ?? []) ?? "-",
        event.stage ?? "-",
        event.tag.commit.slice(0, 7),
        event.tag.author?.replace(/ <.*$/, "") ?? "-",
        event.tag.name,
      ]);
      for (const line of tableLines(rows)) context.output.line(line.trimEnd());
    }));
}

/** GTO's words. */
const names = {
  register: "registration",
  deregister: "deregistration",
  assign: "assignment",
  unassign: "unassignment",
  deprecate: "deprecation",
  create: "creation",
} as const;

function versionOf(
  event: ArtifactEvent,
  versions: readonly { readonly version: string; readonly commit: string }[],
): string | undefined {
  return event.version ??
    (event.stage === undefined
      ? undefined
      : versions.find(({ commit }) => commit === event.tag.commit)?.version);
}

/** What is in each stage now; what was taken back is in none. */
function stagesOf({ state }: ArtifactEntry): Record<string, string> {
  const takenBack = new Set(
    state?.versions.filter(({ registered }) => !registered).map(({ commit }) => commit),
  );
  return Object.fromEntries(
    [...state?.stages ?? []].flatMap(([stage, [now]]) => {
      if (now === undefined || (now.version === undefined && takenBack.has(now.commit))) return [];
      return [[stage, now.version ?? now.commit.slice(0, 7)] as const];
    }),
  );
}

function summary(entry: ArtifactEntry, latest: string | undefined): Record<string, unknown> {
  const { name, declared, state } = entry;
  return {
    name,
    path: declared?.treePath ?? null,
    type: declared?.type ?? null,
    latest: latest ?? null,
    stages: stagesOf(entry),
    deprecated: state?.deprecated ?? false,
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
