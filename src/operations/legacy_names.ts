/**
 * 2.x object → 3.x object, remembered, so that an update of an import from a 2.x registry brings
 * only what changed. Losing it costs a download, never data.
 *
 * @module
 */
import { isObjectId, type ObjectId } from "../objects/object_id.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, readTextIfThere } from "../platform/files.ts";
import type { LegacyNames } from "./content.ts";

/** The names remembered in a folder for what may be lost. */
export function legacyNames(folder: string): LegacyNames {
  const path = `${folder}/dvt/legacy_names`;
  const names = new Map<ObjectId, ObjectId>();
  let loaded = false;
  let changed = false;
  function load(): Map<ObjectId, ObjectId> {
    if (loaded) return names;
    loaded = true;
    for (const line of (readTextIfThere(path) ?? "").split("\n")) {
      const [legacy = "", id = ""] = line.split(" ");
      if (isObjectId(legacy) && isObjectId(id)) names.set(legacy, id);
    }
    return names;
  }
  return {
    get: (legacy) => load().get(legacy),
    set(legacy, id) {
      load().set(legacy, id);
      changed = true;
    },
    save() {
      if (!changed) return;
      changed = false;
      try {
        makeDirectory(`${folder}/dvt`);
        writeFileAtomically(path, [...names].map(([a, b]) => `${a} ${b}\n`).join(""));
      } catch {
        // A project that may only be read, or a full disk: it is only a memory.
      }
    },
  };
}
