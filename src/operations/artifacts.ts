/**
 * What is known of the artifacts of a repository: what its `dvc.yaml` files declare, and what its
 * tags say of their versions.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { allArtifacts, type DeclaredArtifact } from "../registry/declared_artifacts.ts";
import { parseArtifactName } from "../registry/gto_tag.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { openSource } from "../registry/source.ts";
import { type ArtifactState, foldTags } from "../registry/versions.ts";

/** An artifact: declared, or with versions, or both. */
export interface ArtifactEntry {
  /** `NAME`, or `DIRECTORY:NAME`. */
  readonly name: string;
  /** As the newest commit declares it; absent where it does not. */
  readonly declared: DeclaredArtifact | undefined;
  /** What its tags add up to; absent where there are none. */
  readonly state: ArtifactState | undefined;
}

/** All artifacts, ordered by name. */
export async function listArtifacts(
  { url, rev, offline }: { url: string; rev: string | undefined; offline: boolean },
  context: Context,
): Promise<ArtifactEntry[]> {
  const snapshot = await openSource({ url, rev, offline }, context);
  return await entriesOf(snapshot, context);
}

/** One artifact; throws `not-found` where nothing declares it and no tag speaks of it. */
export async function showArtifact(
  { url, name, offline }: { url: string; name: string; offline: boolean },
  context: Context,
): Promise<ArtifactEntry> {
  const snapshot = await openSource({ url, offline }, context);
  const entries = await entriesOf(snapshot, context);
  const full = parseArtifactName(name)?.full ?? name;
  const found = entries.find((one) => one.name === full);
  if (found !== undefined) return found;
  const known = entries.map((one) => one.name);
  throw new DvtError("not-found", `'${snapshot.label}' has no artifact '${full}'`, {
    hint: known.length === 0
      ? "declare it in the 'artifacts' section of a dvc.yaml, or register a version"
      : `it has ${known.slice(0, 10).join(", ")}`,
  });
}

/** The version that a repository calls the newest; undefined where none is registered. */
export function latestVersion(state: ArtifactState | undefined): string | undefined {
  return state?.versions.find(({ registered }) => registered)?.version;
}

async function entriesOf(snapshot: Snapshot, context: Context): Promise<ArtifactEntry[]> {
  const declared = await allArtifacts(snapshot, (error) => context.reporter.warn(error.message));
  const states = foldTags(await snapshot.tags());
  const names = new Set([...declared.map((one) => one.fullName), ...states.keys()]);
  return [...names].sort().map((name) => ({
    name,
    declared: declared.find((one) => one.fullName === name),
    state: states.get(name),
  }));
}
