/**
 * Ranges of versions as package managers write them: `^1.2`, `~1.2.3`, `>=1 <3`, `1.x || 2.x`.
 *
 * @module
 */
import semver from "npm:semver@7.7.3";

/** Whether a text is a range. */
export function isVersionRange(text: string): boolean {
  return text.trim() !== "" && semver.validRange(text) !== null;
}

/** A version with all three numbers: `1.2` is `1.2.0`, `v2` is `2.0.0`; undefined for what is none. */
export function fullVersion(text: string): string | undefined {
  const [, numbers, rest = ""] = /^v?(\d{1,9}(?:\.\d{1,9}){0,2})([-+][\w.+-]+)?$/i.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const padded = [...numbers.split("."), "0", "0"].slice(0, 3).map((one) => String(Number(one)));
  return semver.valid(padded.join(".") + rest) ?? undefined;
}

/** Whether a full version lies in a range. Prereleases do where the range names one. */
export function isInRange(version: string, range: string): boolean {
  return semver.satisfies(version, range);
}

/** Negative when the first of two full versions comes before the other. */
export function compareVersions(a: string, b: string): number {
  return semver.compare(a, b);
}
