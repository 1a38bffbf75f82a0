/**
 * Hashing many files at once, one read of each byte.
 *
 * @module
 */
import { breathe, stopIfAborted } from "../pool.ts";
import { createHasher, type HashName } from "./hasher.ts";

/** Files up to this size are held whole while they are hashed, so that their bytes can be had. */
export const HELD_SIZE: number = 1024 * 1024;

/** Receives what {@linkcode hashFiles} finds, file by file, in no particular order. */
export interface HashSink {
  /**
   * A file was hashed. `bytes` are there with `keepBytes` and at most {@linkcode HELD_SIZE} bytes,
   * and only until the call returns; `size` is what was really read.
   */
  done(index: number, digest: string, bytes: Uint8Array | undefined, size: number): void;
  /** A file could not be read, or its copy not be written. The work goes on. */
  failed(index: number, error: unknown): void;
  /**
   * Asked for each file that is not held: the path of a new file that shall receive its bytes as
   * they are read. The file is complete and closed when `done` is called, and removed again before
   * `failed` is.
   */
  copyTo?(index: number): string | undefined;
}

/** How files are hashed. */
export interface HashOptions {
  readonly hash: HashName;
  /** Whether the sink wants the bytes of small files. */
  readonly keepBytes: boolean;
  readonly signal?: AbortSignal;
  /** Told of work done since the last call. */
  readonly onProgress?: (files: number, bytes: number) => void;
}

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
  let rest = performance.now() + 50;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index] ?? "";
    let size: number;
    let digest: string;
    let bytes: Uint8Array | undefined;
    try {
      if ((sizes[index] ?? 0) <= HELD_SIZE) {
        bytes = Deno.readFileSync(path);
        const hasher = createHasher(options.hash);
        hasher.update(bytes);
        [digest, size] = [hasher.digestHex(), bytes.length];
        if (size > HELD_SIZE || !options.keepBytes) bytes = undefined;
      } else {
        ({ digest, size } = await copyAndHash(path, sink.copyTo?.(index), options));
      }
    } catch (error) {
      sink.failed(index, error);
      continue;
    }
    sink.done(index, digest, bytes, size);
    options.onProgress?.(1, size);
    if (performance.now() > rest) {
      await breathe();
      if (options.signal !== undefined) stopIfAborted(options.signal);
      rest = performance.now() + 50;
    }
  }
}

/**
 * Copies a file while hashing it, for one large file. The target must not exist; it is removed
 * again when something fails. Without a target the file is hashed only.
 */
export async function copyAndHash(
  source: string,
  target: string | undefined,
  { hash, signal, mode }: { hash: HashName; signal?: AbortSignal; mode?: number },
): Promise<{ digest: string; size: number }> {
  const hasher = createHasher(hash);
  const buffer = new Uint8Array(HELD_SIZE);
  let size = 0;
  using from = Deno.openSync(source);
  using to = target === undefined ? undefined : Deno.openSync(target, {
    write: true,
    createNew: true,
    ...(mode === undefined ? {} : { mode }),
  });
  try {
    for (let round = 1;; round++) {
      const count = from.readSync(buffer);
      if (count === null) break;
      const piece = buffer.subarray(0, count);
      for (let at = 0; to !== undefined && at < count;) at += to.writeSync(piece.subarray(at));
      hasher.update(piece);
      size += count;
      if (round % 32 === 0) await breathe();
      if (signal !== undefined) stopIfAborted(signal);
    }
  } catch (error) {
    if (target !== undefined) Deno.removeSync(target);
    throw error;
  }
  return { digest: hasher.digestHex(), size };
}
