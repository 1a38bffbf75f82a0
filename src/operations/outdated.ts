/**
 * Which imports have something newer at their source.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { openProject, type Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { importSource, isUrlImport } from "../registry/tracked.ts";
import { ownMeta } from "../stages/own_meta.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { importDep, openImportSource } from "./import_source.ts";
import { type SourceChanges, sourceChanges } from "./source_changes.ts";
import { selectStages } from "./targets.ts";
import { upcoming } from "./upcoming.ts";

/** Which imports are looked at; all where there are no targets. */
export interface OutdatedRequest {
  readonly targets: readonly string[];
  readonly recursive: boolean;
  readonly offline: boolean;
}

/** A revision of a source. */
export interface SourceRevision {
  /** Its name; undefined for the default branch. */
  readonly rev: string | undefined;
  readonly commit: string | undefined;
}

/** What is known of one import. */
export interface ImportOutlook {
  /** The stage file, as shown. */
  readonly stage: string;
  /** The source, without secrets, and the path in it. */
  readonly url: string;
  readonly path: string;
  /** The range of versions that is followed. */
  readonly range: string | undefined;
  readonly current: SourceRevision;
  /** What an update would bring. */
  readonly wanted: SourceRevision;
  /** The newest tag of the series; as `wanted` where there is no series. */
  readonly newest: SourceRevision;
  /** What differs between current and wanted; absent where nothing does. */
  readonly changes: SourceChanges | undefined;
  /** Whether the data differs, or a newer tag of the series is there. */
  readonly isOutdated: boolean;
  /** Why the source could not be asked. */
  readonly problem: DvtError | undefined;
}

/** Looks at imports one after the other. A source that cannot be asked is told, and goes on. */
export async function outdated(
  request: OutdatedRequest,
  context: Context,
): Promise<ImportOutlook[]> {
  const project = openProject(context);
  const stages = request.targets.length > 0
    ? await selectStages(project, request.targets, request)
    : (await project.catalog()).stages;
  const found: ImportOutlook[] = [];
  for (const stage of stages) {
    if (importSource(stage) !== undefined) {
      found.push(await outlook(project, stage, request.offline));
    } else if (isUrlImport(stage)) found.push(await urlOutlook(project, stage));
  }
  return found.sort((a, b) => (a.stage < b.stage ? -1 : 1));
}

async function outlook(
  project: Project,
  stage: StageFile,
  offline: boolean,
): Promise<ImportOutlook> {
  const { repo, path } = importDep(stage);
  const current = { rev: repo.rev, commit: repo.revLock };
  const known = {
    stage: project.shown(stage.path),
    url: maskSecrets(repo.url),
    path,
    range: ownMeta(stage).version,
    current,
  };
  try {
    const { rev, snapshot, newer } = await upcoming(project, stage, { offline });
    const wanted = { rev, commit: snapshot.head };
    const last = newer.at(-1);
    const newest = last === undefined ? wanted : { rev: last, commit: undefined };
    const changes = await changesTo(project, stage, snapshot);
    const isOutdated = changes !== undefined || last !== undefined;
    return { ...known, wanted, newest, changes, isOutdated, problem: undefined };
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    return {
      ...known,
      wanted: current,
      newest: current,
      changes: undefined,
      isOutdated: false,
      problem: error,
    };
  }
}

/** What an update to a snapshot would change; undefined where that is nothing. */
async function changesTo(
  project: Project,
  stage: StageFile,
  to: Snapshot,
): Promise<SourceChanges | undefined> {
  const { repo, path } = importDep(stage);
  if (repo.revLock === undefined || to.head === repo.revLock) return undefined;
  const from = await openImportSource(project, stage, repo.revLock);
  const changes = await sourceChanges(project, { from, to, path, parts: ownMeta(stage) });
  return changes.added + changes.modified + changes.deleted === 0 ? undefined : changes;
}

async function urlOutlook(project: Project, stage: StageFile): Promise<ImportOutlook> {
  const { urlStatus } = await import("./url_status.ts");
  const here = { rev: undefined, commit: undefined };
  const known = {
    stage: project.shown(stage.path),
    url: maskSecrets(stage.deps[0]?.path ?? ""),
    path: "",
    range: undefined,
    current: here,
    wanted: here,
    newest: here,
    changes: undefined,
  };
  try {
    // A frozen import is as outdated as any other.
    const state = await urlStatus(project, { ...stage, frozen: false });
    return { ...known, isOutdated: Object.keys(state).length > 0, problem: undefined };
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    return { ...known, isOutdated: false, problem: error };
  }
}

/** What `update --dry-run` says of one import. */
export async function describeUpcoming(
  project: Project,
  stage: StageFile,
  { rev, snapshot }: { rev: string | undefined; snapshot: Snapshot },
): Promise<string> {
  const { repo } = importDep(stage);
  const name = (one: SourceRevision) =>
    [one.rev, one.commit?.slice(0, 7)].filter((part) => part !== undefined).join(" ");
  const changes = await changesTo(project, stage, snapshot);
  const from = name({ rev: repo.rev, commit: repo.revLock });
  const to = name({ rev, commit: snapshot.head });
  return `${from === "" ? "nothing" : from} -> ${to}: ${describeChanges(changes)}`;
}

/** `2 files added, 1 deleted, 3.4 kB to download` in words without units of size. */
export function describeChanges(changes: SourceChanges | undefined): string {
  if (changes === undefined) return "the same data";
  const { added, modified, deleted } = changes;
  const parts = [[added, "added"], [modified, "modified"], [deleted, "deleted"]] as const;
  return parts.filter(([count]) => count > 0).map(([count, word]) =>
    `${count} file${count === 1 ? "" : "s"} ${word}`
  ).join(", ");
}
