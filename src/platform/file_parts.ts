/**
 * Pieces of files, for storages that send and fetch in parts.
 *
 * @module
 */
import { isNotFound, openFile } from "./files.ts";

/**
 * Bytes `start` up to, not including, `end` of a file. Throws where the file is shorter. They lie
 * in `memory` where it is given and large enough.
 */
export function readFilePart(
  path: string,
  { start, end, memory }: { start: number; end: number; memory?: ArrayBuffer | undefined },
): Uint8Array<ArrayBuffer> {
  using file = openFile(path);
  if (start > 0) file.seekSync(start, Deno.SeekMode.Start);
  const fits = memory !== undefined && memory.byteLength >= end - start;
  const bytes = fits ? new Uint8Array(memory, 0, end - start) : new Uint8Array(end - start);
  for (let filled = 0; filled < bytes.length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw new Error(`'${path}' became shorter while it was read`);
    filled += count;
  }
  return bytes;
}

/** An open file that is read at any place. */
export class FileParts implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Opens a file; undefined where there is none. */
  static open(path: string): FileParts | undefined {
    try {
      return new FileParts(openFile(path));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Fills the memory from a place on as far as there is something, and answers how far. */
  read(place: number, memory: Uint8Array): number {
    this.#file.seekSync(place, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < memory.length) {
      const count = this.#file.readSync(memory.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return filled;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

const chunkSize = 256 << 10;

/** The same bytes as they come, for pieces that may be large. */
export function streamFilePart(
  path: string,
  start: number,
  end: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const file = openFile(path);
  if (start > 0) file.seekSync(start, Deno.SeekMode.Start);
  let left = Math.max(0, end - start);
  return new ReadableStream({
    pull(controller) {
      try {
        const buffer = new Uint8Array(Math.min(chunkSize, left));
        const count = left === 0 ? null : file.readSync(buffer);
        if (count === null) {
          file.close();
          if (left > 0) throw new Error(`'${path}' became shorter while it was read`);
          controller.close();
          return;
        }
        left -= count;
        controller.enqueue(buffer.subarray(0, count));
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

/** A file's bytes in blocks of at most a mebibyte. Each is overwritten by the next. */
export function* fileBlocks(path: string): Generator<Uint8Array<ArrayBuffer>> {
  using file = openFile(path);
  const memory = new Uint8Array(1 << 20);
  for (let count = file.readSync(memory); count !== null; count = file.readSync(memory)) {
    yield memory.subarray(0, count);
  }
}
