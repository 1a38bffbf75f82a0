/**
 * Which tags of a repository are versions of some data, and the best of them for a range.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { baseName } from "../platform/paths.ts";
import { compareVersions, fullVersion, isInRange } from "../platform/version_ranges.ts";
import { parseGtoTag } from "./gto_tag.ts";

/** A tag that is a version. */
export interface VersionTag {
  readonly name: string;
  /** With all three numbers. */
  readonly version: string;
}

/**
 * The versions of what is at a path, the highest first: those of the artifact that is declared
 * there; else of the artifact that has its name; else tags that begin with its name
 * (`cats-dogs-v1.2`); else plain ones (`v1.2`).
 */
export function versionTags(
  names: readonly string[],
  { path, artifact }: { readonly path: string; readonly artifact?: string | undefined },
): VersionTag[] {
  const base = baseName(path.replace(/\/+$/, ""));
  const bases = new Set([base, base.replace(/\.[^.]+$/, "")]);
  const ways = [
    () => artifact === undefined ? [] : ofArtifacts(names, (name) => name === artifact),
    () => ofArtifacts(names, (name) => bases.has(name.replace(/^.*:/, ""))),
    () => [...bases].flatMap((one) => ofPrefix(names, one)),
    () => ofPrefix(names, undefined),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found.sort((a, b) => compareVersions(b.version, a.version));
  }
  return [];
}

/** The highest version in a range; throws `not-found` that names what there is. */
export function bestInRange(
  tags: readonly VersionTag[],
  { range, path, label }: { range: string; path: string; label: string },
): VersionTag {
  const found = tags.find(({ version }) => isInRange(version, range));
  if (found !== undefined) return found;
  const known = tags.slice(0, 5).map(({ name }) => name);
  throw new DvtError("not-found", `no version of '${path}' of '${label}' is in '${range}'`, {
    hint: known.length === 0
      ? "no tag there is a version of it"
      : `there are ${known.join(", ")}${tags.length > known.length ? ", …" : ""}`,
  });
}

function ofArtifacts(names: readonly string[], isWanted: (artifact: string) => boolean) {
  const found = new Map<string, VersionTag>();
  const events = names.flatMap((name) => {
    const tag = parseGtoTag(name);
    return tag?.version !== undefined && isWanted(tag.artifact) ? [{ name, tag }] : [];
  });
  const counter = (one: (typeof events)[number]) => Number(one.tag.counter ?? 0);
  for (const { name, tag } of events.sort((a, b) => counter(a) - counter(b))) {
    const version = fullVersion(tag.version ?? "");
    if (version === undefined) continue;
    if (tag.action === "deregister") found.delete(version);
    else found.set(version, { name, version });
  }
  return [...found.values()];
}

function ofPrefix(names: readonly string[], prefix: string | undefined): VersionTag[] {
  return names.flatMap((name) => {
    if (prefix !== undefined && !name.startsWith(prefix)) return [];
    const rest = prefix === undefined ? name : /^[-_@/](.*)$/.exec(name.slice(prefix.length))?.[1];
    const version = rest === undefined ? undefined : fullVersion(rest);
    return version === undefined ? [] : [{ name, version }];
  });
}
