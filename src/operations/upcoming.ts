/**
 * What an update would bring an import to.
 *
 * @module
 */
import type { Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { newerInSeries } from "../registry/tag_series.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { ownMeta } from "../stages/own_meta.ts";
import { importDep, openImportSource } from "./import_source.ts";

/** What is asked for beyond what the stage file says. */
export interface UpcomingRequest {
  /** The revision to follow from now on. */
  readonly rev?: string | undefined;
  /** The range of versions to follow from now on. */
  readonly version?: string | undefined;
  /** Move to the newest tag of the series. */
  readonly newest?: boolean;
  readonly offline?: boolean;
}

/** Where an import would go. */
export interface Upcoming {
  /** The revision that the stage file would name; undefined for the source's default branch. */
  readonly rev: string | undefined;
  readonly snapshot: Snapshot;
  /** Tags of the series that are newer still, the newest last. */
  readonly newer: readonly string[];
  /** The range that is followed from now on. */
  readonly range: string | undefined;
}

/** Asks the source; nothing is changed. */
export async function upcoming(
  project: Project,
  stage: StageFile,
  { rev: asked, version, newest = false, offline = false }: UpcomingRequest,
): Promise<Upcoming> {
  const { repo, path } = importDep(stage);
  const open = (rev: string | undefined) => openImportSource(project, stage, rev, { offline });
  const followed = asked === undefined && !newest ? ownMeta(stage).version : undefined;
  const range = version ?? followed;
  if (range !== undefined) {
    const { checkRange, versionsAt } = await import("./follow_version.ts");
    const { bestInRange } = await import("../registry/version_tags.ts");
    checkRange(range);
    const source = await open(undefined);
    const tags = await versionsAt(source, path);
    const best = bestInRange(tags, { range, path, label: source.label });
    const newer = tags.slice(0, tags.indexOf(best)).map(({ name }) => name).reverse();
    return { rev: best.name, snapshot: await open(best.name), newer, range };
  }
  const rev = asked ?? repo.rev;
  const snapshot = await open(rev);
  const newer = repo.rev === undefined || asked !== undefined
    ? []
    : newerInSeries(await snapshot.tagNames(), repo.rev);
  const last = newer.at(-1);
  return newest && last !== undefined
    ? { rev: last, snapshot: await open(last), newer: [], range }
    : { rev, snapshot, newer, range };
}
