/**
 * Files to hash and whom to tell: what every way of hashing takes.
 *
 * @module
 */
import type { HashName } from "./hasher.ts";

/** Files up to this size are held whole while they are hashed, so that their bytes can be had. */
export const HELD_SIZE: number = 1024 * 1024;

/** Receives what is found, file by file, in no particular order. */
export interface HashSink {
  /**
   * A file was hashed. `bytes` are there with `keepBytes` and at most {@linkcode HELD_SIZE} bytes,
   * and only until the call returns; `size` is what was really read.
   */
  done(index: number, digest: string, bytes: Uint8Array | undefined, size: number): void;
  /** A file could not be read, or its copy not be written. The work goes on. */
  failed(index: number, error: unknown): void;
  /**
   * With `keepBytes`, asked for each file that is too large to be held: the path of a new file that
   * shall receive its bytes as they are read. It is complete and closed when `done` is called, and
   * removed again when the work fails or stops.
   */
  copyTo?(index: number): string | undefined;
}

/** How files are hashed. */
export interface HashOptions {
  readonly hash: HashName;
  /** Whether the sink wants the bytes of small files and copies of large ones. */
  readonly keepBytes: boolean;
  /** Permission bits of copies. */
  readonly mode?: number;
  /** At most so many threads; where absent, as many as pay. Threads never keep bytes. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told of work done since the last call, some twenty times a second. */
  readonly onProgress?: (files: number, bytes: number) => void;
}

/** One call of `hashFiles`. */
export interface HashWork {
  readonly paths: readonly string[];
  /** In bytes; may be stale. */
  readonly sizes: ArrayLike<number>;
  readonly sink: HashSink;
  readonly options: HashOptions;
}
