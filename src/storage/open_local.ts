/**
 * Paths and `file:` URLs as storages.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, fileUrlPath } from "../platform/paths.ts";
import { LocalStorage } from "./local.ts";
import type { Storage } from "./storage.ts";

/** Opens a folder or file of this machine; relative paths start at the working directory. */
export function openLocalStorage(remote: { url: string }, context: Context): Storage {
  const { url } = remote;
  if (!/^file:/i.test(url)) return new LocalStorage(absolutePath(url, context.directory));
  const path = fileUrlPath(url);
  if (path === undefined) {
    throw new DvtError("configuration", `'${url}' does not name a file of this machine`);
  }
  return new LocalStorage(path);
}
