/**
 * Tar archives as streams (POSIX pax, so that names may be long and in any script).
 *
 * @module
 */
import { pack } from "npm:tar-stream@3.1.7";

/** A file of an archive. */
export interface TarFile {
  /** POSIX, relative. */
  readonly name: string;
  /** In bytes; just so many must follow. */
  readonly size: number;
  readonly executable: boolean;
}

/** Writes an archive to a sink, which gets each chunk before the next is made. */
export class TarWriter {
  readonly #pack = pack();
  readonly #ended: Promise<void>;
  readonly #modified: Date;
  /** What the sink threw; whatever else goes wrong then is because of it. */
  #failure: unknown;

  /** `modified` is what the archive says of every file, so that equal data makes equal archives. */
  constructor(sink: (chunk: Uint8Array) => void, modified: Date) {
    this.#modified = modified;
    this.#ended = new Promise((resolve, reject) => {
      this.#pack.on("data", (chunk: Uint8Array) => {
        try {
          sink(chunk);
        } catch (error) {
          this.#failure = error;
          this.#pack.destroy();
          reject(error);
        }
      });
      this.#pack.on("error", reject);
      this.#pack.on("end", () => resolve());
    });
    this.#ended.catch(() => {}); // told by whoever waits
  }

  /** Adds a file. */
  async add(
    { name, size, executable }: TarFile,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry = this.#pack.entry(
      { name, size, mode: executable ? 0o755 : 0o644, mtime: this.#modified },
      (error?: Error | null) => error ? reject(error) : resolve(),
    );
    promise.catch(() => {}); // told below
    try {
      for await (const chunk of content) {
        if (entry.write(chunk)) continue;
        const drained = new Promise<void>((resolve) => entry.once("drain", () => resolve()));
        await Promise.race([drained, this.#ended]);
      }
      entry.end();
      await Promise.race([promise, this.#ended]);
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /** Ends the archive; throws what the sink threw. */
  async finish(): Promise<void> {
    this.#pack.finalize();
    await this.#ended;
  }
}
