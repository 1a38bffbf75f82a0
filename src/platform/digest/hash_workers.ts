/**
 * Hashing on several processors: this thread and its helpers take shares of the files until none
 * are left.
 *
 * @module
 */
import { append } from "../append.ts";
import { breathe, stopIfAborted } from "../pool.ts";
import type { Engine } from "./engine.ts";
import { hashWithEngine } from "./engine_files.ts";
import { LARGE_FILES_EACH, SMALL_FILE } from "./hash_threads.ts";
import { type HashAnswer, type HashTask, startHashWorker } from "./hash_worker.ts";
import type { HashWork } from "./hash_work.ts";

/** Shares end at about this much work, in milliseconds. */
const SHARE = 25;
const COST_PER_FILE = 0.006;
const COST_PER_BYTE = 1 / 2.5e6;

/** Each helper has one share under way and one to go on with. */
const SHARES_AHEAD = 2;

/** Hashes files with `threads` threads. */
export async function hashWithWorkers(
  engine: Engine,
  work: HashWork,
  threads: number,
): Promise<void> {
  using team = new Team(work);
  for (let helpers = 1; helpers < threads; helpers++) team.hire();
  for (;;) {
    team.settle();
    const share = team.next();
    if (share !== undefined) await hashWithEngine(engine, team.workOf(share));
    else if (team.busy) await team.news();
    else return;
    await breathe();
    if (work.options.signal !== undefined) stopIfAborted(work.options.signal);
  }
}

/** A helper and the shares it was given. */
interface Helper {
  readonly worker: Worker;
  readonly shares: Map<number, readonly number[]>;
}

/** Deals shares to helpers and gathers what they found. */
class Team implements Disposable {
  readonly #work: HashWork;
  /** All files in the order they are dealt: the largest first, small ones as they come. */
  readonly #order: Uint32Array;
  readonly #helpers = new Set<Helper>();
  readonly #inbox: { share: readonly number[]; answer: HashAnswer }[] = [];
  /** Files that a helper could not read, or that it took to its grave. */
  #again: number[] = [];
  #dealt = 0;
  #shares = 0;
  #news = Promise.withResolvers<void>();
  readonly #wake = (): void => {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  };

  constructor(work: HashWork) {
    this.#work = work;
    const size = (index: number) => work.sizes[index] ?? 0;
    const all = work.paths.map((_, index) => index);
    const large = all.filter((index) => size(index) > SMALL_FILE).sort((a, b) => size(b) - size(a));
    this.#order = Uint32Array.from([...large, ...all.filter((index) => size(index) <= SMALL_FILE)]);
    work.options.signal?.addEventListener("abort", this.#wake);
  }

  /** Whether helpers are at work. */
  get busy(): boolean {
    for (const { shares } of this.#helpers) if (shares.size > 0) return true;
    return this.#inbox.length > 0 || this.#again.length > 0;
  }

  /** Starts a helper. */
  hire(): void {
    const worker = startHashWorker();
    if (worker === undefined) return;
    const helper: Helper = { worker, shares: new Map() };
    worker.onmessage = ({ data }: MessageEvent<HashAnswer | "ready">) => {
      if (data === "ready") {
        for (let ahead = 0; ahead < SHARES_AHEAD; ahead++) this.#deal(helper);
        return;
      }
      const share = helper.shares.get(data.id);
      helper.shares.delete(data.id);
      if (share !== undefined) this.#inbox.push({ share, answer: data });
      this.#deal(helper);
      this.#wake();
    };
    worker.onerror = (event) => {
      event.preventDefault(); // the work is done here instead
      this.#helpers.delete(helper);
      for (const share of helper.shares.values()) append(this.#again, share);
      this.#wake();
    };
    this.#helpers.add(helper);
  }

  /** The next share for this thread, or undefined where none is left. */
  next(): readonly number[] | undefined {
    if (this.#again.length === 0) return this.#take();
    const share = this.#again;
    this.#again = [];
    return share;
  }

  /** A share as work of its own. */
  workOf(share: readonly number[]): HashWork {
    const { paths, sizes, sink, options } = this.#work;
    return {
      paths: share.map((index) => paths[index] ?? ""),
      sizes: share.map((index) => sizes[index] ?? 0),
      sink: {
        done: (at, digest, bytes, size) => sink.done(share[at] ?? 0, digest, bytes, size),
        failed: (at, error) => sink.failed(share[at] ?? 0, error),
      },
      options,
    };
  }

  /** Tells the sink what helpers found. */
  settle(): void {
    for (let mail = this.#inbox.shift(); mail !== undefined; mail = this.#inbox.shift()) {
      const { share, answer: { digests, sizes } } = mail;
      let files = 0;
      let bytes = 0;
      share.forEach((index, at) => {
        const digest = digests.slice(32 * at, 32 * at + 32);
        if (digest.startsWith(" ")) {
          this.#again.push(index);
        } else {
          const size = sizes[at] ?? 0;
          files++;
          bytes += size;
          this.#work.sink.done(index, digest, undefined, size);
        }
      });
      this.#work.options.onProgress?.(files, bytes);
    }
  }

  /** Waits until a helper is heard of or the work is aborted. */
  async news(): Promise<void> {
    if (this.#inbox.length === 0 && this.#again.length === 0) await this.#news.promise;
  }

  [Symbol.dispose](): void {
    for (const { worker } of this.#helpers) worker.terminate();
    this.#work.options.signal?.removeEventListener("abort", this.#wake);
  }

  #take(): readonly number[] | undefined {
    const share: number[] = [];
    for (let cost = 0; this.#dealt < this.#order.length;) {
      if (cost >= SHARE && share.length >= LARGE_FILES_EACH) break;
      const index = this.#order[this.#dealt++] ?? 0;
      share.push(index);
      cost += COST_PER_FILE + (this.#work.sizes[index] ?? 0) * COST_PER_BYTE;
    }
    return share.length === 0 ? undefined : share;
  }

  #deal(helper: Helper): void {
    const share = this.#take();
    if (share === undefined) return;
    const id = this.#shares++;
    const { paths, sizes, options: { hash } } = this.#work;
    const task: HashTask = {
      id,
      paths: share.map((index) => paths[index] ?? "").join("\0"),
      sizes: Float64Array.from(share, (index) => sizes[index] ?? 0),
      hash,
    };
    helper.shares.set(id, share);
    helper.worker.postMessage(task, [task.sizes.buffer]);
  }
}
