/**
 * The file in which hashes of one output are remembered: a head, the facts one column behind the
 * other, hashes, names. It is read and written in blocks, in the order of the walk.
 *
 * @module
 */
import { FileParts } from "../platform/file_parts.ts";
import { lookAt } from "../platform/files.ts";
import { type FactName, factNames, type KnownFiles } from "./file_facts.ts";
import { IdColumn } from "./id_column.ts";
import { encodeNames, NameMatcher } from "./names_in_order.ts";

const magic = 0x64767431; // "dvt1"
const bytesPerFact = 8;
const bytesPerId = 16;
const blockRows = 8192;
const blockBytes = 64 << 10;

/** What the head of a state file says. */
interface Head {
  readonly hash: string;
  /** The listing's id; empty where no listing belongs to the files. */
  readonly listing: string;
  /** How many files there were, those included that nothing is remembered of. */
  readonly total: number;
}

/** The bytes of a state file with those rows that are kept. */
export function* stateBlocks(
  head: Head,
  files: KnownFiles,
  keep: Uint32Array,
): Generator<Uint8Array> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const first = new Uint8Array(startOfColumns(text.length));
  const view = new DataView(first.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, text.length);
  view.setUint32(8, keep.length);
  first.set(text, 16);
  yield first;
  for (const name of factNames) {
    for (let start = 0; start < keep.length; start += blockRows) {
      const block = new Float64Array(Math.min(blockRows, keep.length - start));
      for (let i = 0; i < block.length; i++) block[i] = files.fact(name, keep[start + i] ?? 0);
      yield new Uint8Array(block.buffer);
    }
  }
  for (let start = 0; start < keep.length; start += blockRows) {
    const block = new IdColumn(Math.min(blockRows, keep.length - start));
    for (let i = 0; i < block.length; i++) files.copyId(keep[start + i] ?? 0, block, i);
    yield new Uint8Array(block.words.buffer);
  }
  yield* encodeNames((row) => files.path(row), keep);
}

/** Where the columns of a state file begin: at the next multiple of 8 after the header. */
function startOfColumns(headerLength: number): number {
  return 16 + headerLength + ((8 - headerLength % 8) % 8);
}

/** A state file, open for reading. */
export class StateFile implements Disposable {
  readonly head: Head;
  readonly #file: FileParts;
  /** The file's first bytes: small ones are read at once. */
  readonly #start: Uint8Array<ArrayBuffer>;
  readonly #count: number;
  readonly #columns: number;

  private constructor(
    file: FileParts,
    { start, head, count, columns }: {
      start: Uint8Array<ArrayBuffer>;
      head: Head;
      count: number;
      columns: number;
    },
  ) {
    this.#file = file;
    this.#start = start;
    this.head = head;
    this.#count = count;
    this.#columns = columns;
  }

  /** Opens a file; undefined where there is none, or something else. */
  static open(path: string): StateFile | undefined {
    // Nobody's link or pipe in its place is followed or waited for.
    if (lookAt(path)?.kind !== "file") return undefined;
    const file = FileParts.open(path);
    const opened = file === undefined ? undefined : StateFile.#read(file);
    if (opened === undefined) file?.[Symbol.dispose]();
    return opened;
  }

  static #read(file: FileParts): StateFile | undefined {
    const start = new Uint8Array(blockBytes);
    const filled = file.read(0, start);
    if (filled < 16) return undefined;
    const view = new DataView(start.buffer);
    if (view.getUint32(0) !== magic) return undefined;
    const headerLength = view.getUint32(4);
    const head = readHead(start.subarray(16, Math.min(filled, 16 + headerLength)));
    if (head === undefined) return undefined;
    return new StateFile(file, {
      start: start.subarray(0, filled),
      head,
      count: view.getUint32(8),
      columns: startOfColumns(headerLength),
    });
  }

  /**
   * The row of each path, or -1; what is not in the order of a walk is not found. Undefined where
   * the file is cut short.
   */
  rowsOf(paths: readonly string[]): Int32Array | undefined {
    const matcher = new NameMatcher(paths);
    let at = this.#columns + this.#count * (factNames.length * bytesPerFact + bytesPerId);
    const memory = new Uint8Array(blockBytes);
    for (;;) {
      const filled = this.#readAt(at, memory);
      if (filled === 0) break;
      matcher.push(memory.subarray(0, filled));
      at += filled;
    }
    return matcher.finish(this.#count);
  }

  /** Forgets those rows in which a fact is not the expected one. */
  compare(name: FactName, expected: Float64Array, rows: Int32Array): void {
    const start = this.#columns + factNames.indexOf(name) * this.#count * bytesPerFact;
    const memory = new Float64Array(blockRows);
    this.#eachRow(rows, { start, bytesPerRow: bytesPerFact, memory }, (i, at) => {
      if (memory[at] !== expected[i]) rows[i] = -1;
    });
  }

  /** Copies the ids of rows. */
  copyIds(rows: Int32Array, to: IdColumn): void {
    const start = this.#columns + factNames.length * this.#count * bytesPerFact;
    const memory = new Uint32Array(blockRows * 4);
    this.#eachRow(rows, { start, bytesPerRow: bytesPerId, memory }, (i, at) => {
      to.copy(i, memory, at);
    });
  }

  /** Visits the rows asked for, which ascend, each with its place in the memory. */
  #eachRow(
    rows: Int32Array,
    { start, bytesPerRow, memory }: {
      start: number;
      bytesPerRow: number;
      memory: Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
    },
    visit: (i: number, at: number) => void,
  ): void {
    const bytes = new Uint8Array(memory.buffer);
    let first = 0;
    let end = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? -1;
      if (row < 0) continue;
      if (row >= end) {
        first = row;
        end = Math.min(row + blockRows, this.#count);
        const wanted = bytes.subarray(0, (end - first) * bytesPerRow);
        if (this.#readAt(start + first * bytesPerRow, wanted) < wanted.length) {
          throw new Error("a state file became shorter while it was read");
        }
      }
      visit(i, row - first);
    }
  }

  /** Reads from a place on as much as there is, and answers how much. */
  #readAt(place: number, memory: Uint8Array): number {
    const known = this.#start;
    if (place + memory.length <= known.length || known.length < blockBytes) {
      const part = known.subarray(place, place + memory.length);
      memory.set(part);
      return part.length;
    }
    return this.#file.read(place, memory);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function readHead(bytes: Uint8Array): Head | undefined {
  try {
    const head: Readonly<Record<string, unknown>> = JSON.parse(new TextDecoder().decode(bytes));
    const { hash, listing, total } = head;
    return { hash: String(hash), listing: String(listing ?? ""), total: Number(total ?? -1) };
  } catch {
    return undefined;
  }
}
