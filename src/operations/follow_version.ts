/**
 * Which tag an import follows by a range of versions.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isVersionRange } from "../platform/version_ranges.ts";
import { artifactAt } from "../registry/declared_artifacts.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { bestInRange, type VersionTag, versionTags } from "../registry/version_tags.ts";

/** Refuses what is no range, before anybody is asked. */
export function checkRange(range: string): void {
  if (isVersionRange(range)) return;
  throw new DvtError("failed", `'${range}' is no range of versions`, {
    hint: "write it as in '^1.2', '~1.2.3', '>=1 <3' or '1.x'",
  });
}

/** The versions of what is at a path of a source, the highest first. */
export async function versionsAt(snapshot: Snapshot, path: string): Promise<VersionTag[]> {
  const artifact = (await artifactAt(snapshot, snapshot.treePath(path)))?.fullName;
  return versionTags(await snapshot.tagNames(), { path, artifact });
}

/** The tag of the highest version of a path in a range. */
export async function tagInRange(
  snapshot: Snapshot,
  { path, range }: { path: string; range: string },
): Promise<string> {
  const tags = await versionsAt(snapshot, path);
  return bestInRange(tags, { range, path, label: snapshot.label }).name;
}
