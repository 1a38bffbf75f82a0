/**
 * Small files, whole: read back to back into the engine's memory, hashed together, handed on.
 *
 * @module
 */
import { type Arena, ARENA_SIZE, arenaOf, MAX_JOBS } from "./arena.ts";
import { convertLineEnds, looksLikeText } from "./dos2unix.ts";
import { type Engine, JOB_WORDS, LANES, PADDING } from "./engine.ts";
import { type HashWork, HELD_SIZE } from "./hash_work.ts";
import type { Pace } from "./pace.ts";
import type { ReadSpeed } from "./read_speed.ts";
import { readWhole, readWholeBeside } from "./read_whole.ts";

/** A batch that has this many bytes and files is hashed; more would leave the processor's cache. */
const ENOUGH_BYTES = 1024 * 1024;
const ENOUGH_FILES = 2 * LANES;

/** Where reading is slow, larger batches keep more reads in flight. */
const BESIDE_BYTES = 4 * 1024 * 1024;
const BESIDE_READS = 32;

/** Collects small files into batches. */
export class HeldFiles {
  readonly #engine: Engine;
  readonly #work: HashWork;
  readonly #pace: Pace;
  readonly #speed: ReadSpeed;
  readonly #tooLarge: (index: number) => void;
  readonly #arena: Arena;
  /** By place in the batch: which file, where its bytes lie, how many they are. */
  readonly #indices = new Uint32Array(MAX_JOBS);
  readonly #starts = new Uint32Array(MAX_JOBS);
  readonly #lengths = new Uint32Array(MAX_JOBS);
  #count = 0;
  #next: number;
  #began = 0;
  /** Files that are only given a place while the batch fills, and read together at its end. */
  #waiting: { index: number; start: number; length: number }[] | undefined;

  /** `tooLarge` is told of files that turn out larger than {@linkcode HELD_SIZE}. */
  constructor(
    engine: Engine,
    work: HashWork,
    { pace, speed, tooLarge }: {
      pace: Pace;
      speed: ReadSpeed;
      tooLarge: (index: number) => void;
    },
  ) {
    this.#engine = engine;
    this.#work = work;
    this.#pace = pace;
    this.#speed = speed;
    this.#tooLarge = tooLarge;
    this.#arena = arenaOf(engine);
    this.#next = this.#arena.data;
  }

  /** Takes a file into the batch. Answers whether the batch is full and must be flushed. */
  add(index: number): boolean {
    if (this.#next === this.#arena.data) this.#begin(); // every file leaves its padding behind
    if (this.#waiting === undefined) this.#read(index);
    else this.#reserve(index, this.#waiting);
    const bytes = this.#next - this.#arena.data;
    const files = this.#waiting?.length ?? this.#count;
    const enough = this.#waiting === undefined ? ENOUGH_BYTES : BESIDE_BYTES;
    return files === MAX_JOBS || bytes > ARENA_SIZE - HELD_SIZE ||
      (bytes >= enough && files >= ENOUGH_FILES);
  }

  /** Hashes what is in the batch and empties it. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      await this.#readWaiting(waiting);
    } else if (this.#count > 0) {
      const bytes = this.#next - this.#arena.data;
      this.#speed.took(performance.now() - this.#began, { files: this.#count, bytes });
    }
    this.#hash();
  }

  #begin(): void {
    this.#began = performance.now();
    this.#waiting = this.#speed.slow() ? [] : undefined;
  }

  #read(index: number): void {
    const { paths, sizes, sink } = this.#work;
    const start = this.#next;
    let length: number;
    try {
      const room = this.#engine.bytes.subarray(start, start + HELD_SIZE + 1);
      length = readWhole(paths[index] ?? "", room, sizes[index] ?? 0);
    } catch (error) {
      sink.failed(index, error);
      return;
    }
    if (length > HELD_SIZE) this.#tooLarge(index);
    else this.#enlist(index, start, length);
  }

  #reserve(index: number, waiting: { index: number; start: number; length: number }[]): void {
    const length = this.#work.sizes[index] ?? 0;
    waiting.push({ index, start: this.#next, length });
    const copies = this.#work.options.hash === "md5" ? 1 : 2;
    this.#next = (this.#next + length * copies + PADDING + 63) & ~63;
  }

  async #readWaiting(
    waiting: readonly { index: number; start: number; length: number }[],
  ): Promise<void> {
    const { paths, sink } = this.#work;
    const lengths = new Float64Array(waiting.length).fill(-1);
    const faults = new Map<number, unknown>();
    let next = 0;
    const readOn = async () => {
      for (let at = next++; at < waiting.length; at = next++) {
        const { index, start, length } = waiting[at] ?? { index: 0, start: 0, length: 0 };
        const room = this.#engine.bytes.subarray(start, start + length + 1);
        try {
          lengths[at] = await readWholeBeside(paths[index] ?? "", room, length);
        } catch (error) {
          faults.set(at, error);
        }
      }
    };
    await Promise.all(Array.from({ length: BESIDE_READS }, readOn));
    const changed: number[] = [];
    waiting.forEach(({ index, start, length }, at) => {
      if (faults.has(at)) sink.failed(index, faults.get(at));
      else if (lengths[at] === length) this.#enlist(index, start, length);
      else changed.push(index);
    });
    // What is not as long as announced had too little room or too much: once more, one by one.
    for (const index of changed) {
      this.#hash();
      this.#read(index);
    }
  }

  #hash(): void {
    const { jobs, digits, data } = this.#arena;
    const { sink, options: { keepBytes } } = this.#work;
    const count = this.#count;
    this.#count = 0;
    this.#next = data;
    if (count === 0) return;
    this.#engine.whole(jobs, count);
    const digests = this.#engine.hex(jobs, count, digits);
    let total = 0;
    for (let at = 0; at < count; at++) {
      const start = this.#starts[at] ?? 0;
      const length = this.#lengths[at] ?? 0;
      const bytes = keepBytes ? this.#engine.bytes.subarray(start, start + length) : undefined;
      sink.done(this.#indices[at] ?? 0, digests.slice(32 * at, 32 * at + 32), bytes, length);
      total += length;
    }
    this.#pace.count(count, total);
  }

  /** Makes a file that was read a job of the batch. */
  #enlist(index: number, start: number, length: number): void {
    const { words, bytes } = this.#engine;
    let message = start;
    let messageLength = length;
    if (this.#work.options.hash === "md5-dos2unix") {
      const content = bytes.subarray(start, start + length);
      if (content.includes(13) && looksLikeText(content)) {
        // Beside the content, which somebody may want as it is.
        message = start + length;
        bytes.copyWithin(message, start, start + length);
        messageLength = convertLineEnds(bytes.subarray(message, message + length));
      }
    }
    const at = this.#count++;
    this.#indices[at] = index;
    this.#starts[at] = start;
    this.#lengths[at] = length;
    const job = (this.#arena.jobs >> 2) + at * JOB_WORDS;
    words[job + 4] = message;
    words[job + 5] = messageLength;
    this.#next = (message + messageLength + PADDING + 63) & ~63;
  }
}
