/**
 * Listings of tracked folders as the cache has them.
 *
 * @module
 */
import { IdColumn } from "../objects/id_column.ts";
import { emptyListing, type Listing, listingBelow, listingOfOne } from "../objects/listing.ts";
import type { HashName, ObjectId } from "../objects/object_id.ts";
import { readListing } from "../objects/read_listing.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import type { Out } from "../stages/stage_file.ts";
import { isWanted, isWhole, type Parts } from "./parts.ts";
import { listingOfFiles } from "../stages/versioned_files.ts";

/** The listing of an output's folder: as its stage file spells it, else out of the cache. */
export async function knownListing(
  project: Project,
  { out, id, hash }: { readonly out: Out; readonly id: ObjectId; readonly hash: HashName },
): Promise<Listing | undefined> {
  const spelled = out.md5 === id ? listingOfFiles(out.files) : undefined;
  return spelled ?? await readListing(project.cache(hash), id);
}

/**
 * Reads a listing out of the cache, else out of a remote, checked against its name either way;
 * undefined where neither has it. A remote that does not answer is told in a warning.
 */
export async function findListing(
  project: Project,
  { id, hash, remote }: { id: ObjectId; hash: HashName; remote: string | undefined },
): Promise<Listing | undefined> {
  const found = await readListing(project.cache(hash), id);
  if (found !== undefined || remote === undefined) return found;
  try {
    const store = await project.remote(project.remoteConfig(remote, "fetch"), hash);
    return await readListing(store, id);
  } catch (error) {
    if (!(error instanceof DvtError)) throw error;
    project.context.reporter.warn(`could not read a listing of '${remote}': ${error.message}`);
    return undefined;
  }
}

/** What is meant of a folder: a path in it, and which of the files there. */
export interface ListingPart {
  readonly inside: string;
  readonly parts?: Parts;
}

/** The part of a listing that is meant, paths unchanged. */
export function listingPart(listing: Listing, { inside, parts }: ListingPart): Listing {
  const there = listingAt(listing, inside);
  if (parts === undefined || isWhole(parts)) return there;
  const kept = there.paths.flatMap((path, i) => isWanted(path, parts) ? [i] : []);
  return {
    paths: kept.map((i) => there.paths[i] ?? ""),
    ids: IdColumn.of(kept.map((i) => there.ids.at(i))),
  };
}

function listingAt(listing: Listing, inside: string): Listing {
  if (inside === "") return listing;
  const at = listing.paths.indexOf(inside);
  if (at >= 0) return listingOfOne(inside, listing.ids.at(at));
  const below = listingBelow(listing, inside) ?? emptyListing;
  return { paths: below.paths.map((path) => `${inside}/${path}`), ids: below.ids };
}
