/**
 * Objects of a snapshot: read through the stores of the project that tracks them.
 *
 * @module
 */
import type { Listing } from "../objects/listing.ts";
import { isDirectoryId, type ObjectId } from "../objects/object_id.ts";
import { readListing } from "../objects/read_listing.ts";
import { DvtError } from "../platform/error.ts";
import type { Owner } from "./snapshot_project.ts";

/** Listings of this run by id and place, so that one import asks a remote for it once. */
const read = new WeakMap<object, Map<string, Listing>>();

/** The listing of a tracked folder, from the first store that has it intact. */
export async function listingOf(owner: Owner, id: ObjectId): Promise<Listing> {
  let known = read.get(owner.project);
  if (known === undefined) read.set(owner.project, known = new Map());
  const key = `${owner.tracked.out.hash} ${id}`;
  const found = known.get(key) ?? await firstIntact(owner, id);
  known.set(key, found);
  return found;
}

async function firstIntact(owner: Owner, id: ObjectId): Promise<Listing> {
  const stores = await owner.project.stores(owner.tracked);
  let wrong: DvtError | undefined;
  for (const store of stores) {
    try {
      const listing = await readListing(store, id);
      if (listing !== undefined) return listing;
    } catch (error) {
      if (!(error instanceof DvtError)) throw error;
      if (error.kind !== "storage" && error.kind !== "corrupt") throw error;
      wrong ??= error; // the next place may answer, or have it intact
    }
  }
  throw wrong ?? noData(owner, id, stores.map((store) => store.label));
}

/** The error for data that none of the places has in which it should be. */
export function noData(owner: Owner, id: ObjectId, places: readonly string[]): DvtError {
  const { tracked, project } = owner;
  const where = places.length === 0
    ? `'${project.label}' has no remote to get it from`
    : `object ${id} is not in ${places.map((one) => `'${one}'`).join(", nor in ")}`;
  return new DvtError(
    "missing-data",
    isDirectoryId(id)
      ? `unexpected error - failed to load directory ('${tracked.path}',): ${where}`
      : `the data of '${tracked.path}' cannot be had: ${where}`,
    {
      hint: places.length === 0
        ? "name one with --remote or --remote-config url=…"
        : "ask the registry's keeper to run 'dvt push' (or 'dvc push') there",
    },
  );
}
