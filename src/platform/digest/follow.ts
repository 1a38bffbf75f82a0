/**
 * Hashing a file on another processor while it is being written: what has just been written is
 * read back out of the system's memory, so that what is hashed is what lies in the file.
 *
 * @module
 */
import { type FollowAnswer, startHashWorker } from "./hash_worker.ts";
import type { HashName } from "./hasher.ts";

/** A thread that follows one file. Dispose it when done. */
export interface Follower extends Disposable {
  /** Tells how many bytes are in the file by now. */
  grew(size: number): void;
  /** The hash of the whole file, which is written and closed; fails where the thread died. */
  digestHex(size: number): Promise<string>;
}

/** So much is told at once. */
const step = 4 << 20;

/** A thread costs memory, and more of them than processors bring nothing. */
let following = 0;

/**
 * Starts to follow a file from its beginning; undefined where no threads may be used, or all other
 * processors are at it.
 */
export function followFile(path: string, hash: HashName): Follower | undefined {
  if (following >= navigator.hardwareConcurrency - 1) return undefined;
  const worker = startHashWorker();
  if (worker === undefined) return undefined;
  following++;
  const answer = Promise.withResolvers<string>();
  answer.promise.catch(() => {}); // whoever asks for it learns of it
  let told = 0;
  let isReady = false;
  const tell = (upTo: number, isWhole: boolean) => {
    if (isReady) worker.postMessage({ follow: path, hash, upTo, isWhole });
  };
  let whole: number | undefined;
  worker.onmessage = ({ data }: MessageEvent<FollowAnswer | "ready">) => {
    if (data === "ready") {
      isReady = true;
      tell(told, false);
      if (whole !== undefined) tell(whole, true);
    } else if (data.digest !== undefined) answer.resolve(data.digest);
    else answer.reject(new Error("the file could not be read while it was written"));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error("the thread that hashes ended"));
  };
  return {
    grew(size) {
      if (size - told < step) return;
      told = size;
      tell(size, false);
    },
    digestHex(size) {
      whole = size;
      tell(size, true);
      return answer.promise;
    },
    [Symbol.dispose]() {
      worker.terminate();
      following--;
    },
  };
}
