/**
 * One stream through the MD5 engine.
 *
 * @module
 */
import { BLOCK, type Engine, PIECE } from "./engine.ts";

/**
 * MD5 of bytes as they come. Between calls its state lies here and not in the engine, whose scratch
 * memory all streams share.
 */
export class EngineStream {
  readonly #engine: Engine;
  readonly #state = new Uint32Array(4);
  readonly #tail = new Uint8Array(BLOCK);
  #tailLength = 0;
  #size = 0;
  #started = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  update(bytes: Uint8Array): void {
    const { bytes: memory, scratch: { data } } = this.#engine;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + PIECE);
      at += piece.length;
      const filled = this.#tailLength + piece.length;
      if (filled < BLOCK) {
        this.#tail.set(piece, this.#tailLength);
        this.#tailLength = filled;
      } else {
        memory.set(this.#tail.subarray(0, this.#tailLength), data);
        memory.set(piece, data + this.#tailLength);
        const blocks = filled >> 6;
        this.#tailLength = filled & (BLOCK - 1);
        this.#tail.set(memory.subarray(data + blocks * BLOCK, data + filled));
        this.#advance(blocks);
      }
      this.#size += piece.length;
    }
  }

  /** The digest as 32 lower-case hex digits. The stream takes no more bytes. */
  digestHex(): string {
    const { bytes: memory, scratch: { data, job, digits } } = this.#engine;
    memory.set(this.#tail.subarray(0, this.#tailLength), data);
    this.#advance(this.#engine.pad(data, this.#tailLength, this.#size));
    return this.#engine.hex(job, 1, digits);
  }

  /** Hashes blocks from the scratch memory. */
  #advance(blocks: number): void {
    const { words, scratch: { data, job } } = this.#engine;
    const at = job >> 2;
    if (this.#started) words.set(this.#state, at);
    else this.#engine.start(job);
    this.#started = true;
    words[at + 4] = data;
    words[at + 5] = blocks;
    this.#engine.run(job, 1);
    this.#state.set(words.subarray(at, at + 4));
  }
}
