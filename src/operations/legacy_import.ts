/**
 * Imports whose stage file is a 2.x one: their objects belong into the 2.x part of the cache.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { deliver } from "../objects/deliver.ts";
import { emptyListing, type Listing, listingOfOne, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { hashBlocks } from "../objects/hash_blocks.ts";
import { hashFile } from "../objects/hash_file.ts";
import { objectMode } from "../objects/local_store.ts";
import { type ObjectId, objectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import type { Out } from "../stages/stage_file.ts";

/**
 * Given the 3.x object `id` of an import, puts the same content where a 2.x stage file looks for
 * it. Throws `corrupt` where it is other content.
 */
export async function recallLegacy(
  project: Project,
  { out, id }: { out: Out; id: ObjectId },
): Promise<void> {
  const cache = project.cache("md5");
  const legacy = project.cache("md5-dos2unix");
  const wanted = objectId(out.md5 ?? "");
  const listing: Listing = id.endsWith(".dir")
    ? await readListing(cache, id) ?? emptyListing
    : listingOfOne("", id);
  const names: ObjectId[] = [];
  for (const one of listing.ids) {
    names.push((await hashFile(cache.pathOf(one), "md5-dos2unix")).id as ObjectId);
  }
  const rewritten = makeListing(listing.paths, names);
  const found = id.endsWith(".dir") ? `${hashBlocks(listingBlocks(rewritten))}.dir` : names[0];
  if (found !== wanted) {
    throw new DvtError(
      "corrupt",
      `'${out.path}' was imported as ${wanted}, its source has ${found}`,
      {
        hint: "to take what is there now, run dvt update",
      },
    );
  }
  for (const [i, name] of names.entries()) {
    const from = listing.ids.at(i);
    if (legacy.lists(name)) continue;
    const { failed } = await deliver([{ id: from, target: legacy.targetFor(name) }], cache, {
      mode: objectMode,
      temporaryFolder: legacy.temporaryFolder(),
      signal: project.context.signal,
    });
    for (const { error } of failed) throw error;
    legacy.noteArrival(name);
  }
  if (id.endsWith(".dir") && !legacy.lists(wanted)) {
    legacy.insertBlocks(wanted, listingBlocks(rewritten));
  }
}
