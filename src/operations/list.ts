/**
 * What a repository holds, tracked data and Git's files alike.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, joinPath } from "../platform/paths.ts";
import { listSnapshot, type SnapshotEntry } from "../registry/snapshot_entries.ts";
import type { Snapshot } from "../registry/snapshot.ts";
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
}

/** One entry, its folder's entries below it where they were asked for. */
export interface ListNode extends SnapshotEntry {
  /** Relative to the path that was asked for. */
  readonly path: string;
  readonly children?: readonly ListNode[];
}

/** The entries at a path; of a file, the file alone. */
export async function list(
  request: ListRequest,
  context: Context,
): Promise<readonly ListNode[]> {
  const snapshot = await openSource({
    url: request.url,
    rev: request.rev,
    overrides: sourceOverrides(request, context),
  }, context);
  return await nodesAt(snapshot, request) ?? missing(request, context);
}

async function nodesAt(
  snapshot: Snapshot,
  request: ListRequest,
): Promise<readonly ListNode[] | undefined> {
  const listed = await listSnapshot(snapshot, request.path);
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
    const inner = await innerEntries(snapshot, joinPath(request.path, path));
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

/** Nested projects are shown as folders, but not entered, as in DVC. */
async function innerEntries(
  snapshot: Snapshot,
  typed: string,
): Promise<readonly SnapshotEntry[]> {
  const path = snapshot.treePath(typed);
  const project = await snapshot.projectAround(path);
  if (project !== undefined && project.path === path && path !== snapshot.top) return [];
  const listed = await listSnapshot(snapshot, typed);
  return listed?.kind === "directory" ? listed.entries : [];
}

function missing({ url, path }: ListRequest, context: Context): never {
  const place = absolutePath(path, absolutePath(url, context.directory));
  throw new DvtError("not-found", `[Errno 2] No such file or directory: '${place}'`, {
    exitCode: 1,
  });
}
