/**
 * The work of a thread that hashes.
 *
 * @module
 */
import { hashFiles } from "./bulk.ts";
import { engineFor } from "./engine.ts";
import { openForReading } from "../files.ts";
import { createHasher, type Hasher } from "./hasher.ts";
import type { FollowAnswer, FollowTask, HashAnswer, HashTask } from "./hash_worker.ts";

/** What a thread sees of itself. */
interface WorkerScope {
  onmessage: (event: MessageEvent<HashTask | FollowTask>) => void;
  postMessage(answer: HashAnswer | FollowAnswer | "ready", transfer?: Transferable[]): void;
}

const blank = " ".repeat(32);

/** Answers tasks until the thread is ended. */
export function serveHashing(): void {
  const scope = globalThis as unknown as WorkerScope;
  engineFor(Infinity);
  let followed: FollowedFile | undefined;
  scope.onmessage = async ({ data }) => {
    if ("follow" in data) {
      followed ??= new FollowedFile(data);
      const answer = followed.advance(data);
      if (answer !== undefined) scope.postMessage(answer);
      return;
    }
    const { id, paths, sizes, hash } = data;
    const places = paths.split("\0");
    const digests: string[] = places.map(() => blank);
    await hashFiles(places, sizes.slice(), {
      done(index, digest, _bytes, size) {
        digests[index] = digest;
        sizes[index] = size;
      },
      failed() {}, // whoever asked tries again and meets the error itself
    }, { hash, keepBytes: false });
    scope.postMessage({ id, digests: digests.join(""), sizes }, [sizes.buffer]);
  };
  scope.postMessage("ready");
}

/** A file that somebody else is writing. */
class FollowedFile {
  readonly #hasher: Hasher;
  readonly #buffer = new Uint8Array(1 << 20);
  #file: Deno.FsFile | undefined;
  #at = 0;
  #failed = false;

  constructor({ follow, hash }: FollowTask) {
    this.#hasher = createHasher(hash, Infinity);
    try {
      this.#file = openForReading(follow);
    } catch {
      this.#failed = true;
    }
  }

  /** Hashes what is there; answers when the file is whole. */
  advance({ upTo, isWhole }: FollowTask): FollowAnswer | undefined {
    while (!this.#failed && this.#at < upTo) {
      const wanted = this.#buffer.subarray(0, Math.min(this.#buffer.length, upTo - this.#at));
      const count = this.#file?.readSync(wanted) ?? null;
      if (count === null || count === 0) this.#failed = true;
      else {
        this.#hasher.update(wanted.subarray(0, count));
        this.#at += count;
      }
    }
    if (!isWhole) return undefined;
    this.#file?.close();
    return { digest: this.#failed ? undefined : this.#hasher.digestHex() };
  }
}
