/**
 * The body of an HTTP answer as an open file, ranges and all.
 *
 * @module
 */
import type { DvtError } from "../platform/error.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { HttpFault } from "../platform/http_fault.ts";
import { storageError } from "./fault.ts";
import type { OpenFile, ReadPart } from "./storage.ts";

/** What a body is checked against. */
export interface WebFileOptions {
  readonly part: ReadPart;
  readonly address: string;
  /** Makes an error of a connection that failed in the middle. */
  readonly failed: (fault: HttpFault) => DvtError;
}

/** Opens an answer of status 200, 206 or 416. Servers that ignore ranges are put up with. */
export async function openAnswer(answer: HttpAnswer, options: WebFileOptions): Promise<OpenFile> {
  const { part, address } = options;
  const { start = 0, end } = part;
  const etag = answer.headers.get("etag");
  try {
    if (answer.status === 416) {
      // Nothing lies behind the start: an empty rest, not a failure.
      await answer.discard();
      return emptyFile;
    }
    if (part.etag !== undefined && etag !== null && etag !== part.etag) {
      throw storageError("changed", `'${address}' changed while it was read`);
    }
    // Some servers send a part under the status of a whole.
    const ranged = answer.headers.has("content-range");
    if ((ranged || answer.status === 206) && rangeStart(answer) !== start) {
      throw storageError("unexpected", `'${address}' sent another range than it was asked for`);
    }
    const skip = ranged ? 0 : start;
    const most = end === undefined ? undefined : Math.max(0, end - start);
    return new WebFile(answer, { ...options, skip, most, etag: etag ?? undefined });
  } catch (error) {
    await answer.discard();
    throw error;
  }
}

const emptyFile: OpenFile = {
  length: 0,
  into: () => Promise.resolve(0),
  stream: () => new ReadableStream({ start: (controller) => controller.close() }),
  cancel: () => Promise.resolve(),
};

function rangeStart(answer: HttpAnswer): number | undefined {
  const range = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.headers.get("content-range") ?? "");
  return range === null ? undefined : Number(range[1]);
}

class WebFile implements OpenFile {
  readonly etag?: string;
  readonly length?: number;
  readonly #answer: HttpAnswer;
  readonly #failed: (fault: HttpFault) => DvtError;
  readonly #skip: number;
  readonly #most: number | undefined;

  constructor(
    answer: HttpAnswer,
    { failed, skip, most, etag }: {
      failed: (fault: HttpFault) => DvtError;
      skip: number;
      most: number | undefined;
      etag: string | undefined;
    },
  ) {
    this.#answer = answer;
    this.#failed = failed;
    this.#skip = skip;
    this.#most = most;
    if (etag !== undefined) this.etag = etag;
    if (answer.length !== undefined) {
      this.length = Math.min(Math.max(0, answer.length - skip), most ?? Infinity);
    }
  }

  async into(onChunk: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<number> {
    const cut = this.#cutter();
    let count = 0;
    await this.#checked(this.#answer.into((chunk) => {
      const wanted = cut(chunk);
      if (wanted.length === 0) return;
      count += wanted.length;
      onChunk(wanted);
    }));
    return count;
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const reader = this.#answer.stream().getReader();
    const cut = this.#cutter();
    return new ReadableStream({
      pull: async (controller) => {
        try {
          for (;;) {
            const { done, value } = await this.#checked(reader.read());
            if (done) return controller.close();
            const wanted = cut(value);
            if (wanted.length > 0) return controller.enqueue(wanted);
          }
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }

  async cancel(): Promise<void> {
    await this.#answer.discard();
  }

  /** Leaves out what lies before and behind the wanted part. */
  #cutter(): (chunk: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> {
    let skip = this.#skip;
    let left = this.#most ?? Infinity;
    if (skip === 0 && left === Infinity) return (chunk) => chunk;
    return (chunk) => {
      const from = Math.min(skip, chunk.length);
      skip -= from;
      const wanted = chunk.subarray(from, Math.min(chunk.length, from + left));
      left -= wanted.length;
      return wanted;
    };
  }

  async #checked<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw error instanceof HttpFault ? this.#failed(error) : error;
    }
  }
}
