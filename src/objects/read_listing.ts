/**
 * Listings out of stores, checked against their names.
 *
 * @module
 */
import { createHasher } from "../platform/digest/hasher.ts";
import { collectGarbage } from "../platform/garbage.ts";
import { hashBlocks } from "./hash_blocks.ts";
import type { Listing } from "./listing.ts";
import { ListingReader, parseListing } from "./listing_bytes.ts";
import { corruptObject, LocalStore } from "./local_store.ts";
import type { ObjectId } from "./object_id.ts";
import type { ObjectStore } from "./object_store.ts";

/**
 * The listing of a name, or undefined where the store has none. Throws `corrupt` where the bytes
 * are not those of the name, or no listing.
 */
export async function readListing(
  store: ObjectStore,
  id: ObjectId,
): Promise<Listing | undefined> {
  if (store instanceof LocalStore) {
    const listing = streamListing(store, id);
    if (listing !== "otherwise") return listing;
  }
  const bytes = await store.readBytes(id);
  if (bytes === undefined) return undefined;
  if (hashBlocks([bytes]) !== id.slice(0, 32)) throw damaged(id, store);
  return parseListing(bytes, id);
}

/** Reads a file of DVC's own layout without holding it; it may have 90 MB. */
function streamListing(store: LocalStore, id: ObjectId): Listing | undefined | "otherwise" {
  const blocks = store.blocks(id);
  if (blocks === undefined) return undefined;
  const hasher = createHasher("md5");
  const reader = new ListingReader();
  for (const block of blocks) {
    if (!reader.push(block)) return "otherwise";
    hasher.update(block);
  }
  if (hasher.digestHex() !== id.slice(0, 32)) throw damaged(id, store);
  const listing = reader.finish();
  collectGarbage(listing?.paths.length ?? 0);
  return listing ?? "otherwise";
}

function damaged(id: ObjectId, store: ObjectStore): Error {
  return corruptObject(
    id,
    store.label,
    store instanceof LocalStore ? store.setAside(id) : undefined,
  );
}
