/**
 * Which objects a remote has, by listing or by asking for each, whichever is cheaper.
 *
 * @module
 */
import { eachAtOnce } from "../platform/pool.ts";
import type { Storage } from "../storage/storage.ts";
import { type HashName, isObjectId, type ObjectId, objectPath, prefixPath } from "./object_id.ts";

/** From so many objects on, listing the prefix folders that occur beats asking for each. */
const listingPays = 512;

/** Those of `ids` that a remote does not have. Refusals and broken connections throw. */
export async function missingOnRemote(
  store: { readonly storage: Storage; readonly hash: HashName },
  ids: Iterable<ObjectId>,
): Promise<Set<ObjectId>> {
  const wanted = new Set(ids);
  const signal = new AbortController().signal;
  const limit = store.storage.concurrency;
  if (store.storage.canList && wanted.size >= listingPays) {
    const prefixes = new Set<string>();
    for (const id of wanted) prefixes.add(id.slice(0, 2));
    await eachAtOnce(prefixes, async (prefix) => {
      const folder = `${prefixPath(prefix, store.hash)}/`;
      for await (const { path } of store.storage.list(folder)) {
        const name = prefix + path.slice(folder.length);
        if (isObjectId(name)) wanted.delete(name);
      }
    }, { limit, signal });
    return wanted;
  }
  const missing = new Set<ObjectId>();
  await eachAtOnce(wanted, async (id) => {
    if (await store.storage.stat(objectPath(id, store.hash)) === undefined) missing.add(id);
  }, { limit, signal });
  return missing;
}
