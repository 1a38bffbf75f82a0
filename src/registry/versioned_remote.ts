/**
 * Cloud-versioned remotes (`version_aware`, `worktree`): what outputs know of them, as a store.
 *
 * @module
 */
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { HashName, ObjectId } from "../objects/object_id.ts";
import { isObjectId } from "../objects/object_id.ts";
import { type ObjectStore, RemoteStore } from "../objects/object_store.ts";
import { type VersionedPlace, VersionedStore } from "../objects/versioned_store.ts";
import { cloudVersion, listingOfFiles } from "../stages/versioned_files.ts";
import type { RemoteConfig } from "./config.ts";
import type { TrackedOut } from "./tracked.ts";

/** Whether a remote keeps files under their own names, by version; only clouds can. */
export function isVersioned(remote: RemoteConfig): boolean {
  return remote.versionAware && /^(s3|azure|gs):\/\//i.test(remote.url);
}

/** One file of an output: where it lies on a versioned remote, and what it should hold. */
export interface VersionedOutFile extends VersionedPlace {
  readonly id: ObjectId;
}

/** The files of an output as its stage file spells them. */
export function versionedFiles({ out, path }: TrackedOut, remote?: string): VersionedOutFile[] {
  const found: VersionedOutFile[] = [];
  const add = (at: string, file: Parameters<typeof cloudVersion>[0] & { md5?: string }) => {
    if (file.md5 === undefined || !isObjectId(file.md5) || file.md5.endsWith(".dir")) return;
    const versionId = cloudVersion(file, remote)?.versionId;
    found.push({ path: at, id: file.md5, ...(versionId === undefined ? {} : { versionId }) });
  };
  if (out.files === undefined) add(path, out);
  else for (const file of out.files) add(`${path}/${file.relpath}`, file);
  return found;
}

/** A store of what outputs have on a versioned remote. Other remotes are answered as they are. */
export function storeOfOuts(
  store: ObjectStore,
  { remote, hash, outs }: {
    readonly remote: RemoteConfig;
    readonly hash: HashName;
    readonly outs: readonly TrackedOut[];
  },
): ObjectStore {
  if (!isVersioned(remote) || !(store instanceof RemoteStore)) return store;
  const files = new Map<ObjectId, VersionedPlace>();
  const places = new Map<string, VersionedPlace>();
  const listings = new Map<ObjectId, () => Uint8Array<ArrayBuffer>>();
  for (const one of outs) {
    for (const { id, ...place } of versionedFiles(one, remote.name)) {
      places.set(place.path, place);
      // Of several places with the same content, one in a known version is the surest.
      if (files.get(id)?.versionId === undefined) files.set(id, place);
    }
    const { md5 } = one.out;
    const listing = listingOfFiles(one.out.files);
    if (listing === undefined || md5 === undefined || !isObjectId(md5)) continue;
    listings.set(md5, () => joined([...listingBlocks(listing)]));
  }
  return new VersionedStore(store.storage, { hash, content: { files, places, listings } });
}

function joined(blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}
