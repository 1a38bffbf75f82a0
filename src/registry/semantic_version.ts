/**
 * Semantic versions (semver.org): reading and order.
 *
 * @module
 */

/** A version as text in parts; numbers stay text, since they may be of any length. */
export interface SemanticVersion {
  /** Major, minor, patch. */
  readonly numbers: readonly [string, string, string];
  /** `["rc", "1"]` of `1.0.0-rc.1`; empty for a release. */
  readonly prerelease: readonly string[];
  /** `["build", "5"]` of `1.0.0+build.5`; says nothing about order. */
  readonly build: readonly string[];
}

const number = "(0|[1-9]\\d*)";
const identifier = "(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const prereleaseText = `(?:-(${identifier}(?:\\.${identifier})*))?`;
const buildText = "(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?";

/** The shape of a version without `v`, with five groups; no anchors. */
export const semanticVersionText = `${number}\\.${number}\\.${number}${prereleaseText}${buildText}`;

const whole = new RegExp(`^v?${semanticVersionText}$`);

/** Reads `1.2.3-rc.1+build` with or without a `v` before it; undefined for anything else. */
export function parseSemanticVersion(text: string): SemanticVersion | undefined {
  const match = whole.exec(text);
  if (match === null) return undefined;
  const [, major = "", minor = "", patch = "", prerelease, build] = match;
  return {
    numbers: [major, minor, patch],
    prerelease: prerelease?.split(".") ?? [],
    build: build?.split(".") ?? [],
  };
}

/** Negative when `a` comes before `b`, 0 when neither does (build data is not looked at). */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (let i = 0; i < 3; i++) {
    const order = compareNumbers(a.numbers[i] ?? "0", b.numbers[i] ?? "0");
    if (order !== 0) return order;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** A release comes after its prereleases; the longer of two that begin alike comes later. */
export function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [i, one] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/** Numbers in their order, then words in ASCII order. */
function compareIdentifiers(a: string, b: string): number {
  const [numeric, otherNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric && otherNumeric) return compareNumbers(a, b);
  if (numeric !== otherNumeric) return numeric ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Compares whole numbers of any length, written in digits. */
export function compareNumbers(a: string, b: string): number {
  const [one, other] = [a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, "")];
  if (one.length !== other.length) return Math.sign(one.length - other.length);
  return one === other ? 0 : one < other ? -1 : 1;
}
