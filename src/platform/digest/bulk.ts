/**
 * Hashing many files at once, one read of each byte. What was read can be written elsewhere from
 * the same memory: small files by whoever asked, large ones as they are read.
 *
 * @module
 */
import { stopIfAborted } from "../pool.ts";
import { engineFor } from "./engine.ts";
import { hashWithEngine } from "./engine_files.ts";
import { type HashOptions, type HashSink, HELD_SIZE } from "./hash_work.ts";
import { threadsFor } from "./hash_threads.ts";
import { hashPlainly } from "./plain_files.ts";

export { type HashOptions, type HashSink, HELD_SIZE } from "./hash_work.ts";

/**
 * Hashes files; `sizes` are in bytes and may be stale. Throws `interrupted` when aborted, and what
 * the sink throws.
 */
export async function hashFiles(
  paths: readonly string[],
  sizes: ArrayLike<number>,
  sink: HashSink,
  options: HashOptions,
): Promise<void> {
  if (options.signal !== undefined) stopIfAborted(options.signal);
  let total = 0;
  for (let index = 0; index < paths.length; index++) total += sizes[index] ?? 0;
  const work = { paths, sizes, sink, options };
  const engine = engineFor(total);
  if (engine === undefined) return await hashPlainly(work);
  const threads = threadsFor(work);
  if (threads === 1) return await hashWithEngine(engine, work);
  const { hashWithWorkers } = await import("./hash_workers.ts");
  await hashWithWorkers(engine, work, threads);
}

/**
 * Copies a file while hashing it. The target must not exist; it is removed again when something
 * fails. Without a target the file is hashed only.
 */
export async function copyAndHash(
  source: string,
  target: string | undefined,
  options: Omit<HashOptions, "keepBytes">,
): Promise<{ digest: string; size: number }> {
  let result: { digest: string; size: number } | undefined;
  let fault: unknown;
  const sizes = [Math.max(Deno.statSync(source).size, HELD_SIZE + 1)];
  await hashFiles([source], sizes, {
    done: (_index, digest, _bytes, size) => result = { digest, size },
    failed: (_index, error) => fault = error,
    copyTo: () => target,
  }, { ...options, keepBytes: true });
  if (result === undefined) throw fault;
  return result;
}
