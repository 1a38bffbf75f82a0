/**
 * The MD5 engine: a WebAssembly module that hashes up to twelve messages at once in the lanes of
 * vector registers, and one or two with plain integers.
 *
 * Work is given as jobs, records of {@linkcode JOB_WORDS} 32-bit words in the engine's memory:
 * four words of state, the address of the data, the number of 64-byte blocks, two spare.
 *
 * @module
 */
import { digestEngine } from "./engine_choice.ts";
import { kernel } from "./kernel.ts";

/** How many messages go through at once. */
export const LANES = 12;

/** The size of a job record in 32-bit words. */
export const JOB_WORDS = 8;

/** The size of MD5's blocks in bytes. */
export const BLOCK = 64;

/** How many bytes of a stream are handed over at once. */
export const PIECE = 65536;

/** How much behind the end of a message may be overwritten by its padding. */
export const PADDING = 72;

interface Kernel {
  base(): number;
  start(job: number): void;
  pad(at: number, rest: number, bits: number): number;
  whole(jobs: number, count: number, lanes: number): void;
  hex(jobs: number, count: number, out: number): void;
  run(jobs: number, count: number, lanes: number): void;
}

const decoder = new TextDecoder();
const PAGE = 65536;

/** Enough for the arena of the bulk engine and the scratch of streams; memory is taken on use. */
const CAPACITY = 18 * 1024 * 1024;

/** One instance of the engine with a memory of its own. */
export class Engine {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  /** Addresses that every stream may use for the length of a call. */
  readonly scratch: { readonly job: number; readonly digits: number; readonly data: number };
  readonly #kernel: Kernel;
  #free: number;

  /** `capacity` is what can be had by {@linkcode Engine.reserve}, in bytes. */
  constructor(capacity: number) {
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((capacity + PAGE) / PAGE),
      maximum: 1024,
    });
    module ??= new WebAssembly.Module(Uint8Array.fromBase64(kernel));
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    this.#kernel = instance.exports as unknown as Kernel;
    const buffer = memory.buffer as ArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.#free = this.#kernel.base();
    this.scratch = {
      job: this.reserve(4 * JOB_WORDS),
      digits: this.reserve(32),
      data: this.reserve(BLOCK + PIECE + PADDING),
    };
  }

  /** Sets a piece of the memory aside for good. Returns its address, a multiple of 64. */
  reserve(size: number): number {
    const address = this.#free;
    this.#free = (address + size + 63) & ~63;
    if (this.#free > this.bytes.length) throw new RangeError("the engine's memory is full");
    return address;
  }

  /** Gives a job the state every message starts from. */
  start(job: number): void {
    this.#kernel.start(job);
  }

  /**
   * Writes the padding of a message of `size` bytes behind its last `rest` bytes, which lie at
   * `address`. Returns the number of blocks there now.
   */
  pad(address: number, rest: number, size: number): number {
    return this.#kernel.pad(address, rest, size * 8);
  }

  /** Brings jobs forward by all their blocks. */
  run(jobs: number, count: number, lanes: number = LANES): void {
    this.#kernel.run(jobs, count, lanes);
  }

  /** Hashes whole messages: jobs whose word 4 is the address and word 5 the length in bytes. */
  whole(jobs: number, count: number, lanes: number = LANES): void {
    this.#kernel.whole(jobs, count, lanes);
  }

  /** The digests of finished jobs one behind the other, 32 digits each, by way of `scratch`. */
  hex(jobs: number, count: number, scratch: number): string {
    this.#kernel.hex(jobs, count, scratch);
    return decoder.decode(this.bytes.subarray(scratch, scratch + 32 * count));
  }
}

let module: WebAssembly.Module | undefined;

let shared: Engine | undefined;
let unusable = false;

/** Below so many bytes the engine does not earn what its start costs. */
const WORTH_STARTING = 4 * 1024 * 1024;

/** Below so many bytes built-in hashing is quicker even when the engine runs. */
const WORTH_USING = 4096;

/**
 * The process's engine if work of about `bytes` should go through it, started on first use;
 * undefined where built-in hashing is better or the processor lacks vectors.
 */
export function engineFor(bytes: number): Engine | undefined {
  const choice = digestEngine();
  if (choice === "engine") return shared ??= new Engine(CAPACITY);
  if (choice === "builtin" || unusable || bytes < WORTH_USING) return undefined;
  if (shared === undefined && bytes >= WORTH_STARTING) {
    try {
      shared = new Engine(CAPACITY);
    } catch {
      unusable = true;
    }
  }
  return shared;
}
