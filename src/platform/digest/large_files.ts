/**
 * Large files, a piece of each at a time: one lane of the engine per file.
 *
 * @module
 */
import { type Arena, arenaOf } from "./arena.ts";
import { convertLineEnds, LEGACY_CHUNK, looksLikeText } from "./dos2unix.ts";
import { BLOCK, type Engine, JOB_WORDS, LANES, PADDING } from "./engine.ts";
import { FileCopy } from "./file_copy.ts";
import type { HashWork } from "./hash_work.ts";
import type { Pace } from "./pace.ts";
import type { ReadSpeed } from "./read_speed.ts";

/** How much of a file is read at once. All lanes' pieces together fit the processor's cache. */
const PIECE = 128 * 1024;

/** A file under way. */
interface Lane {
  readonly place: number;
  readonly index: number;
  readonly file: FileCopy;
  /** The length of the message, which differs from the file's where line ends were converted. */
  hashed: number;
  /** Bytes short of a block that lie before the next piece. */
  tail: number;
}

/** Brings a queue of large files forward. Disposing it gives up what is under way. */
export class LargeFiles implements Disposable {
  readonly #engine: Engine;
  readonly #work: HashWork;
  readonly #pace: Pace;
  readonly #speed: ReadSpeed;
  readonly #arena: Arena;
  readonly #queue: readonly number[];
  readonly #pieceSize: number;
  readonly #lanes: (Lane | undefined)[] = new Array(LANES).fill(undefined);
  #next = 0;

  constructor(
    engine: Engine,
    work: HashWork,
    { pace, speed, queue }: { pace: Pace; speed: ReadSpeed; queue: readonly number[] },
  ) {
    this.#engine = engine;
    this.#work = work;
    this.#pace = pace;
    this.#speed = speed;
    this.#arena = arenaOf(engine);
    this.#queue = queue;
    this.#pieceSize = work.options.hash === "md5" ? PIECE : LEGACY_CHUNK;
  }

  /** Hashes a piece of each file under way. Answers false when all files are done. */
  async advance(): Promise<boolean> {
    const lanes: Lane[] = [];
    for (let place = 0; place < LANES; place++) {
      const lane = this.#lanes[place] ?? this.#open(place);
      this.#engine.words[(this.#job(place) >> 2) + 5] = 0;
      if (lane !== undefined) lanes.push(lane);
    }
    if (lanes.length === 0) return false;
    const lengths = this.#speed.slow()
      ? await Promise.all(lanes.map((lane) => this.#readBeside(lane)))
      : this.#read(lanes);
    lanes.forEach((lane, at) => this.#enlist(lane, lengths[at] ?? 0));
    this.#engine.run(this.#arena.jobs, LANES);
    for (const lane of lanes) if (this.#lanes[lane.place] === lane) this.#settle(lane);
    return true;
  }

  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane?.file[Symbol.dispose]();
  }

  #job(place: number): number {
    return this.#arena.jobs + place * JOB_WORDS * 4;
  }

  /** Where a lane's pieces are read to. Before it, there is room for the tail of the one before. */
  #room({ place }: Lane): number {
    return this.#arena.data + BLOCK + place * (BLOCK + this.#pieceSize + PADDING + 56);
  }

  #piece(lane: Lane): Uint8Array<ArrayBuffer> {
    const room = this.#room(lane);
    return this.#engine.bytes.subarray(room, room + this.#pieceSize);
  }

  /** Opens the next file of the queue in a lane. */
  #open(place: number): Lane | undefined {
    const { paths, sink, options: { keepBytes, mode } } = this.#work;
    while (this.#next < this.#queue.length) {
      const index = this.#queue[this.#next++] ?? 0;
      const target = keepBytes ? sink.copyTo?.(index) : undefined;
      try {
        const file = new FileCopy(paths[index] ?? "", target, mode);
        const lane = { place, index, file, hashed: 0, tail: 0 };
        this.#lanes[place] = lane;
        this.#engine.start(this.#job(place));
        return lane;
      } catch (error) {
        sink.failed(index, error);
      }
    }
    return undefined;
  }

  #read(lanes: readonly Lane[]): number[] {
    const began = performance.now();
    const lengths = lanes.map((lane) => {
      try {
        return lane.file.read(this.#piece(lane));
      } catch (error) {
        return this.#fail(lane, error);
      }
    });
    const bytes = lengths.reduce((sum, length) => sum + length, 0);
    this.#speed.took(performance.now() - began, { files: lanes.length, bytes });
    return lengths;
  }

  async #readBeside(lane: Lane): Promise<number> {
    try {
      return await lane.file.readBeside(this.#piece(lane));
    } catch (error) {
      return this.#fail(lane, error);
    }
  }

  /** Copies a lane's next piece and makes it a job. */
  #enlist(lane: Lane, read: number): void {
    if (this.#lanes[lane.place] !== lane) return;
    const { words } = this.#engine;
    const piece = this.#piece(lane).subarray(0, read);
    try {
      lane.file.keep(piece);
    } catch (error) {
      this.#fail(lane, error);
      return;
    }
    this.#pace.count(0, read);
    const length = this.#work.options.hash === "md5" || !looksLikeText(piece)
      ? read
      : convertLineEnds(piece);
    const start = this.#room(lane) - lane.tail;
    const filled = lane.tail + length;
    lane.hashed += length;
    lane.tail = filled & (BLOCK - 1);
    const job = this.#job(lane.place) >> 2;
    words[job + 4] = start;
    words[job + 5] = lane.file.ended ? this.#engine.pad(start, filled, lane.hashed) : filled >> 6;
  }

  /** After a round: hands on a finished file, or moves the tail before the next piece. */
  #settle(lane: Lane): void {
    const job = this.#job(lane.place);
    if (!lane.file.ended) {
      const { words, bytes } = this.#engine;
      const end = (words[(job >> 2) + 4] ?? 0) + BLOCK * (words[(job >> 2) + 5] ?? 0);
      bytes.copyWithin(this.#room(lane) - lane.tail, end, end + lane.tail);
      return;
    }
    try {
      lane.file.finish();
    } catch (error) {
      this.#fail(lane, error);
      return;
    }
    this.#lanes[lane.place] = undefined;
    this.#pace.count(1, 0);
    const digest = this.#engine.hex(job, 1, this.#arena.digits);
    this.#work.sink.done(lane.index, digest, undefined, lane.file.size);
  }

  /** Gives a file up. Returns the length of its piece, which is none. */
  #fail(lane: Lane, error: unknown): number {
    this.#lanes[lane.place] = undefined;
    lane.file[Symbol.dispose]();
    this.#work.sink.failed(lane.index, error);
    return 0;
  }
}
