/**
 * An answer whose body is taken in exactly one of several ways.
 *
 * @module
 */
import { HttpFault, httpFaultOf } from "./http_fault.ts";
import type { Watched } from "./http_watch.ts";
import { interrupted } from "./retry.ts";

/** Up to this size a body is read in one go, above it piece by piece with the watch looking on. */
const oneGo = 1 << 20;

/** Size of the buffer that a large body is read into. */
const bufferSize = 256 << 10;

/** A status, headers, and a body that must be read, streamed or discarded. */
export class HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /** Bytes of the body, where the server says so and `fetch` leaves them as they are. */
  readonly length: number | undefined;
  readonly #response: Response;
  readonly #watch: Watched;

  constructor(
    response: Response,
    { entry, method, url }: {
      entry: Watched & { answered?: boolean };
      method: string;
      url: string;
    },
  ) {
    this.#response = response;
    this.#watch = entry;
    entry.answered = true;
    this.status = response.status;
    this.headers = response.headers;
    this.url = url;
    const length = response.headers.get("content-length");
    this.length = length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
    if (method === "HEAD" || response.body === null) entry.done();
  }

  /** Hands every byte over; a chunk is valid during the call only. Answers their number. */
  async into(onChunk: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<number> {
    const { body } = this.#response;
    if (body === null) return this.#whole(0);
    const reader = byteReader(body);
    let received = 0;
    try {
      let buffer = new Uint8Array(Math.max(1, Math.min(bufferSize, this.length ?? bufferSize)));
      for (;;) {
        const { done, value } = await this.#taking(reader.read(buffer));
        if (done || value === undefined) break;
        this.#watch.touch();
        received += value.length;
        onChunk(value);
        buffer = new Uint8Array(value.buffer);
      }
      return this.#whole(received);
    } catch (error) {
      await reader.cancel().catch(() => {});
      throw error;
    } finally {
      this.#watch.done();
    }
  }

  /** All bytes of a body that may hold at most so many. */
  async bytes(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.length !== undefined && this.length > limit) {
      await this.discard();
      throw tooLarge(limit);
    }
    if (this.length !== undefined && this.length <= oneGo) {
      try {
        const bytes = new Uint8Array(await this.#taking(this.#response.arrayBuffer()));
        this.#whole(bytes.length);
        return bytes;
      } finally {
        this.#watch.done();
      }
    }
    return this.length === undefined ? await this.#unmeasured(limit) : await this.#measured();
  }

  /** A large body. It comes by way of a small buffer: reading right into a large one is slow. */
  async #measured(): Promise<Uint8Array<ArrayBuffer>> {
    const all = new Uint8Array(this.length ?? 0);
    let received = 0;
    await this.into((chunk) => {
      if (received + chunk.length <= all.length) all.set(chunk, received);
      received += chunk.length;
    });
    return all;
  }

  async #unmeasured(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    await this.into((chunk) => {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk.slice());
    });
    const all = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  /** The start of the body as text, for error reports. */
  async text(limit = 64 << 10): Promise<string> {
    try {
      return new TextDecoder().decode(await this.bytes(limit));
    } catch (error) {
      if (error instanceof HttpFault) return "";
      throw error;
    }
  }

  /** The body as it comes; a short one ends with an error. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const { body } = this.#response;
    if (body === null) {
      this.#watch.done();
      return new ReadableStream({ start: (controller) => controller.close() });
    }
    const reader = body.getReader();
    let received = 0;
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await this.#taking(reader.read());
          this.#watch.touch();
          if (done) {
            this.#whole(received);
            this.#watch.done();
            controller.close();
            return;
          }
          received += value.length;
          controller.enqueue(value);
        } catch (error) {
          this.#watch.done();
          controller.error(error);
        }
      },
      cancel: (reason) => {
        this.#watch.done();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** Gives the body up; a short one is read so that its connection can be used again. */
  async discard(): Promise<void> {
    const { body } = this.#response;
    try {
      if (body === null) return;
      if (this.length !== undefined && this.length <= 64 << 10) {
        await this.#response.arrayBuffer();
      } else await body.cancel();
    } catch {
      // It was not wanted anyway.
    } finally {
      this.#watch.done();
    }
  }

  #whole(received: number): number {
    if (this.length !== undefined && received !== this.length) {
      throw new HttpFault("cut", `${received} bytes came where ${this.length} were announced`);
    }
    return received;
  }

  async #taking<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (this.#watch.interrupted) throw interrupted();
      throw this.#watch.fault ?? httpFaultOf(error);
    }
  }
}

function tooLarge(limit: number): HttpFault {
  return new HttpFault("too-large", `the answer is larger than ${limit} bytes`);
}

interface ByteReader {
  read(
    buffer: Uint8Array<ArrayBuffer>,
  ): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> | undefined }>;
  cancel(): Promise<void>;
}

/** A reader that fills a buffer of ours where the stream can do that. */
function byteReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ByteReader {
  try {
    const reader = body.getReader({ mode: "byob" });
    return {
      async read(buffer) {
        const { done, value } = await reader.read(buffer);
        return { done, value: done ? undefined : value };
      },
      cancel: () => reader.cancel(),
    };
  } catch {
    const reader = body.getReader();
    return { read: () => reader.read(), cancel: () => reader.cancel() };
  }
}
