/**
 * What is tracked, path by path, as the stage files say it and as the workspace has it: the two
 * sides that `data status` and `diff` compare.
 *
 * @module
 */
import { emptyListing, type Listing } from "../objects/listing.ts";
import { type HashName, isObjectId } from "../objects/object_id.ts";
import type { Project } from "../registry/project.ts";
import { importSource, isUrlImport, type TrackedOut } from "../registry/tracked.ts";
import { listingOfFiles } from "../stages/versioned_files.ts";
import { scan } from "../workspace/scan.ts";
import { findListing } from "./listings.ts";
import { scanOptions } from "./record.ts";

/** A file or folder of one side. */
export interface DataEntry {
  /** POSIX, relative to the project's root. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly hash: HashName;
  /** Undefined where nothing was recorded yet. */
  readonly id: string | undefined;
}

/** An output of one side. */
export interface IndexedOut extends DataEntry {
  /** Its files, with paths relative to it; undefined where the listing of the folder is lost. */
  files(): Promise<Listing | undefined>;
}

/** The outputs of one side by path. */
export type DataIndex = ReadonlyMap<string, IndexedOut>;

/** The cached outputs as stage files record them. */
export function recordedIndex(project: Project, outs: readonly TrackedOut[]): DataIndex {
  const index = new Map<string, IndexedOut>();
  for (const { stage, out, path } of outs) {
    if (!out.cache || index.has(path)) continue;
    // An import without data yet is known by what its source was like.
    const pending = isUrlImport(stage) ? stage.deps[0]?.md5 : undefined;
    const id = (out.md5 === "" ? undefined : out.md5) ?? pending;
    let files: Promise<Listing | undefined> | undefined;
    index.set(path, {
      path,
      isFolder: id?.endsWith(".dir") ?? false,
      hash: out.hash,
      id,
      files: () => (files ??= recordedFiles(project, { stage, out, path }, id)),
    });
  }
  return index;
}

function recordedFiles(
  project: Project,
  { stage, out }: TrackedOut,
  id: string | undefined,
): Promise<Listing | undefined> {
  if (id === undefined || !id.endsWith(".dir")) return Promise.resolve(emptyListing);
  if (!isObjectId(id)) return Promise.resolve(undefined);
  const spelled = out.md5 === id ? listingOfFiles(out.files) : undefined;
  if (spelled !== undefined) return Promise.resolve(spelled);
  const remote = importSource(stage) === undefined
    ? out.remote ?? project.defaultRemote
    : undefined;
  return findListing(project, { id, hash: out.hash, remote });
}

/** The same outputs as the workspace has them; what is not there is left out. */
export async function workspaceIndex(
  project: Project,
  recorded: Iterable<IndexedOut>,
): Promise<DataIndex> {
  const index = new Map<string, IndexedOut>();
  for (const { path, hash } of recorded) {
    const found = await scan(project.nativePath(path), scanOptions(path, { project, hash }));
    if (found.kind === "missing") continue;
    const isFolder = found.kind === "directory";
    index.set(path, {
      path,
      isFolder,
      hash,
      id: found.id,
      files: () => Promise.resolve(isFolder ? found.listing() : emptyListing),
    });
  }
  return index;
}

/** Whether a path is one of `targets`, lies below one or, with `around`, is a folder around one. */
export function isTargeted(
  path: string,
  targets: readonly string[],
  { around = false } = {},
): boolean {
  return targets.length === 0 ||
    targets.some((target) =>
      target === "" || path === target || path.startsWith(`${target}/`) ||
      (around && target.startsWith(`${path}/`))
    );
}
