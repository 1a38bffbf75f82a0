/**
 * Remembers that all files of a listing are in a store, for as long as nothing came into its
 * folders or went. Asking 256 folders for their times takes a thousandth of the time of asking for
 * 100,000 names.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, readTextIfThere } from "../platform/files.ts";
import { isRacy } from "./hash_state.ts";
import type { LocalStore } from "./local_store.ts";
import type { ObjectId } from "./object_id.ts";

/** The door to what was found complete: one small file per listing. Losing it costs time. */
export class Presence {
  readonly #folder: string;

  /** `folder` is native and absolute. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether all files of a listing were there when the store's folders were as they are now. */
  holds(store: LocalStore, id: ObjectId): boolean {
    const noted = readTextIfThere(`${this.#folder}/${id}`);
    return noted !== undefined && noted === stampOf(store)?.text;
  }

  /** Notes that all files of a listing have just been found there. */
  note(store: LocalStore, id: ObjectId): void {
    const stamp = stampOf(store);
    // What changed a moment ago may change again without looking any different.
    if (stamp === undefined || isRacy(stamp.latest, stamp.latest, stamp.looked)) return;
    try {
      makeDirectory(this.#folder);
      writeFileAtomically(`${this.#folder}/${id}`, stamp.text);
    } catch {
      // A project that may only be read, or a full disk: the next run asks for every name again.
    }
  }
}

function stampOf(
  store: LocalStore,
): { readonly text: string; readonly latest: number; readonly looked: number } | undefined {
  const looked = Date.now();
  const folders = store.prefixFolders();
  if (folders.length === 0) return undefined;
  let latest = 0;
  const lines = folders.map(({ name, inode, mtime }) => {
    latest = Math.max(latest, mtime);
    return `${name} ${inode} ${mtime}`;
  });
  return { text: [store.root, store.hash, ...lines].join("\n"), latest, looked };
}
