/**
 * The content of a tracked folder: the `.dir` object, in DVC's bytes.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { IdColumn } from "./id_column.ts";
import { isDirectoryId, isObjectId, type ObjectId } from "./object_id.ts";

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

// ---- bytes ----------------------------------------------------------------

const plain = /^[ !#-[\]-~]*$/;

/** A string as Python's `json.dumps` writes it: everything outside ASCII escaped. */
export function jsonString(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

const blockEntries = 4096;

/** The bytes of the `.dir` object, in blocks so that a million entries need no second copy. */
export function* listingBlocks(listing: Listing): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let text = "[";
  for (let i = 0; i < listing.paths.length; i++) {
    if (i > 0) text += ", ";
    text += `{"md5": "${listing.ids.at(i)}", "relpath": ${jsonString(listing.paths[i] ?? "")}}`;
    if (i % blockEntries === blockEntries - 1) {
      yield encoder.encode(text);
      text = "";
    }
  }
  yield encoder.encode(text + "]");
}

/**
 * Reads a `.dir` object. A listing comes from a stranger's remote, so it is refused whole
 * (`corrupt`) when it is not JSON of the right shape or when a path could leave the folder.
 */
export function parseListing(bytes: Uint8Array, id: ObjectId): Listing {
  const paths: string[] = [];
  const ids = new IdColumn();
  for (const piece of jsonPieces(bytes)) {
    let entries: unknown;
    try {
      entries = JSON.parse(piece);
    } catch (error) {
      throw new DvtError("corrupt", `object ${id} is corrupted: it is not JSON`, { cause: error });
    }
    if (!Array.isArray(entries)) {
      throw new DvtError("corrupt", `object ${id} is corrupted: it is not a list of files`);
    }
    for (const entry of entries) {
      const relpath: unknown = entry?.relpath;
      const md5: unknown = entry?.md5;
      if (typeof relpath !== "string" || typeof md5 !== "string") {
        throw new DvtError("corrupt", `object ${id} is corrupted: an entry lacks relpath or md5`);
      }
      assertSafeRelpath(relpath, id);
      paths.push(relpath);
      if (!isObjectId(md5) || isDirectoryId(md5)) {
        throw new DvtError("corrupt", `object ${id} is corrupted: '${md5}' is not an MD5 hash`);
      }
      ids.push(md5);
    }
  }
  const listing = makeListing(paths, ids);
  for (let i = 1; i < listing.paths.length; i++) {
    if (listing.paths[i] === listing.paths[i - 1]) {
      throw new DvtError(
        "corrupt",
        `object ${id} is corrupted: '${listing.paths[i]}' is in it twice`,
      );
    }
  }
  return listing;
}

const pieceSize = 1 << 20;

/**
 * Cuts DVC's own layout between two entries, so that a listing of 90 MB is not held as one text.
 * The border `"}, {"` cannot occur inside a JSON string, where quotes are escaped.
 */
function* jsonPieces(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  if (bytes.length <= 2 * pieceSize) {
    yield decoder.decode(bytes);
    return;
  }
  let start = 0;
  while (bytes.length - start > 2 * pieceSize) {
    const border = findBorder(bytes, start + pieceSize);
    if (border < 0) break;
    yield (start === 0 ? "" : "[") + decoder.decode(bytes.subarray(start, border + 2)) + "]";
    start = border + 4;
  }
  yield (start === 0 ? "" : "[") + decoder.decode(bytes.subarray(start));
}

function findBorder(bytes: Uint8Array, from: number): number {
  const border = [0x22, 0x7d, 0x2c, 0x20, 0x7b, 0x22]; // "}, {"
  for (let at = bytes.indexOf(0x7d, from); at > 0; at = bytes.indexOf(0x7d, at + 1)) {
    if (border.every((byte, i) => bytes[at - 1 + i] === byte)) return at - 1;
  }
  return -1;
}

function assertSafeRelpath(relpath: string, id: ObjectId): void {
  if (!isSafeRelpath(relpath)) {
    throw new DvtError(
      "corrupt",
      `object ${id} is refused: its path '${relpath}' would leave the folder`,
      { hint: "the registry that published this listing is broken or hostile" },
    );
  }
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
