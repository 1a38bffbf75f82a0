/**
 * What a repository holds, tracked data and Git's files alike.
 *
 * @module
 */
import { compareCodePoints } from "../objects/listing.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, joinPath } from "../platform/paths.ts";
import {
  dataBelow,
  dataEntry,
  gitEntry,
  learnSizes,
  listSnapshot,
  type SnapshotEntry,
} from "../registry/snapshot_entries.ts";
import { untrackedBelow } from "../registry/snapshot_untracked.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import type { SnapshotFile, SnapshotFiles } from "../registry/snapshot_files.ts";
import { openSource } from "../registry/source.ts";
import { type SourceOptions, sourceOverrides } from "./source_options.ts";

/** What is listed. */
export interface ListRequest extends SourceOptions {
  readonly url: string;
  readonly path: string;
  readonly rev: string | undefined;
  /** Go into folders. */
  readonly recursive: boolean;
  /** So many folders deep; undefined without limit. */
  readonly depth: number | undefined;
  /** Only tracked data, and the folders that hold some. */
  readonly dvcOnly: boolean;
  /** Sizes and executable bits are asked for, which cost a look at each file of a work tree. */
  readonly details: boolean;
}

/** One entry, its folder's entries below it where they were asked for. */
export interface ListNode extends SnapshotEntry {
  /** Relative to the path that was asked for. */
  readonly path: string;
  readonly children?: readonly ListNode[];
}

/** The entries at a path, those of folders below them; of a file, the file alone. */
export async function listTree(
  request: ListRequest,
  context: Context,
): Promise<readonly ListNode[]> {
  const snapshot = await openRequested(request, context);
  return await nodesAt(snapshot, request) ?? missing(request, context);
}

/**
 * The files at a path, and the folders that are not entered, in the order of their paths. Of
 * tracked folders, which may hold a million files, one entry at a time comes into being.
 */
export async function* listInOrder(
  request: ListRequest,
  context: Context,
): AsyncGenerator<ListNode> {
  const snapshot = await openRequested(request, context);
  const pieces: Piece[] = [];
  if (request.recursive && request.depth === undefined) {
    const top = { typed: request.path, below: "" };
    if (!await addPieces(snapshot, top, { request, pieces })) missing(request, context);
  } else {
    const nodes = await nodesAt(snapshot, request) ?? missing(request, context);
    for (const node of leaves(nodes)) pieces.push({ start: node.path, node });
  }
  pieces.sort((a, b) => compareCodePoints(a.start, b.start));
  for (const piece of pieces) {
    if ("node" in piece) yield piece.node;
    else yield* filesOf(snapshot, piece, request);
  }
}

/** What stands together in the order of paths: one entry, or all files of a tracked folder. */
type Piece = { readonly start: string } & ({ readonly node: ListNode } | DataPiece);

interface DataPiece {
  readonly folder: { readonly typed: string; readonly below: string };
  readonly files: SnapshotFiles;
}

/** Adds all that is at a path as typed; false where nothing is. */
async function addPieces(
  snapshot: Snapshot,
  folder: { typed: string; below: string },
  work: { request: ListRequest; pieces: Piece[] },
): Promise<boolean> {
  const { typed, below } = folder;
  const files = await dataBelow(snapshot, typed);
  if (files !== undefined) {
    work.pieces.push({ start: below === "" ? "" : `${below}/`, folder, files });
    return true;
  }
  const listed = await listSnapshot(snapshot, typed, work.request.details);
  if (listed === undefined) return false;
  for (const entry of listed.kind === "file" ? [listed.entry] : listed.entries) {
    const path = joinPath(below, entry.name);
    const inner = { typed: joinPath(typed, entry.name), below: path };
    if (!entry.isdir) {
      if (!work.request.dvcOnly || entry.isout) {
        work.pieces.push({ start: path, node: { ...entry, path } });
      }
    } else if (!await isNestedProject(snapshot, inner.typed)) {
      await addPieces(snapshot, inner, work);
    }
  }
  return true;
}

/**
 * The files of a tracked folder in the order of their paths, those among them that a work tree has
 * besides.
 */
async function* filesOf(
  snapshot: Snapshot,
  { folder: { typed, below }, files }: DataPiece,
  { details, dvcOnly }: ListRequest,
): AsyncGenerator<ListNode> {
  const top = snapshot.treePath(typed);
  const sorted = inOrder(files);
  const others = snapshot.commit !== undefined || dvcOnly
    ? []
    : await untrackedBelow(snapshot, top, sorted);
  let next = 0;
  async function* othersUpTo(path: string | undefined): AsyncGenerator<ListNode> {
    for (; next < others.length; next++) {
      const other = others[next];
      if (other === undefined || path !== undefined && compareCodePoints(other.path, path) > 0) {
        return;
      }
      const { path: inside, entry: found } = other;
      const entry = await gitEntry(snapshot, joinPath(top, inside), { entry: found, details });
      yield { ...entry, path: joinPath(below, other.path) };
    }
  }
  for (const file of sorted) {
    if (others.length > 0) yield* othersUpTo(file.path);
    const entry = await dataEntry(snapshot, joinPath(top, file.path), file, details);
    yield { ...entry, path: joinPath(below, file.path) };
  }
  yield* othersUpTo(undefined);
}

function inOrder(files: SnapshotFiles): SnapshotFiles {
  const compare = (a: SnapshotFile, b: SnapshotFile) => compareCodePoints(a.path, b.path);
  let last: SnapshotFile | undefined;
  for (const file of files) {
    if (last !== undefined && compare(last, file) > 0) return [...files].sort(compare);
    last = file;
  }
  return files;
}

function* leaves(nodes: readonly ListNode[]): Generator<ListNode> {
  for (const node of nodes) {
    if (node.children === undefined) yield node;
    else yield* leaves(node.children);
  }
}

async function openRequested(request: ListRequest, context: Context): Promise<Snapshot> {
  const snapshot = await openSource({
    url: request.url,
    rev: request.rev,
    overrides: sourceOverrides(request, context),
  }, context);
  const all = request.recursive && request.depth === undefined;
  if (all && request.details) await learnSizes(snapshot, snapshot.treePath(request.path));
  return snapshot;
}

async function nodesAt(
  snapshot: Snapshot,
  request: ListRequest,
): Promise<readonly ListNode[] | undefined> {
  const listed = await listSnapshot(snapshot, request.path, request.details);
  if (listed === undefined) return undefined;
  if (listed.kind === "directory" && request.recursive && request.depth === 0) {
    const root = { name: ".", isdir: true, isexec: false, isout: false, md5: undefined };
    return [{ ...root, size: undefined, path: request.path === "" ? "." : request.path }];
  }
  if (listed.kind === "file") return [{ ...listed.entry, path: listed.entry.name }];
  return await nodes(snapshot, { entries: listed.entries, below: "", depth: 1 }, request);
}

async function nodes(
  snapshot: Snapshot,
  { entries, below, depth }: {
    entries: readonly SnapshotEntry[];
    below: string;
    depth: number;
  },
  request: ListRequest,
): Promise<ListNode[]> {
  const found: ListNode[] = [];
  for (const entry of entries) {
    const path = joinPath(below, entry.name);
    const deeper = request.recursive && entry.isdir &&
      (request.depth === undefined || depth < request.depth);
    if (!deeper && !(request.dvcOnly && entry.isdir && !entry.isout)) {
      if (!request.dvcOnly || entry.isout) found.push({ ...entry, path });
      continue;
    }
    const inner = await innerEntries(snapshot, joinPath(request.path, path), request.details);
    const children = await nodes(
      snapshot,
      { entries: inner, below: path, depth: depth + 1 },
      request,
    );
    if (request.dvcOnly && !entry.isout && children.length === 0) continue;
    found.push(deeper ? { ...entry, path, children } : { ...entry, path });
  }
  return found;
}

async function innerEntries(
  snapshot: Snapshot,
  typed: string,
  details: boolean,
): Promise<readonly SnapshotEntry[]> {
  if (await isNestedProject(snapshot, typed)) return [];
  const listed = await listSnapshot(snapshot, typed, details);
  return listed?.kind === "directory" ? listed.entries : [];
}

/** Nested projects are shown as folders, but not entered, as in DVC. */
async function isNestedProject(snapshot: Snapshot, typed: string): Promise<boolean> {
  const path = snapshot.treePath(typed);
  const project = await snapshot.projectAround(path);
  return project !== undefined && project.path === path && path !== snapshot.top;
}

function missing({ url, path }: ListRequest, context: Context): never {
  const place = absolutePath(path, absolutePath(url, context.directory));
  throw new DvtError("not-found", `[Errno 2] No such file or directory: '${place}'`, {
    exitCode: 1,
  });
}
