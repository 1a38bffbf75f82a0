/**
 * How many threads some hashing is worth.
 *
 * @module
 */
import { mayUseHashWorkers } from "./hash_worker.ts";
import type { HashWork } from "./hash_work.ts";

/** Files up to this size count as small: opening them takes longer than hashing them. */
export const SMALL_FILE: number = 64 * 1024;

/** Fewer large files side by side would leave lanes of the engine empty. */
export const LARGE_FILES_EACH = 8;

/** A thread more must have so much to do that its start (some 30 ms) does not matter. */
const SMALL_FILES_EACH = 10_000;
const BYTES_EACH = 512 * 1024 * 1024;

const MOST_THREADS = 8;

/** How many threads should hash some files, this one included. */
export function threadsFor({ sizes, paths, options }: HashWork): number {
  if (options.keepBytes || !mayUseHashWorkers()) return 1;
  let small = 0;
  let large = 0;
  let bytes = 0;
  for (let index = 0; index < paths.length; index++) {
    const size = sizes[index] ?? 0;
    if (size <= SMALL_FILE) small++;
    else large++;
    bytes += size;
  }
  const worthwhile = Math.floor(small / SMALL_FILES_EACH) +
    Math.floor(Math.min(large / LARGE_FILES_EACH, bytes / BYTES_EACH));
  const most = Math.min(options.threads ?? MOST_THREADS, navigator.hardwareConcurrency);
  return Math.max(1, Math.min(worthwhile, most));
}
