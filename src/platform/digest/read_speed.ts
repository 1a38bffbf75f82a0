/**
 * Whether files come from memory or from something that takes its time: a cold disk, a network.
 *
 * Blocking calls are the cheapest way to read what the system has in memory. Where it has not, each
 * of them waits, and many reads in flight get several times as much done.
 *
 * @module
 */

/** What reads may take in milliseconds before they count as slow: far more than memory needs. */
const PER_FILE = 0.1;
const PER_BYTE = 1 / 1e6;

/** Shorter measurements say more about the neighbours on the processor than about the disk. */
const MEASURED = 30;

/** After so many rounds of reads in flight, blocking reads are tried again. */
const ROUNDS = 16;

/** Watches blocking reads and decides how to read on. */
export class ReadSpeed {
  #rounds = 0;
  #took = 0;
  #fair = 0;

  /** Whether the reads of the next round should be in flight together. */
  slow(): boolean {
    if (this.#rounds === 0) return false;
    this.#rounds--;
    return true;
  }

  /** Learns how many milliseconds some blocking reads took. */
  took(milliseconds: number, { files, bytes }: { files: number; bytes: number }): void {
    this.#took += milliseconds;
    this.#fair += files * PER_FILE + bytes * PER_BYTE;
    if (this.#took < MEASURED) return;
    if (this.#took > this.#fair) this.#rounds = ROUNDS;
    this.#took = this.#fair = 0;
  }
}
