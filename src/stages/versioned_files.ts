/**
 * Folders whose listing stands in the stage file itself (`files:`), as registries on cloud-versioned
 * remotes have them.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { isSafeRelpath, type Listing, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { isObjectId, type ObjectId, objectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { CloudVersion, DataFacts, VersionedFile } from "./stage_file.ts";

/**
 * The listing that `files:` spells; undefined where there is none, or where the content of some
 * file has not been seen yet. Throws `invalid-stage` for a path that leaves the folder.
 */
export function listingOfFiles(
  files: readonly VersionedFile[] | undefined,
  stage = "the stage file",
): Listing | undefined {
  if (files === undefined) return undefined;
  const paths: string[] = [];
  const ids: ObjectId[] = [];
  for (const { relpath, md5 } of files) {
    if (!isSafeRelpath(relpath)) {
      throw new DvtError(
        "invalid-stage",
        `'${stage}' names the file '${relpath}', which is refused`,
        {
          hint: "it would be written outside of its folder, or into the insides of Git or DVC",
        },
      );
    }
    if (md5 === undefined || !isObjectId(md5) || md5.endsWith(".dir")) return undefined;
    paths.push(relpath);
    ids.push(md5);
  }
  return makeListing(paths, ids);
}

/** What `files:` makes known of the folder as a whole. */
export function factsOfFiles(
  files: readonly VersionedFile[] | undefined,
  stage: string,
): Pick<DataFacts, "md5" | "size" | "nfiles"> {
  const listing = listingOfFiles(files, stage);
  if (files === undefined || listing === undefined) return {};
  let size: number | undefined = 0;
  for (const file of files) {
    size = file.size === undefined || size === undefined ? undefined : size + file.size;
  }
  return {
    md5: objectId(`${hashBlocks(listingBlocks(listing))}.dir`),
    nfiles: files.length,
    ...(size === undefined ? {} : { size }),
  };
}

/**
 * `files:` of changed content: what is known of files stays with those that did not change. The
 * others get their sizes, in bytes by path.
 */
export function refreshedFiles(
  listing: Listing,
  old: readonly VersionedFile[],
  sizes: ReadonlyMap<string, number>,
): VersionedFile[] {
  const known = new Map(old.map((file) => [file.relpath, file]));
  return listing.paths.map((path, at) => {
    const before = known.get(path);
    if (before !== undefined && before.md5 === listing.ids.at(at)) return before;
    const size = sizes.get(path);
    return {
      relpath: path,
      md5: listing.ids.at(at),
      ...(size === undefined ? {} : { size }),
    };
  });
}

/** What a remote, or without a name any remote, knows of a file by version. */
export function cloudVersion(
  { cloud, etag, versionId }: Pick<DataFacts, "cloud" | "etag" | "versionId">,
  remote?: string,
): CloudVersion | undefined {
  const found = remote === undefined ? Object.values(cloud ?? {})[0] : cloud?.[remote];
  if (found !== undefined) return found;
  // `dvc update` of a worktree notes versions without the name of their remote.
  if (cloud !== undefined || versionId === undefined) return undefined;
  return { versionId, ...(etag === undefined ? {} : { etag }) };
}
