/**
 * Data on disk → object ids, reading only what changed since the last time; on request the bytes
 * that are read go into the cache from the same buffer.
 *
 * @module
 */
import { knownFiles, nothingKnown, singleFileTable } from "../objects/file_facts.ts";
import type { HashState } from "../objects/hash_state.ts";
import { hashBlocks } from "../objects/hash_blocks.ts";
import type { IdColumn } from "../objects/id_column.ts";
import { type Listing, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { HashName, ObjectId } from "../objects/object_id.ts";
import type { Presence } from "../objects/presence.ts";
import { lookAt, lookThrough, readLink } from "../platform/files.ts";
import { collectGarbage } from "../platform/garbage.ts";
import type { Reporter } from "../platform/reporter.ts";
import { DvtError } from "../platform/error.ts";
import { hashInto } from "./hash_into.ts";
import { type FolderFilter, maybeLinked, type Walk, walk } from "./walk.ts";

/** What a scan needs to know. */
export interface ScanOptions {
  /** The output's path relative to the project's root: names its remembered hashes. */
  readonly path: string;
  readonly hash: HashName;
  /** What `.dvcignore` hides in the output, should it be a folder. */
  readonly filter: FolderFilter;
  readonly state: HashState | undefined;
  readonly presence?: Presence;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Where new objects go. Without it, nothing is stored. */
  readonly store?: LocalStore;
  /** False for a part of an output: its files are stored, its listing is not. */
  readonly keepsListing?: boolean;
}

/** A single file as found. */
export interface FileScan {
  readonly kind: "file";
  readonly id: ObjectId;
  readonly size: number;
  readonly isexec: boolean;
  /** The path itself is a link, or the file may be one name of an object in a cache. */
  readonly isLinked: boolean;
}

/** A folder as found. */
export interface DirectoryScan {
  readonly kind: "directory";
  readonly id: ObjectId;
  /** The sum of the files, in bytes. */
  readonly size: number;
  readonly nfiles: number;
  readonly walk: Walk;
  /** One per file of the walk. */
  readonly hashes: IdColumn;
  listing(): Listing;
}

/** What lies at an output's path. */
export type Scan = { readonly kind: "missing" } | FileScan | DirectoryScan;

/** Finds out what lies at a native path and how its content is named. */
export async function scan(place: string, options: ScanOptions): Promise<Scan> {
  const facts = lookThrough(place);
  if (facts === undefined) {
    // What does not lead anywhere (a cache that moved away) can be replaced, but not added.
    if (options.store !== undefined && lookAt(place)?.kind === "link") {
      throw new DvtError(
        "not-found",
        `'${place}' is a link to '${readLink(place)}', which does not exist`,
      );
    }
    return { kind: "missing" };
  }
  if (facts.kind === "directory") return await scanDirectory(place, options);
  if (facts.kind !== "file") {
    throw new DvtError("failed", `'${place}' is neither a file nor a folder`);
  }
  const looked = Date.now();
  const table = singleFileTable(facts);
  const hashes = options.state?.recall(options.path, options.hash, table) ?? nothingKnown(1);
  const fresh = hashes.known[0] !== 1;
  await hashInto(place, table, hashes, options);
  if (fresh) {
    options.state?.remember(options.path, options.hash, {
      files: knownFiles(table, hashes),
      listing: undefined,
      looked,
    });
  }
  return {
    kind: "file",
    id: hashes.ids.at(0),
    size: table.sizes[0] ?? 0,
    isexec: (facts.mode & 0o111) !== 0,
    isLinked: lookAt(place)?.kind === "link" || maybeLinked(facts),
  };
}

async function scanDirectory(place: string, options: ScanOptions): Promise<DirectoryScan> {
  const found = await walk(place, { ...options, deadLinks: options.store === undefined });
  const remembered = options.state?.recall(options.path, options.hash, found);
  collectGarbage(found.paths.length); // what was remembered of each file
  const hashes = remembered ?? nothingKnown(found.paths.length);
  const complete = remembered?.listing !== undefined;
  const { store, presence } = options;
  const isStored = remembered?.listing !== undefined && store !== undefined &&
    presence?.holds(store, remembered.listing as ObjectId) === true;
  if (!complete || (store !== undefined && !isStored)) {
    await hashInto(place, found, hashes, options);
  }
  const { ids } = hashes; // hashInto leaves no gap or throws
  let listing: Listing | undefined;
  const makeOnce = () => (listing ??= makeListing(found.paths, ids));
  const keeps = options.keepsListing === false ? undefined : options.store;
  let id: ObjectId;
  if (remembered?.listing !== undefined) {
    id = remembered.listing as ObjectId;
    if (keeps !== undefined) await storeListing(id, makeOnce, keeps);
  } else {
    id = `${hashBlocks(listingBlocks(makeOnce()))}.dir` as ObjectId;
    if (keeps !== undefined) await storeListing(id, makeOnce, keeps);
    options.state?.remember(options.path, options.hash, {
      files: knownFiles(found, hashes),
      listing: id,
      looked: found.looked,
    });
  }
  if (keeps !== undefined && !isStored) presence?.note(keeps, id);
  let size = 0;
  for (const one of found.sizes) size += one;
  return {
    kind: "directory",
    id,
    size,
    nfiles: found.paths.length,
    walk: found,
    hashes: ids,
    listing: makeOnce,
  };
}

async function storeListing(
  id: ObjectId,
  listing: () => Listing,
  store: LocalStore,
): Promise<void> {
  if (await store.has(id)) return;
  store.insertBlocks(id, listingBlocks(listing()));
}
