/**
 * Files of a snapshot → objects in our cache, and what a stage file records of them.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { type Listing, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { lookThrough } from "../platform/files.ts";
import { collectGarbage } from "../platform/garbage.ts";
import type { Project } from "../registry/project.ts";
import { ListedFiles } from "../registry/snapshot_files.ts";
import type { Found, Snapshot } from "../registry/snapshot.ts";
import type { Out } from "../stages/stage_file.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { cacheContent, refuseUnsafe } from "./content.ts";
import { legacyNames } from "./legacy_names.ts";

/** Data that is in the cache now. */
export interface ImportedData {
  readonly facts: Pick<Out, "md5" | "size" | "nfiles">;
  readonly id: ObjectId;
  readonly wanted: Wanted;
  /** Objects that came from the source. */
  readonly moved: number;
  readonly bytes: number;
}

/** Brings what was found into the cache. */
export async function importData(
  project: Project,
  { snapshot, found, jobs }: { snapshot: Snapshot; found: Found; jobs: number | undefined },
): Promise<ImportedData> {
  const files = found.kind === "file" ? [found.file] : await found.files();
  refuseUnsafe(files, snapshot.label);
  const cache = project.cache("md5");
  using progress = project.context.reporter.progress("Importing", { files: files.length });
  const { ids, moved, bytes } = await cacheContent(files, {
    cache,
    names: legacyNames(project.temporaryFolder),
    options: { context: project.context, jobs, progress },
  });
  let size = 0;
  for (const id of ids) size += lookThrough(cache.pathOf(id))?.size ?? 0;
  if (found.kind === "file") {
    const only = ids.at(0);
    const wanted = { kind: "file", id: only, isexec: false } as const;
    return { facts: { md5: only, size }, id: only, wanted, moved, bytes };
  }
  const listing: Listing = files instanceof ListedFiles && ids === files.listing.ids
    ? files.listing
    : makeListing(Array.from(files, (file) => file.path), ids);
  const id = `${hashBlocks(listingBlocks(listing))}.dir` as ObjectId;
  if (!await cache.has(id)) cache.insertBlocks(id, listingBlocks(listing));
  collectGarbage(files.length); // before the data is placed
  return {
    facts: { md5: id, size, nfiles: files.length },
    id,
    wanted: { kind: "directory", id, listing },
    moved,
    bytes,
  };
}
