/**
 * Bringing together what two sides made of one folder.
 *
 * @module
 */
import { type Listing, makeListing } from "./listing.ts";
import type { ObjectId } from "./object_id.ts";

/** The merged folder, or the paths that both sides changed differently, in order. */
export type MergedListing =
  | { readonly listing: Listing; readonly conflicts?: undefined }
  | { readonly conflicts: readonly string[] };

/**
 * A three-way merge, file by file: a change of one side is taken, the same change of both is one
 * change, and two different ones are a conflict. So is a file in the place of a folder that the
 * other side has files in.
 */
export function mergeListings(base: Listing, ours: Listing, theirs: Listing): MergedListing {
  const [before, left, right] = [base, ours, theirs].map(byPath) as [Files, Files, Files];
  const merged = new Map<string, ObjectId>();
  const conflicts = new Set<string>();
  for (const path of new Set([...before.keys(), ...left.keys(), ...right.keys()])) {
    const was = before.get(path);
    const our = left.get(path);
    const their = right.get(path);
    const id = our === was ? their : their === was || their === our ? our : "conflict";
    if (id === "conflict") conflicts.add(path);
    else if (id !== undefined) merged.set(path, id);
  }
  for (const path of merged.keys()) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      if (merged.has(path.slice(0, at))) conflicts.add(path.slice(0, at));
    }
  }
  if (conflicts.size > 0) return { conflicts: [...conflicts].sort() };
  return { listing: makeListing([...merged.keys()], [...merged.values()]) };
}

type Files = ReadonlyMap<string, ObjectId>;

function byPath({ paths, ids }: Listing): Files {
  return new Map(paths.map((path, at) => [path, ids.at(at)]));
}
