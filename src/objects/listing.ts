/**
 * The content of a tracked folder. Its bytes, the `.dir` object, are `listing_bytes.ts`'s.
 *
 * @module
 */
import { IdColumn } from "./id_column.ts";
import type { ObjectId } from "./object_id.ts";

/** Files of a folder in DVC's order: `paths[i]` has the content `ids[i]`. */
export interface Listing {
  /** POSIX, relative to the folder, sorted by code point, no duplicates. */
  readonly paths: readonly string[];
  readonly ids: IdColumn;
}

/** A listing without files. */
export const emptyListing: Listing = { paths: [], ids: new IdColumn() };

/** A listing of a single file. */
export function listingOfOne(path: string, id: ObjectId): Listing {
  return { paths: [path], ids: IdColumn.of([id]) };
}

/** Orders two strings by code point, where JavaScript's `<` goes by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // A surrogate (part of a code point above U+FFFF) sorts behind every other unit.
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

const surrogate = /[\ud800-\udfff]/;

/** The positions of `paths` in DVC's order; undefined if they are in it. */
export function sortedOrder(paths: readonly string[]): Uint32Array | undefined {
  const at = (i: number) => paths[i] ?? "";
  let sorted = true;
  let astral = false;
  for (let i = 0; i < paths.length; i++) {
    if (i > 0 && sorted && at(i - 1) >= at(i)) sorted = false;
    if (!astral && surrogate.test(at(i))) astral = true;
  }
  if (sorted && !astral) return undefined;
  const order = new Uint32Array(paths.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (astral) return order.sort((i, j) => compareCodePoints(at(i), at(j)));
  return order.sort((i, j) => (at(i) < at(j) ? -1 : at(i) > at(j) ? 1 : 0));
}

/** A listing of files in any order. */
export function makeListing(
  paths: readonly string[],
  ids: IdColumn | readonly ObjectId[],
): Listing {
  const column = ids instanceof IdColumn ? ids : IdColumn.of(ids);
  const order = sortedOrder(paths);
  if (order === undefined) return { paths, ids: column };
  const sortedPaths: string[] = new Array(order.length);
  const sortedIds = new IdColumn(order.length);
  order.forEach((from, to) => {
    sortedPaths[to] = paths[from] ?? "";
    sortedIds.copy(to, column.words, from);
  });
  return { paths: sortedPaths, ids: sortedIds };
}

/** The position of a path in a listing, or -1. */
export function findInListing(listing: Listing, path: string): number {
  const at = lowerBound(listing, path);
  return listing.paths[at] === path ? at : -1;
}

function lowerBound(listing: Listing, path: string): number {
  let low = 0;
  let high = listing.paths.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCodePoints(listing.paths[middle] ?? "", path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of a listing below a folder, with paths relative to that folder; undefined if none. */
export function listingBelow(listing: Listing, folder: string): Listing | undefined {
  if (folder === "") return listing;
  const prefix = folder + "/";
  const start = lowerBound(listing, prefix);
  const paths: string[] = [];
  const ids = new IdColumn();
  for (let i = start; i < listing.paths.length; i++) {
    const path = listing.paths[i] ?? "";
    if (!path.startsWith(prefix)) break;
    paths.push(path.slice(prefix.length));
    ids.push(listing.ids.at(i));
  }
  return paths.length === 0 ? undefined : { paths, ids };
}

/**
 * Whether a relative path stays below its folder and away from the insides of Git and DVC, on every
 * system: what climbs, names a drive or reads as `.git` elsewhere is no path of a portable dataset.
 * Checked without splitting where that is enough, since it runs for every file of every listing.
 */
export function isSafeRelpath(path: string): boolean {
  if (path === "" || path.includes("\0") || path.startsWith("\\")) return false;
  if (path[1] === ":" && /^[A-Za-z]:([\\/]|$)/.test(path)) return false;
  const plain = !path.includes("/.") && !path.startsWith(".") && !path.includes("\\");
  if (plain && !path.includes("~")) {
    return !path.startsWith("/") && !path.endsWith("/") && !path.includes("//");
  }
  if (path.split("/").some((part) => part === "" || part === ".")) return false;
  return path.split(/[\\/]/).every((part) => part !== ".." && !isReserved(part));
}

/** Whether some system takes a name for Git's or DVC's folder. */
function isReserved(name: string): boolean {
  // Windows drops dots and blanks at the end, macOS passes over marks that nobody sees.
  const seen = name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .replace(/[. ]+$/, "").toLowerCase();
  return seen === ".git" || seen === ".dvc" || seen === "git~1";
}
