/**
 * A stream read by lines and by counts.
 *
 * @module
 */

const textDecoder = new TextDecoder();

/** Bytes as they come, taken in the pieces that a protocol asks for. */
export class ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #chunk: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
  }

  /** The next line, if all of it has come already; spares a turn of the event loop. */
  lineAtHand(): string | undefined {
    const end = this.#chunk.indexOf(0x0a);
    return end < 0 ? undefined : textDecoder.decode(this.#take(end + 1).subarray(0, end));
  }

  /** So many bytes in memory of their own, if they have come already. */
  bytesAtHand(count: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#chunk.length < count ? undefined : this.#take(count).slice();
  }

  /** The bytes up to a line feed as text, without it; undefined at the end of the stream. */
  async line(): Promise<string | undefined> {
    let text = "";
    const decoder = new TextDecoder();
    for (;;) {
      const end = this.#chunk.indexOf(0x0a);
      if (end >= 0) return text + decoder.decode(this.#take(end + 1).subarray(0, end));
      text += decoder.decode(this.#take(this.#chunk.length), { stream: true });
      if (!await this.#more()) return undefined;
    }
  }

  /** Exactly so many bytes in memory of their own; undefined if the stream ends before. */
  async bytes(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const all = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const piece = await this.some(count - at);
      if (piece === undefined) return undefined;
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  /** Some bytes, at most so many; undefined at the end of the stream. */
  async some(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#chunk.length === 0 && !await this.#more()) return undefined;
    return this.#take(Math.min(most, this.#chunk.length));
  }

  /** Gives the stream up. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  #take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    do {
      const next = await this.#reader.read();
      if (next.done) return false;
      this.#chunk = next.value;
    } while (this.#chunk.length === 0);
    return true;
  }
}
