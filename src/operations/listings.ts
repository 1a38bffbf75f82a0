/**
 * Listings of tracked folders as the cache has them.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { type Listing, listingBelow, parseListing } from "../objects/listing.ts";
import { corruptObject, type LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";

/** Reads a listing out of the cache, checked against its name; undefined where it is not there. */
export async function cachedListing(
  cache: LocalStore,
  id: ObjectId,
): Promise<Listing | undefined> {
  const bytes = await cache.readBytes(id);
  if (bytes === undefined) return undefined;
  if (hashBlocks([bytes]) !== id.slice(0, 32)) {
    throw corruptObject(id, cache.label, cache.setAside(id));
  }
  return parseListing(bytes, id);
}

/** The part of a listing at and below a path of the folder, paths unchanged. */
export function listingPart(listing: Listing, inside: string): Listing {
  if (inside === "") return listing;
  const at = listing.paths.indexOf(inside);
  if (at >= 0) return { paths: [inside], ids: [listing.ids[at] as ObjectId] };
  const below = listingBelow(listing, inside) ?? { paths: [], ids: [] };
  return { paths: below.paths.map((path) => `${inside}/${path}`), ids: below.ids };
}
