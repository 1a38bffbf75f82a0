/**
 * Threads that hash, and what travels between them. A thread loads the program's own main module,
 * which finds out by {@linkcode isHashWorker} that it is to hash and nothing else: so there is one
 * file to ship, however the program runs.
 *
 * @module
 */
import type { HashName } from "./hasher.ts";

/** Some files to hash, as it travels to a thread: no array of objects. */
export interface HashTask {
  readonly id: number;
  /** Joined by NUL. */
  readonly paths: string;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly hash: HashName;
}

/** What became of a task. Before its first one, a thread says `"ready"`. */
export interface HashAnswer {
  readonly id: number;
  /** 32 characters per file; blanks where it failed. */
  readonly digests: string;
  /** What was really read, in bytes. */
  readonly sizes: Float64Array<ArrayBuffer>;
}

/** A file to hash as it grows: `upTo` bytes of it are there, and, with `isWhole`, no more come. */
export interface FollowTask {
  readonly follow: string;
  readonly hash: HashName;
  readonly upTo: number;
  readonly isWhole: boolean;
}

/** The hash of a whole file; undefined where it could not be read. */
export interface FollowAnswer {
  readonly digest: string | undefined;
}

/** The name by which a thread knows what it is for. */
const NAME = "dvt-hash";

let mainModule: string | undefined;

/**
 * Allows threads, or forbids them again. `url` is a module that calls `serveHashing` where it runs
 * as a hash worker.
 */
export function useHashWorkers(url: string | undefined): void {
  mainModule = url;
}

/** Starts a thread; undefined where none are allowed. */
export function startHashWorker(): Worker | undefined {
  if (mainModule === undefined) return undefined;
  return new Worker(mainModule, { type: "module", name: NAME });
}

/** Whether threads are allowed. */
export function mayUseHashWorkers(): boolean {
  return mainModule !== undefined;
}

/** Whether this is a thread that shall hash. */
export function isHashWorker(): boolean {
  return "WorkerGlobalScope" in globalThis && globalThis.name === NAME;
}
