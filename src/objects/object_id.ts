/**
 * Names of objects: data by content.
 *
 * @module
 */
import type { HashName } from "../platform/digest/hasher.ts";
import { DvtError } from "../platform/error.ts";

/** `d8acab…` (32 lower-case hex digits), or the same with `.dir` for a folder's listing. */
export type ObjectId = string & { readonly brand: "ObjectId" };

/**
 * Which of DVC's two hashes names an object, and with it where the object lies: `md5` (3.x, below
 * `files/md5`) or `md5-dos2unix` (2.x, at the top; text was hashed with LF for CRLF).
 */
export type { HashName };

/** Many ids, as a list or in a column. */
export interface ObjectIds extends Iterable<ObjectId> {
  readonly length: number;
}

const shape = /^[0-9a-f]{32}(\.dir)?$/;

/** Whether the text is a well-formed object id. */
export function isObjectId(text: string): text is ObjectId {
  return shape.test(text);
}

/** The text as an object id. Throws `invalid-stage` for anything else, since ids become paths. */
export function objectId(text: string): ObjectId {
  if (!isObjectId(text)) throw new DvtError("invalid-stage", `'${text}' is not an MD5 hash`);
  return text;
}

/** Whether the object is the listing of a folder. */
export function isDirectoryId(id: ObjectId): boolean {
  return id.length === 36;
}

/** The folder that holds the objects whose ids start with two hex digits: `files/md5/ab`. */
export function prefixPath(prefix: string, hash: HashName): string {
  return hash === "md5" ? `files/md5/${prefix}` : prefix;
}

/** Where an object lies below a cache or remote, as a POSIX path: `files/md5/ab/cdef…`. */
export function objectPath(id: ObjectId, hash: HashName): string {
  return `${prefixPath(id.slice(0, 2), hash)}/${id.slice(2)}`;
}
