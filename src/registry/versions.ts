/**
 * Versions of artifacts. They are nowhere but in Git tags: folding the tags in the order of their
 * time gives the present state.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { type GtoTag, parseArtifactName, parseGtoTag } from "./gto_tag.ts";
import {
  compareNumbers,
  compareSemanticVersions,
  parseSemanticVersion,
} from "./semantic_version.ts";

/** A tag of a repository. */
export interface TagFacts {
  readonly name: string;
  /** The commit the tag leads to. */
  readonly commit: string;
  /** When it was made, in seconds since 1970. */
  readonly time: number;
  /** Lightweight tags are no events. */
  readonly annotated: boolean;
  readonly author?: string;
  readonly message?: string;
}

/** A tag that is an event in the life of an artifact. */
export interface ArtifactEvent extends GtoTag {
  readonly tag: TagFacts;
}

/** One version of an artifact. */
export interface ArtifactVersion {
  readonly version: string;
  readonly commit: string;
  /** The tag that registered it last. */
  readonly tag: TagFacts;
  /** False once it has been deregistered. */
  readonly registered: boolean;
  /** The stages it is in now. */
  readonly stages: readonly string[];
}

/** A stage and what is in it now. */
export interface ArtifactAssignment {
  readonly stage: string;
  readonly commit: string;
  /** The version registered at that commit, if one is. */
  readonly version: string | undefined;
  readonly tag: TagFacts;
}

/** What all tags of one artifact add up to. */
export interface ArtifactState {
  readonly artifact: string;
  readonly deprecated: boolean;
  /** Newest first by semantic order; deregistered ones included. */
  readonly versions: readonly ArtifactVersion[];
  /** Each stage's present assignments, the latest first. */
  readonly stages: ReadonlyMap<string, readonly ArtifactAssignment[]>;
  /** All events, oldest first. */
  readonly events: readonly ArtifactEvent[];
}

/** Folds all tags of a repository into the state of its artifacts, by name. */
export function foldTags(tags: Iterable<TagFacts>): ReadonlyMap<string, ArtifactState> {
  const events = new Map<string, ArtifactEvent[]>();
  for (const tag of tags) {
    const parsed = tag.annotated ? parseGtoTag(tag.name) : undefined;
    if (parsed === undefined) continue;
    const list = events.get(parsed.artifact) ?? [];
    list.push({ ...parsed, tag });
    events.set(parsed.artifact, list);
  }
  const states = new Map<string, ArtifactState>();
  for (const artifact of [...events.keys()].sort()) {
    states.set(artifact, foldEvents(artifact, (events.get(artifact) ?? []).sort(byTime)));
  }
  return states;
}

/** Tags made in the same second keep the order of their counters. */
function byTime(a: ArtifactEvent, b: ArtifactEvent): number {
  if (a.tag.time !== b.tag.time) return a.tag.time - b.tag.time;
  if (a.counter !== undefined && b.counter !== undefined) {
    const order = compareNumbers(a.counter, b.counter);
    if (order !== 0) return order;
  }
  return a.tag.name < b.tag.name ? -1 : 1;
}

function foldEvents(artifact: string, events: readonly ArtifactEvent[]): ArtifactState {
  const registrations = foldRegistrations(events);
  const versionAt = (commit: string) =>
    registrations.findLast((one) => one.registered && one.commit === commit)?.version;
  const stages = foldAssignments(events, versionAt);
  const versions = registrations.map((one): ArtifactVersion => ({
    ...one,
    stages: [...stages.values()].flat()
      .filter(({ version, commit }) => version === one.version && commit === one.commit)
      .map(({ stage }) => stage).sort(),
  }));
  const last = events.findLast(({ action }) => action !== "unassign" && action !== "deregister");
  return {
    artifact,
    deprecated: last?.action === "deprecate",
    versions: versions.sort(newestFirst),
    stages,
    events,
  };
}

type Registration = Omit<ArtifactVersion, "stages">;

function foldRegistrations(events: readonly ArtifactEvent[]): Registration[] {
  const registrations = new Map<string, Registration>();
  for (const { action, version, tag } of events) {
    if (version === undefined) continue;
    // The same version may have been moved to another commit.
    const key = `${version} ${tag.commit}`;
    if (action === "register") {
      registrations.delete(key);
      registrations.set(key, { version, commit: tag.commit, tag, registered: true });
      continue;
    }
    // Taken back where it was registered; a tag made elsewhere by hand means the version at large.
    const here = registrations.has(key);
    for (const [other, one] of registrations) {
      if (here ? other === key : one.version === version) {
        registrations.set(other, { ...one, registered: false });
      }
    }
  }
  return [...registrations.values()];
}

function foldAssignments(
  events: readonly ArtifactEvent[],
  versionAt: (commit: string) => string | undefined,
): Map<string, ArtifactAssignment[]> {
  const stages = new Map<string, ArtifactAssignment[]>();
  for (const { action, stage, tag } of events) {
    if (stage === undefined) continue;
    const others = (stages.get(stage) ?? []).filter(({ commit }) => commit !== tag.commit);
    if (action === "assign") {
      others.unshift({ stage, commit: tag.commit, version: versionAt(tag.commit), tag });
    }
    if (others.length === 0) stages.delete(stage);
    else stages.set(stage, others);
  }
  return stages;
}

function newestFirst(a: ArtifactVersion, b: ArtifactVersion): number {
  const [one, other] = [parseSemanticVersion(a.version), parseSemanticVersion(b.version)];
  const order = one === undefined || other === undefined ? 0 : compareSemanticVersions(other, one);
  return order !== 0 ? order : b.tag.time - a.tag.time || (a.tag.name < b.tag.name ? 1 : -1);
}

/** Which version of an artifact is wanted; without version and stage the newest. */
export interface ArtifactQuery {
  /** `NAME`, `DIRECTORY:NAME` or `DIRECTORY/dvc.yaml:NAME`. */
  readonly artifact: string;
  readonly version?: string | undefined;
  readonly stage?: string | undefined;
}

/** What was found for an {@linkcode ArtifactQuery}. */
export interface FoundVersion {
  readonly commit: string;
  /** Absent for a stage assigned to a commit without a version. */
  readonly version: string | undefined;
  /** The version has been deregistered; it is found only when it is named. */
  readonly withdrawn: boolean;
}

/** Finds a version; a `not-found` error in DVC's words where there is none. */
export function findVersion(
  artifacts: ReadonlyMap<string, ArtifactState>,
  query: ArtifactQuery,
): FoundVersion {
  const name = parseArtifactName(query.artifact)?.full ?? query.artifact;
  const state = artifacts.get(name);
  const found = state === undefined ? undefined : find(state, query);
  if (found !== undefined) return found;
  const wanted = query.version ?? query.stage;
  const what = wanted === undefined ? name : `${name} @ ${wanted}`;
  throw new DvtError("not-found", `Unable to find artifact '${what}'`, {
    hint: hintFor(state, artifacts),
  });
}

function find(state: ArtifactState, query: ArtifactQuery): FoundVersion | undefined {
  if (query.stage !== undefined) {
    const assigned = state.stages.get(query.stage)?.[0];
    return assigned === undefined
      ? undefined
      : { commit: assigned.commit, version: assigned.version, withdrawn: false };
  }
  // Of a version that was moved, the latest registration counts.
  const candidates = query.version === undefined
    ? state.versions.filter(({ registered }) => registered)
    : state.versions.filter(({ version }) => version === query.version);
  const found = candidates.find(({ registered }) => registered) ?? candidates[0];
  return found === undefined
    ? undefined
    : { commit: found.commit, version: found.version, withdrawn: !found.registered };
}

function hintFor(
  state: ArtifactState | undefined,
  artifacts: ReadonlyMap<string, ArtifactState>,
): string | undefined {
  const few = (names: readonly string[]) =>
    names.slice(0, 10).join(", ") + (names.length > 10 ? ", ..." : "");
  if (state === undefined) {
    return artifacts.size === 0
      ? "no annotated tag there registers a version"
      : `artifacts with versions: ${few([...artifacts.keys()])}`;
  }
  const versions = state.versions.filter(({ registered }) => registered);
  const known = versions.map(({ version }) => version);
  const stages = [...state.stages.keys()].sort();
  return `versions: ${few(known) || "none"}` +
    (stages.length === 0 ? "" : `; stages: ${few(stages)}`);
}
