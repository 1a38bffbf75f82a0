/**
 * What differs between the last commit, the stage files and the workspace.
 *
 * @module
 */
import { readHead } from "../git/refs.ts";
import { workTreeStatus } from "../git/work_tree.ts";
import { isObjectId, type ObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { absolutePath, relativeNative, relativePath, toPosix } from "../platform/paths.ts";
import { openProject, type Project } from "../registry/project.ts";
import { Catalog, importSource, type TrackedOut } from "../registry/tracked.ts";
import { storeOfOuts } from "../registry/versioned_remote.ts";
import { compareData, type DataChange } from "./data_changes.ts";
import {
  type DataEntry,
  type DataIndex,
  type IndexedOut,
  isTargeted,
  recordedIndex,
  workspaceIndex,
} from "./data_index.ts";

/** What is asked. */
export interface DataStatusRequest {
  readonly targets: readonly string[];
  /** Also file by file within folders. */
  readonly granular: boolean;
  readonly untracked: boolean;
  readonly notInRemote: boolean;
  readonly remote: string | undefined;
}

/** What moved. */
export interface Renamed {
  readonly old: string;
  readonly new: string;
}

/** Paths by kind of change, in order; kinds that do not occur are left out. */
export interface DataDifferences {
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly deleted?: readonly string[];
  readonly renamed?: readonly Renamed[];
  readonly unknown?: readonly string[];
}

/** The answer in DVC's shape. Paths are relative to the project's root, folders end in `/`. */
export interface DataStatus {
  readonly not_in_cache: readonly string[];
  readonly not_in_remote: readonly string[];
  /** Between the last commit and the stage files. */
  readonly committed: DataDifferences;
  /** Between the stage files and the workspace. */
  readonly uncommitted: DataDifferences;
  /** What neither Git nor dvt tracks, relative to the working directory. */
  readonly untracked: readonly string[];
  readonly unchanged: readonly string[];
  readonly git: { readonly isEmpty: boolean; readonly isDirty: boolean };
}

/** Compares all three. Takes no lock and changes nothing. */
export async function dataStatus(
  request: DataStatusRequest,
  context: Context,
): Promise<DataStatus> {
  const project = openProject(context);
  if (request.notInRemote && request.remote !== undefined) {
    project.remoteConfig(request.remote, "data status");
  }
  const targets = request.targets.map((typed) => project.projectPath(typed))
    .filter((path) => path !== undefined);
  const nowhere = request.targets.length > 0 && targets.length === 0;
  const { outs } = nowhere ? new Catalog([]) : await project.catalog();
  const options = { granular: request.granular, targets, byContent: true, unchanged: true };
  const recorded = recordedIndex(project, outs);
  const found = await workspaceIndex(project, concerned(recorded, targets));
  const uncommitted = await compareData(recorded, found, options);
  const committed = project.git === undefined || nowhere
    ? undefined
    : await compareData(await headIndex(project), recorded, options);
  const git = await gitState(project, request);
  return {
    not_in_cache: lostIn(project, uncommitted),
    not_in_remote: request.notInRemote ? await lostOnRemote(project, outs, request, targets) : [],
    committed: differences(committed ?? []),
    uncommitted: differences(uncommitted),
    untracked: git.untracked,
    unchanged: unchangedIn(uncommitted, committed),
    git,
  };
}

function* concerned(index: DataIndex, targets: readonly string[]): Generator<IndexedOut> {
  for (const out of index.values()) if (isTargeted(out.path, targets, { around: true })) yield out;
}

async function headIndex(project: Project): Promise<DataIndex> {
  const { git } = project;
  const commit = git === undefined ? undefined : readHead(git).commit;
  if (git === undefined || commit === undefined) return new Map();
  const { stagesOfCommit, projectPrefix } = await import("./revision_scope.ts");
  project.context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  const stages = await stagesOfCommit({ git, commit, prefix: projectPrefix(project, git) });
  return recordedIndex(project, new Catalog(stages).outs);
}

function shown(entry: { readonly path: string; readonly isFolder: boolean }): string {
  return entry.isFolder ? `${entry.path}/` : entry.path;
}

function shownChange(change: DataChange): string {
  const entry = change.new ?? change.old;
  return entry === undefined ? "" : shown(entry);
}

function differences(changes: readonly DataChange[]): DataDifferences {
  const found: Record<string, (string | Renamed)[]> = {};
  for (const kind of ["added", "modified", "deleted", "renamed", "unknown"] as const) {
    const names = changes.filter((change) => change.kind === kind).map((change) =>
      kind === "renamed" && change.old !== undefined && change.new !== undefined
        ? { old: shown(change.old), new: shown(change.new) }
        : shownChange(change)
    );
    if (names.length > 0) found[kind] = names;
  }
  return found;
}

function unchangedIn(
  uncommitted: readonly DataChange[],
  committed: readonly DataChange[] | undefined,
): string[] {
  const of = (changes: readonly DataChange[]) =>
    changes.filter((change) => change.kind === "unchanged").map(shownChange);
  if (committed === undefined) return of(uncommitted);
  const both = new Set(of(committed));
  return of(uncommitted).filter((path) => both.has(path));
}

/** What the stage files name and the cache lacks, by the names of files alone. */
function lostIn(project: Project, changes: readonly DataChange[]): string[] {
  return changes.filter(({ old }) => old?.id !== undefined && !isInCache(project, old))
    .map(({ old }) => old === undefined ? "" : shown(old));
}

/** Whether the cache has a file for the content of an entry. */
export function isInCache(project: Project, { id, hash }: DataEntry): boolean {
  return id !== undefined && isObjectId(id) && project.cache(hash).lists(id);
}

async function lostOnRemote(
  project: Project,
  outs: readonly TrackedOut[],
  request: DataStatusRequest,
  targets: readonly string[],
): Promise<string[]> {
  const lost: string[] = [];
  const asked = new Map<string, { name: string; entries: DataEntry[] }>();
  // Data that is not pushed, as told or because its source keeps it, need not be there.
  const pushed = outs.filter((one) => one.out.push && importSource(one.stage) === undefined);
  const remotes = new Map(pushed.map((one) => [one.path, one.out.remote]));
  for (const out of concerned(recordedIndex(project, pushed), targets)) {
    const name = remotes.get(out.path) ?? request.remote ?? project.defaultRemote;
    for (const entry of await entriesOf(out, request.granular)) {
      if (!isTargeted(entry.path, targets)) continue;
      if (name === undefined) {
        lost.push(shown(entry));
        continue;
      }
      const key = `${entry.hash} ${name.toLowerCase()}`;
      const group = asked.get(key) ?? { name, entries: [] };
      group.entries.push(entry);
      asked.set(key, group);
    }
  }
  for (const { name, entries } of asked.values()) {
    const hash = entries[0]?.hash ?? "md5";
    const remote = project.remoteConfig(name, "data status");
    const store = storeOfOuts(await project.remote(remote, hash), { remote, hash, outs: pushed });
    const ids = entries.map((entry) => entry.id).filter((id): id is ObjectId =>
      id !== undefined && isObjectId(id)
    );
    const missing: ReadonlySet<string> = await store.missing([...new Set(ids)]);
    for (const entry of entries) {
      if (entry.id === undefined || !isObjectId(entry.id) || missing.has(entry.id)) {
        lost.push(shown(entry));
      }
    }
  }
  return lost;
}

async function entriesOf(out: IndexedOut, granular: boolean): Promise<DataEntry[]> {
  if (out.id === undefined) return [];
  const files = granular ? await out.files() : undefined;
  if (files === undefined) return [out];
  return [
    out,
    ...files.paths.map((path, at): DataEntry => ({
      path: `${out.path}/${path}`,
      isFolder: false,
      hash: out.hash,
      id: files.ids.at(at),
    })),
  ];
}

async function gitState(
  project: Project,
  request: DataStatusRequest,
): Promise<{ isEmpty: boolean; isDirty: boolean; untracked: string[] }> {
  const { git, context } = project;
  if (git?.root === undefined) return { isEmpty: false, isDirty: false, untracked: [] };
  const root = git.root;
  const state = await workTreeStatus(git, { untracked: request.untracked ? "all" : "no" });
  const prefix = toPosix(relativeNative(root, project.root));
  const targets = request.targets.map((typed) =>
    toPosix(relativeNative(root, absolutePath(typed, context.directory)))
  ).map((path) => path === "." ? "" : path);
  const here = toPosix(relativeNative(root, context.directory));
  return {
    isEmpty: readHead(git).commit === undefined,
    isDirty: state.isDirty,
    untracked: state.untracked
      .filter((path) => prefix === "." || path.startsWith(`${prefix}/`))
      .filter((path) => isTargeted(path, targets))
      .map((path) => here === "." ? path : relativePath(`/${here}`, `/${path}`)),
  };
}
