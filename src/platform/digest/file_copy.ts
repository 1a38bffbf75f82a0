/**
 * A file that is read once, piece by piece, and copied on the way.
 *
 * @module
 */
import { createWriter, type FileWriter, openForReading, removeIfThere } from "../files.ts";

/** An open source and, where wanted, a new file that receives what is read. */
export class FileCopy implements Disposable {
  readonly #source: Deno.FsFile;
  readonly #target: FileWriter | undefined;
  readonly #targetPath: string | undefined;
  #open = true;
  /** How many bytes were read so far. */
  size = 0;
  /** Whether the source's end was seen. */
  ended = false;

  constructor(source: string, target: string | undefined, mode: number | undefined) {
    this.#source = openForReading(source);
    this.#targetPath = target;
    try {
      this.#target = target === undefined ? undefined : createWriter(target, mode);
    } catch (error) {
      this.#source.close();
      throw error;
    }
  }

  /** Fills `room` as far as the source goes. Returns the number of bytes. */
  read(room: Uint8Array): number {
    let length = 0;
    while (length < room.length && !this.ended) {
      length += this.#count(this.#source.readSync(room.subarray(length)));
    }
    return length;
  }

  /** The same without blocking. */
  async readBeside(room: Uint8Array): Promise<number> {
    let length = 0;
    while (length < room.length && !this.ended) {
      length += this.#count(await this.#source.read(room.subarray(length)));
    }
    return length;
  }

  #count(length: number | null): number {
    if (length === null) this.ended = true;
    this.size += length ?? 0;
    return length ?? 0;
  }

  /** Writes bytes to the target, if there is one. */
  keep(piece: Uint8Array): void {
    if (piece.length > 0) this.#target?.write(piece);
  }

  /** Closes both; the copy is complete. */
  finish(): void {
    this.#open = false;
    this.#source.close();
    this.#target?.close();
  }

  /** Unless finished, closes both and removes the copy. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.finish();
    if (this.#targetPath !== undefined) removeIfThere(this.#targetPath);
  }
}
