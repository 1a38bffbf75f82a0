/**
 * After data went into the cache, the workspace's files become what `cache.type` asks for.
 *
 * @module
 */
import type { HashName } from "../objects/object_id.ts";
import { exists } from "../platform/files.ts";
import type { Project } from "../registry/project.ts";
import { checkoutOutput } from "../workspace/checkout.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { type Scan, scan } from "../workspace/scan.ts";
import { scanOptions } from "./record.ts";

/**
 * Makes an output, which is in the cache as it is in the workspace, a set of links, where links
 * are configured. Copies stay where they are; only links to files become files.
 */
export async function relink(
  project: Project,
  { path, hash, found }: {
    path: string;
    hash: HashName;
    /** The output as it was a moment ago: copies that are to be copies are not looked at again. */
    found?: Scan | undefined;
  },
): Promise<void> {
  const place = project.nativePath(path);
  const { types } = project.config.cache;
  const linked = types[0] === "hardlink" || types[0] === "symlink";
  if (found !== undefined && !linked && !holdsLinks(found)) return;
  if (!exists(place)) return;
  const current = await scan(place, scanOptions(path, { project, hash }));
  if (!linked && !holdsLinks(current)) return;
  const result = await checkoutOutput(place, { current, wanted: asWanted(current) }, {
    path,
    store: project.cache(hash),
    state: project.state,
    types: linked ? types : ["copy"],
    force: true,
    relink: true,
    context: project.context,
  });
  for (const { error } of result.failed) throw error;
}

function holdsLinks(current: Scan): boolean {
  return current.kind === "file" ? current.isLinked : current.kind === "directory" &&
    current.walk.links.length + current.walk.protectedFiles.length > 0;
}

function asWanted(current: Scan): Wanted {
  switch (current.kind) {
    case "missing":
      return { kind: "absent" };
    case "file":
      return { kind: "file", id: current.id, isexec: current.isexec };
    case "directory":
      return { kind: "directory", id: current.id, listing: current.listing() };
  }
}
