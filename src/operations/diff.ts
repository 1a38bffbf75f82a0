/**
 * What differs between the tracked data of two commits, or of a commit and the workspace.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Git } from "../git/git.ts";
import { readHead } from "../git/refs.ts";
import { resolveRevision } from "../git/revisions.ts";
import { compareCodePoints, emptyListing } from "../objects/listing.ts";
import { isObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { openProject, type Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { listingOf } from "../registry/snapshot_objects.ts";
import { openSource } from "../registry/source.ts";
import { Catalog, type TrackedOut } from "../registry/tracked.ts";
import { compareData, type DataChange } from "./data_changes.ts";
import {
  type DataEntry,
  type DataIndex,
  type IndexedOut,
  isTargeted,
  recordedIndex,
  workspaceIndex,
} from "./data_index.ts";
import { isInCache } from "./data_status.ts";
import { nearbyStores } from "./nearby.ts";
import { projectPrefix, stagesOfCommit } from "./revision_scope.ts";

/** What is compared. */
export interface DiffRequest {
  readonly oldRev: string;
  /** Undefined for the workspace. */
  readonly newRev: string | undefined;
  /** As typed; empty for everything. */
  readonly targets: readonly string[];
}

/** One file or folder; folders end in `/`. `hash` is null where no content was recorded. */
export interface DiffEntry {
  readonly path: string | { readonly old: string; readonly new: string };
  readonly hash:
    | string
    | null
    | { readonly old: string | null; readonly new: string | null };
}

/** The sections of the answer, in DVC's order. */
export const diffSections = ["added", "deleted", "modified", "renamed", "not in cache"] as const;

/** Entries by section, ordered by path; undefined where nothing differs at all. */
export type DataDiff = Readonly<Record<(typeof diffSections)[number], readonly DiffEntry[]>>;

/** Compares. `not in cache` holds what the old side names, when the new one is the workspace. */
export async function diff(request: DiffRequest, context: Context): Promise<DataDiff | undefined> {
  const project = openProject(context);
  const git = project.requireGit();
  using _lock = await project.lock();
  if (readHead(git).commit === undefined) return undefined;
  context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  const before = await resolveRevision(git, request.oldRev);
  const after = request.newRev === undefined
    ? undefined
    : await resolveRevision(git, request.newRev);
  const old = await outsOf(project, git, before);
  const now = after === before
    ? old
    : after === undefined
    ? (await project.catalog()).outs
    : await outsOf(project, git, after);
  const targets = pathsOf(project, request.targets, [...old, ...now]);
  if (after === before) return undefined;
  const oldIndex = recordedIndex(project, old);
  const newIndex = await sideOf(project, now, { targets, isWorkspace: after === undefined });
  const changes = await compareData(oldIndex, newIndex, {
    granular: true,
    targets,
    byContent: false,
    unchanged: false,
  });
  return answerOf(project, changes, after === undefined);
}

/** What is compared of somebody else's repository. */
export interface RepositoryDiffRequest {
  readonly url: string;
  readonly oldRev: string;
  /** The newest commit where absent. */
  readonly newRev: string | undefined;
  /** In the repository; empty for everything. */
  readonly targets: readonly string[];
  readonly offline: boolean;
}

/** Compares two revisions of a repository. Listings may be downloaded, data is not. */
export async function diffOfRepository(
  { url, oldRev, newRev, targets: typed, offline }: RepositoryDiffRequest,
  context: Context,
): Promise<DataDiff | undefined> {
  const at = (rev: string) =>
    openSource({ url, rev, offline, nearby: nearbyStores(context) }, context);
  const [old, now] = [await at(oldRev), await at(newRev ?? "HEAD")];
  const targets = typed.map((target) => target.replace(/^\.?\/+|\/+$/g, ""));
  const [before, after] = [await snapshotIndex(old), await snapshotIndex(now)];
  for (const target of targets) {
    const paths = [...before.keys(), ...after.keys()];
    if (paths.some((path) => isTargeted(target, [path]) || isTargeted(path, [target]))) continue;
    throw new DvtError("not-found", `'${target}' is no tracked data of '${old.label}'`);
  }
  const options = { granular: true, targets, byContent: false, unchanged: false };
  const changes = await compareData(before, after, options);
  return answerOf(undefined, changes, false);
}

/** What a snapshot's own project tracks. */
async function snapshotIndex(snapshot: Snapshot): Promise<DataIndex> {
  const project = await snapshot.projectAround(snapshot.top);
  const index = new Map<string, IndexedOut>();
  for (const tracked of (await project?.catalog())?.outs ?? []) {
    const { path, out } = tracked;
    const id = out.md5 === "" ? undefined : out.md5;
    if (project === undefined || !out.cache || index.has(path)) continue;
    const isFolder = id?.endsWith(".dir") ?? false;
    index.set(path, {
      path,
      isFolder,
      hash: out.hash,
      id,
      files: () =>
        isFolder && id !== undefined && isObjectId(id)
          ? listingOf({ project, tracked }, id)
          : Promise.resolve(emptyListing),
    });
  }
  return index;
}

async function outsOf(project: Project, git: Git, commit: string): Promise<readonly TrackedOut[]> {
  const stages = await stagesOfCommit({ git, commit, prefix: projectPrefix(project, git) });
  return new Catalog(stages).outs;
}

async function sideOf(
  project: Project,
  outs: readonly TrackedOut[],
  { targets, isWorkspace }: { targets: readonly string[]; isWorkspace: boolean },
): Promise<DataIndex> {
  const index = recordedIndex(project, outs);
  if (!isWorkspace) return index;
  return await workspaceIndex(
    project,
    [...index.values()].filter((out) => isTargeted(out.path, targets, { around: true })),
  );
}

/** What the targets stand for: an output, a path in one, or the outputs of a stage file. */
function pathsOf(
  project: Project,
  typed: readonly string[],
  outs: readonly TrackedOut[],
): string[] {
  const paths: string[] = [];
  for (const target of typed) {
    const path = project.projectPath(target);
    const named = outs.filter((one) => one.stage.path === path).map((one) => one.path);
    const found = path === undefined
      ? []
      : named.length > 0
      ? named
      : outs.some((one) => isTargeted(path, [one.path]))
      ? [path]
      : [];
    if (found.length === 0) {
      throw new DvtError(
        "not-found",
        `unexpected error - [Errno 2] No such file or directory: '${target}'`,
        { hint: "targets are tracked paths or `.dvc` files" },
      );
    }
    append(paths, found);
  }
  return paths;
}

function answerOf(
  project: Project | undefined,
  changes: readonly DataChange[],
  withMissing: boolean,
): DataDiff | undefined {
  const answer: Record<(typeof diffSections)[number], DiffEntry[]> = {
    "added": [],
    "deleted": [],
    "modified": [],
    "renamed": [],
    "not in cache": [],
  };
  for (const { kind, old, new: now } of changes) {
    if (kind === "added" && now !== undefined) answer.added.push(entryOf(now));
    if (kind === "deleted" && old !== undefined) answer.deleted.push(entryOf(old));
    if (kind === "modified" && old !== undefined) {
      answer.modified.push({
        path: shown(old),
        hash: { old: old.id ?? null, new: now?.id ?? null },
      });
    }
    if (kind === "renamed" && old !== undefined && now !== undefined) {
      answer.renamed.push({ path: { old: shown(old), new: shown(now) }, hash: old.id ?? null });
    }
    const isMissing = withMissing && project !== undefined && old?.id !== undefined &&
      !isInCache(project, old);
    if (isMissing && old !== undefined) {
      answer["not in cache"].push(entryOf(old));
    }
  }
  for (const entries of Object.values(answer)) entries.sort((a, b) => compareEntries(a, b));
  return Object.values(answer).some((entries) => entries.length > 0) ? answer : undefined;
}

function compareEntries(a: DiffEntry, b: DiffEntry): number {
  const place = ({ path }: DiffEntry) => typeof path === "string" ? path : path.old;
  return compareCodePoints(place(a), place(b));
}

function entryOf(entry: DataEntry): DiffEntry {
  return { path: shown(entry), hash: entry.id ?? null };
}

function shown({ path, isFolder }: DataEntry): string {
  return isFolder ? `${path}/` : path;
}
