/**
 * Comparing two sides of tracked data.
 *
 * @module
 */
import { compareCodePoints, emptyListing } from "../objects/listing.ts";
import { PathFinder } from "../workspace/path_finder.ts";
import { type DataEntry, type DataIndex, type IndexedOut, isTargeted } from "./data_index.ts";

/** How a file or folder differs; what a lost listing hides is `unknown`. */
export type ChangeKind = "added" | "modified" | "deleted" | "renamed" | "unknown" | "unchanged";

/** One file or folder of either side. */
export interface DataChange {
  readonly kind: ChangeKind;
  readonly old?: DataEntry;
  readonly new?: DataEntry;
}

/** How two sides are compared. */
export interface CompareOptions {
  /** Also file by file within folders. */
  readonly granular: boolean;
  /** Paths to which the answer is limited; empty for all. */
  readonly targets: readonly string[];
  /**
   * Whether an output counts as there only when it has content: then one that gets its first
   * content is `added`, else `modified`.
   */
  readonly byContent: boolean;
  /** Whether files of folders that did not change are told, too. */
  readonly unchanged: boolean;
}

/** The differences, ordered by path, what moved told as such. */
export async function compareData(
  old: DataIndex,
  now: DataIndex,
  options: CompareOptions,
): Promise<DataChange[]> {
  const changes: DataChange[] = [];
  const paths = new Set([...old.keys(), ...now.keys()]);
  for (const path of [...paths].sort(comparePaths)) {
    if (!isTargeted(path, options.targets, { around: true })) continue;
    const pair = { old: old.get(path), new: now.get(path) };
    if (isTargeted(path, options.targets)) {
      const kind = kindOf(pair.old, pair.new, options);
      if (kind !== undefined) changes.push(changeOf(kind, pair.old, pair.new));
    }
    if (options.granular && (pair.old?.isFolder === true || pair.new?.isFolder === true)) {
      for (const change of await compareFiles(pair, options)) {
        const at = change.new?.path ?? change.old?.path ?? "";
        if (isTargeted(at, options.targets)) changes.push(change);
      }
    }
  }
  return withRenames(changes);
}

function changeOf(
  kind: ChangeKind,
  old: DataEntry | undefined,
  now: DataEntry | undefined,
): DataChange {
  return {
    kind,
    ...(old === undefined ? {} : { old }),
    ...(now === undefined ? {} : { new: now }),
  };
}

function kindOf(
  old: DataEntry | undefined,
  now: DataEntry | undefined,
  { byContent }: CompareOptions,
): ChangeKind | undefined {
  const before = byContent && old?.id === undefined ? undefined : old;
  const after = byContent && now?.id === undefined ? undefined : now;
  if (before === undefined) return after === undefined ? undefined : "added";
  if (after === undefined) return "deleted";
  return before.id === after.id && before.hash === after.hash ? "unchanged" : "modified";
}

async function compareFiles(
  { old, new: now }: { old: IndexedOut | undefined; new: IndexedOut | undefined },
  { unchanged }: CompareOptions,
): Promise<DataChange[]> {
  const before = old === undefined ? emptyListing : await old.files();
  const after = now === undefined ? emptyListing : await now.files();
  // Of a folder whose listing is lost nothing can be said to be gone.
  if (after === undefined) return [];
  const changes: DataChange[] = [];
  const folder = (now ?? old)?.path ?? "";
  const entry = (path: string, side: IndexedOut | undefined, id: string): DataEntry => ({
    path: `${folder}/${path}`,
    isFolder: false,
    hash: side?.hash ?? "md5",
    id,
  });
  const finder = new PathFinder(before?.paths ?? [], compareCodePoints);
  const stays = new Uint8Array(before?.paths.length ?? 0);
  for (const [at, path] of after.paths.entries()) {
    const found = () => entry(path, now, after.ids.at(at));
    const was = finder.find(path);
    if (before === undefined) changes.push(changeOf("unknown", undefined, found()));
    else if (was < 0) changes.push(changeOf("added", undefined, found()));
    else {
      stays[was] = 1;
      const same = before.ids.equals(was, after.ids, at) && old?.hash === now?.hash;
      if (same && !unchanged) continue;
      const there = entry(path, old, before.ids.at(was));
      changes.push(changeOf(same ? "unchanged" : "modified", there, found()));
    }
  }
  if (before === undefined) {
    for (const path of innerFolders(after.paths)) {
      changes.push(changeOf("unknown", undefined, { ...entry(path, now, ""), isFolder: true }));
    }
  }
  before?.paths.forEach((path, at) => {
    if (stays[at] === 1) return;
    changes.push(changeOf("deleted", entry(path, old, before.ids.at(at)), undefined));
  });
  return changes.sort((a, b) => comparePaths(placeOf(a), placeOf(b)));
}

/** The folders that hold the paths; DVC names them, too, when it cannot tell what changed. */
function innerFolders(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      folders.add(path.slice(0, at));
    }
  }
  return folders;
}

/** Where a change is shown: a rename at its new place. */
export function placeOf(change: DataChange): string {
  return change.new?.path ?? change.old?.path ?? "";
}

/** Paths folder by folder: what is in a folder comes right after it. */
export function comparePaths(a: string, b: string): number {
  return compareCodePoints(a.replaceAll("/", "\0"), b.replaceAll("/", "\0"));
}

/** Pairs what was added with what was deleted where the content is the same, in order of paths. */
function withRenames(changes: readonly DataChange[]): DataChange[] {
  const gone = new Map<string, DataChange[]>();
  for (const change of changes) {
    if (change.kind !== "deleted" || change.old?.id === undefined) continue;
    const key = `${change.old.hash} ${change.old.id}`;
    const same = gone.get(key);
    if (same === undefined) gone.set(key, [change]);
    else same.push(change);
  }
  if (gone.size === 0) return [...changes];
  const moved = new Set<DataChange>();
  const found: DataChange[] = [];
  for (const change of changes) {
    const source = change.kind === "added" && change.new?.id !== undefined
      ? gone.get(`${change.new.hash} ${change.new.id}`)?.shift()
      : undefined;
    if (source === undefined) found.push(change);
    else {
      moved.add(source);
      found.push(changeOf("renamed", source.old, change.new));
    }
  }
  return found.filter((change) => !moved.has(change));
}
