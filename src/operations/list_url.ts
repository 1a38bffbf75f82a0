/**
 * What lies at an address.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { stopIfAborted } from "../platform/pool.ts";
import { lookThrough } from "../platform/files.ts";
import { configAround, openUrl, type UrlPlace } from "../registry/url_place.ts";
import type { FolderEntry, StoredFile } from "../storage/storage.ts";

/** What is listed. */
export interface ListUrlRequest {
  readonly url: string;
  /** Go into folders. */
  readonly recursive: boolean;
  /** So many folders deep; undefined without limit. 0 names the place itself. */
  readonly depth: number | undefined;
  /** Options of the storage. */
  readonly fsConfig: Readonly<Record<string, string>> | undefined;
}

/** One name, those of its folder below it where they were asked for. */
export interface UrlNode {
  readonly name: string;
  /** Relative to the address. */
  readonly path: string;
  readonly isdir: boolean;
  readonly size: number | undefined;
  readonly children?: readonly UrlNode[];
}

/** What lies at an address: the place itself, and its entries if it is a folder. */
export interface UrlListing {
  /** The place as its storage names it. */
  readonly name: string;
  readonly size: number | undefined;
  /** Undefined for a file, and for a folder that was not to be entered. */
  readonly entries: readonly UrlNode[] | undefined;
}

/** Lists an address. Throws `not-found` where nothing is. */
export async function listUrl(request: ListUrlRequest, context: Context): Promise<UrlListing> {
  const place = await openUrl({
    url: request.url,
    directory: context.directory,
    options: request.fsConfig,
  }, { config: configAround(context), context });
  const name = nameInStorage(place);
  const top = await foldersNames(place, "");
  if (top === undefined) {
    const file = await fileAt(place);
    if (file !== undefined) return { name, size: file.size, entries: undefined };
    const system = place.path === undefined
      ? ""
      : `: [Errno 2] No such file or directory: '${place.path}'`;
    throw new DvtError("not-found", `The path '${place.label}' does not exist${system}`);
  }
  const size = place.path === undefined ? undefined : lookThrough(place.path)?.size;
  if (request.depth === 0) return { name, size, entries: undefined };
  const entries = await nodes(top, { place, below: "", depth: 1, request, context });
  return { name, size, entries };
}

/** DVC names files of a bucket without their scheme. */
function nameInStorage({ path, address }: UrlPlace): string {
  return path ?? address.replace(/^s3:\/\//i, "");
}

function foldersNames(place: UrlPlace, path: string): Promise<FolderEntry[] | undefined> {
  return place.storage.listFolder?.(path) ?? Promise.resolve(undefined);
}

function fileAt({ storage, versionId }: UrlPlace): Promise<StoredFile | undefined> {
  return storage.stat("", versionId === undefined ? undefined : { versionId });
}

async function nodes(
  names: readonly FolderEntry[],
  { place, below, depth, request, context }: {
    place: UrlPlace;
    below: string;
    depth: number;
    request: ListUrlRequest;
    context: Context;
  },
): Promise<UrlNode[]> {
  const found: UrlNode[] = [];
  const enter = request.recursive && (request.depth === undefined || depth < request.depth);
  for (const { name, kind, size } of [...names].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    stopIfAborted(context.signal);
    const path = below === "" ? name : `${below}/${name}`;
    const node = { name, path, isdir: kind === "directory", size };
    if (!enter || kind === "file") {
      found.push(node);
      continue;
    }
    const inner = await foldersNames(place, path) ?? [];
    const next = { place, below: path, depth: depth + 1, request, context };
    found.push({ ...node, children: await nodes(inner, next) });
  }
  return found;
}
