/**
 * Tags that continue one another: `cats-dogs-v1`, `cats-dogs-v2`; `v1.9`, `v1.10`;
 * `model@v1.0.0#1`, `model@v1.1.0#4`. Knowing the series, one can say which tag is newer.
 *
 * @module
 */
import { type GtoTag, parseGtoTag } from "./gto_tag.ts";
import {
  compareNumbers,
  comparePrereleases,
  compareSemanticVersions,
  parseSemanticVersion,
} from "./semantic_version.ts";

/** How {@linkcode newerInSeries} chooses. */
export interface SeriesOptions {
  /** Whether prereleases count though the present tag is a release; false if not given. */
  readonly prereleases?: boolean;
}

/**
 * The tags of the same series that are newer than `current`, oldest first; `current` itself may be
 * gone from the list. Empty where `current` is no tag that could have successors.
 */
export function newerInSeries(
  tags: Iterable<string>,
  current: string,
  options: SeriesOptions = {},
): string[] {
  const artifact = parseArtifactTag(current);
  const unique = new Set(tags);
  if (artifact !== undefined) return newerOfArtifact(unique, artifact, options);
  const place = splitTag(current);
  if (place === undefined) return [];
  const wantsPrereleases = options.prereleases === true || place.prerelease.length > 0;
  const newer: TagVersion[] = [];
  for (const name of unique) {
    if (!name.startsWith(place.prefix) || parseArtifactTag(name) !== undefined) continue;
    const other = readTagLike(place, name);
    if (other === undefined || (!wantsPrereleases && other.prerelease.length > 0)) continue;
    if (compareTagVersions(place, other) < 0) newer.push(other);
  }
  return newer.sort(compareTagVersions).map(({ name }) => name);
}

/** `build#12` could assign the stage 12, but people mean a number. */
function parseArtifactTag(name: string): GtoTag | undefined {
  const tag = parseGtoTag(name);
  return tag?.stage !== undefined && /^\d+$/.test(tag.stage) ? undefined : tag;
}

/** A tag's name around the numbers that change in its series. */
interface TagVersion {
  readonly name: string;
  readonly prefix: string;
  /** In digits, most significant first. */
  readonly numbers: readonly string[];
  /** What stands between the numbers; undefined with a single number. */
  readonly separator: string | undefined;
  readonly prerelease: readonly string[];
  readonly suffix: string;
}

/** `-rc.1`, `.dev3`, `beta`; a single letter only as in `1.0b2`. */
const prereleaseShape =
  /^(?:[-._]?(?<word>alpha|beta|rc|pre|preview|dev|snapshot|canary|next|nightly)|(?<letter>[abc])(?=\d))(?<rest>(?:[-._]?\d+)*)(?![A-Za-z0-9])/i;

/** Finds the version in a tag's name: behind a `v`, else with dots, else the last number. */
function splitTag(name: string): TagVersion | undefined {
  // Hashes are no tags, and `v1~2` or `v1^{}` are ways from a tag to something else.
  if (/^[0-9a-f]{7,64}$/i.test(name) || /[~^:\\\s]|@\{/.test(name)) return undefined;
  const runs = [...name.matchAll(/\d+(?:\.\d+)+|\d+(?:-\d+)+|\d+(?:_\d+)+|\d+/g)];
  const behindV = runs.find(({ index }) => /(^|[^A-Za-z])v$/i.test(name.slice(0, index)));
  const dotted = runs.find(([text]) => text.includes("."));
  const run = behindV ?? dotted ?? runs.at(-1);
  if (run === undefined) return undefined;
  return versionAt(name, { start: run.index, text: run[0] });
}

/** Reads a name as a member of the series of `place`; undefined where it is none. */
function readTagLike(place: TagVersion, name: string): TagVersion | undefined {
  const rest = name.slice(place.prefix.length);
  const separator = place.separator ?? ".";
  const shape = { ".": /^\d+(?:\.\d+)*/, "-": /^\d+(?:-\d+)*/, _: /^\d+(?:_\d+)*/ }[separator];
  const text = shape?.exec(rest)?.[0];
  if (text === undefined) return undefined;
  const other = versionAt(name, { start: place.prefix.length, text });
  if (other.suffix !== place.suffix) return undefined;
  // With a separator such as that of dates, the count of numbers is part of the shape.
  const fixed = separator !== "." && other.numbers.length !== place.numbers.length;
  return fixed ? undefined : other;
}

function versionAt(name: string, { start, text }: { start: number; text: string }): TagVersion {
  const tail = name.slice(start + text.length);
  const match = prereleaseShape.exec(tail);
  const { word, letter, rest = "" } = match?.groups ?? {};
  return {
    name,
    prefix: name.slice(0, start),
    numbers: text.split(/[._-]/),
    separator: /[._-]/.exec(text)?.[0],
    prerelease: match === null
      ? []
      : [(word ?? letter ?? "").toLowerCase(), ...rest.match(/\d+/g) ?? []],
    suffix: tail.slice(match?.[0].length ?? 0),
  };
}

/** Missing numbers count as 0. */
function compareTagVersions(a: TagVersion, b: TagVersion): number {
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let i = 0; i < length; i++) {
    const order = compareNumbers(a.numbers[i] ?? "0", b.numbers[i] ?? "0");
    if (order !== 0) return order;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Registrations by version; of tags for one version, the one with the highest counter. */
function newerOfArtifact(
  tags: ReadonlySet<string>,
  current: GtoTag,
  options: SeriesOptions,
): string[] {
  const siblings: { name: string; tag: GtoTag }[] = [];
  for (const name of tags) {
    const tag = parseGtoTag(name);
    if (tag?.artifact === current.artifact) siblings.push({ name, tag });
  }
  if (current.action === "assign") return newerAssignments(siblings, current);
  const here = parseSemanticVersion(current.version ?? "");
  if (current.action !== "register" || here === undefined) return [];

  const wantsPrereleases = options.prereleases === true || here.prerelease.length > 0;
  const best = new Map<string, string>();
  for (const { name, tag } of siblings.sort(byCounter)) {
    const { action, version = "" } = tag;
    if (action === "register") best.set(version, name);
    else if (action === "deregister") best.delete(version);
  }
  const newer = [...best].flatMap(([version, name]) => {
    const parsed = parseSemanticVersion(version);
    if (parsed === undefined || compareSemanticVersions(here, parsed) >= 0) return [];
    return !wantsPrereleases && parsed.prerelease.length > 0 ? [] : [{ name, parsed }];
  });
  return newer.sort((a, b) => compareSemanticVersions(a.parsed, b.parsed)).map(({ name }) => name);
}

function newerAssignments(
  siblings: readonly { name: string; tag: GtoTag }[],
  current: GtoTag,
): string[] {
  return siblings.filter(({ tag }) =>
    tag.action === "assign" && tag.stage === current.stage &&
    compareNumbers(current.counter ?? "0", tag.counter ?? "0") < 0
  ).sort(byCounter).map(({ name }) => name);
}

/** Tags without a counter first, `!` behind what it takes back. */
function byCounter(a: { name: string; tag: GtoTag }, b: { name: string; tag: GtoTag }): number {
  const order = compareNumbers(a.tag.counter ?? "0", b.tag.counter ?? "0");
  if (order !== 0) return order;
  return Number(a.tag.action === "deregister") - Number(b.tag.action === "deregister");
}
