/**
 * What the project that we stand in holds already.
 *
 * @module
 */
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { findProjectRoot } from "../registry/find_root.ts";
import { openProjectAt } from "../registry/project.ts";

/** The cache of the project around the working directory; nothing where there is none. */
export function nearbyStores(context: Context): ObjectStore[] {
  const root = findProjectRoot(context.directory);
  if (root === undefined) return [];
  try {
    const project = openProjectAt(root, context);
    return [project.cache("md5"), project.cache("md5-dos2unix")];
  } catch (error) {
    // A source can be read from a project that is broken.
    if (error instanceof DvtError && error.kind === "configuration") return [];
    throw error;
  }
}
