/**
 * What was written a moment ago lies in the system's memory, and is lost with the power.
 *
 * @module
 */
import type { FileFacts } from "./files.ts";
import { openFile } from "./files.ts";
import { eachAtOnce } from "./pool.ts";

/** Systems write within half a minute; after this many milliseconds nobody need wait for it. */
const settled = 60_000;

/** Whether a file's bytes may not have reached the disk yet. */
export function mayBeInMemory({ mtime, ctime }: FileFacts): boolean {
  return Date.now() - Math.max(mtime, ctime) < settled;
}

/** So many files wait for the disk at once, which it is then told of together. */
const atOnce = 64;

/** Waits until the bytes of files have reached the disk. */
export async function syncFiles(paths: Iterable<string>, signal: AbortSignal): Promise<void> {
  await eachAtOnce(paths, async (path) => {
    const file = openFile(path);
    try {
      await file.syncData();
    } finally {
      file.close();
    }
  }, { limit: atOnce, signal });
}
