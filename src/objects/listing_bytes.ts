/**
 * Listings as bytes: the `.dir` object, as DVC writes it.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { IdColumn } from "./id_column.ts";
import { isSafeRelpath, type Listing, makeListing } from "./listing.ts";
import { isDirectoryId, isObjectId, type ObjectId } from "./object_id.ts";

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
 * Reads any `.dir` object. A listing comes from a stranger's remote, so it is refused whole
 * (`corrupt`) when it is not JSON of the right shape or when a path could leave the folder.
 */
export function parseListing(bytes: Uint8Array, id: ObjectId): Listing {
  let entries: unknown;
  try {
    entries = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new DvtError("corrupt", `object ${id} is corrupted: it is not JSON`, { cause: error });
  }
  if (!Array.isArray(entries)) {
    throw new DvtError("corrupt", `object ${id} is corrupted: it is not a list of files`);
  }
  const paths: string[] = [];
  const ids = new IdColumn();
  for (const entry of entries) {
    const relpath: unknown = entry?.relpath;
    const md5: unknown = entry?.md5;
    if (typeof relpath !== "string" || typeof md5 !== "string") {
      throw new DvtError("corrupt", `object ${id} is corrupted: an entry lacks relpath or md5`);
    }
    if (!isSafeRelpath(relpath)) {
      throw new DvtError(
        "corrupt",
        `object ${id} is refused: its path '${relpath}' would leave the folder`,
        { hint: "the registry that published this listing is broken or hostile" },
      );
    }
    if (!isObjectId(md5) || isDirectoryId(md5)) {
      throw new DvtError("corrupt", `object ${id} is corrupted: '${md5}' is not an MD5 hash`);
    }
    paths.push(relpath);
    ids.push(md5);
  }
  const listing = makeListing(paths, ids);
  const twice = repeatedPath(listing);
  if (twice === undefined) return listing;
  throw new DvtError("corrupt", `object ${id} is corrupted: '${twice}' is in it twice`);
}

function repeatedPath({ paths }: Listing): string | undefined {
  for (let i = 1; i < paths.length; i++) if (paths[i] === paths[i - 1]) return paths[i];
  return undefined;
}

const ascii = (text: string) => new TextEncoder().encode(text);
const firstOpening = ascii('[{"md5": "');
const nextOpening = ascii(', {"md5": "');
const middle = ascii('", "relpath": "');
const closing = ascii('"}');
const idDigits = 32;
const quote = 0x22;
const backslash = 0x5c;

/** The longest entry that is waited for: file systems end at 4,096 bytes, escaped six times that. */
const longestEntry = 64 << 10;

/** In place of an entry's end: its bytes are yet to come, or they are in another layout. */
const unfinished = -1;
const otherwise = -2;

/**
 * Reads a listing in the very layout that DVC and dvt write, as its bytes come: without the bytes
 * of all of it, and without an object for each entry. Whatever else is JSON, or no listing at all,
 * is {@linkcode parseListing}'s.
 */
export class ListingReader {
  readonly #paths: string[] = [];
  readonly #ids = new IdColumn();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** What came and is no whole entry yet. */
  #rest: Uint8Array = new Uint8Array();
  #isPlain = true;

  /** Takes the next bytes, which may be overwritten afterwards. False where they are otherwise. */
  push(block: Uint8Array): boolean {
    if (!this.#isPlain) return false;
    const bytes = new Uint8Array(this.#rest.length + block.length);
    bytes.set(this.#rest);
    bytes.set(block, this.#rest.length);
    let at = 0;
    let end = this.#readEntry(bytes, at);
    for (; end >= 0; end = this.#readEntry(bytes, at)) at = end;
    this.#rest = bytes.slice(at);
    this.#isPlain = end === unfinished && this.#rest.length <= longestEntry;
    return this.#isPlain;
  }

  /** The listing, if all of it was in that layout. */
  finish(): Listing | undefined {
    const end = this.#decoder.decode(this.#rest);
    if (!this.#isPlain || end !== (this.#paths.length === 0 ? "[]" : "]")) return undefined;
    const listing = makeListing(this.#paths, this.#ids);
    return repeatedPath(listing) === undefined ? listing : undefined;
  }

  /** Reads the entry at a place and answers where it ends. */
  #readEntry(bytes: Uint8Array, at: number): number {
    const opening = this.#paths.length === 0 ? firstOpening : nextOpening;
    const id = at + opening.length;
    const path = id + idDigits + middle.length;
    if (bytes.length < path) return unfinished;
    if (!holds(bytes, at, opening) || !holds(bytes, id + idDigits, middle)) return otherwise;
    const end = textEnd(bytes, path);
    if (end < 0 || bytes.length < end + closing.length) return unfinished;
    if (!holds(bytes, end, closing)) return otherwise;
    const name = pathOf(this.#decoder.decode(bytes.subarray(path, end)));
    if (name === undefined) return otherwise;
    if (!this.#ids.pushDigits(bytes, id)) return otherwise;
    this.#paths.push(name);
    return end + closing.length;
  }
}

function holds(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** Where the quote is that ends a JSON string whose text begins at a place; -1 if yet to come. */
function textEnd(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quote, start); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let backslashes = 0;
    while (end - backslashes > start && bytes[end - backslashes - 1] === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** Most paths: words between single slashes and dots. Nothing in them needs a second look. */
const ordinary = /^\w[\w-]*(?:[./]\w[\w-]*)*$/;

/** The path that a JSON string says, its quotes left out; undefined where it is none, or unsafe. */
function pathOf(text: string): string | undefined {
  if (ordinary.test(text)) return text;
  try {
    const path: string = JSON.parse(`"${text}"`);
    return isSafeRelpath(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
