/**
 * The work of a thread that hashes.
 *
 * @module
 */
import { hashFiles } from "./bulk.ts";
import { engineFor } from "./engine.ts";
import type { HashAnswer, HashTask } from "./hash_worker.ts";

/** What a thread sees of itself. */
interface WorkerScope {
  onmessage: (event: MessageEvent<HashTask>) => void;
  postMessage(answer: HashAnswer | "ready", transfer?: Transferable[]): void;
}

const blank = " ".repeat(32);

/** Answers tasks until the thread is ended. */
export function serveHashing(): void {
  const scope = globalThis as unknown as WorkerScope;
  engineFor(Infinity);
  scope.onmessage = async ({ data: { id, paths, sizes, hash } }) => {
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
