/**
 * Hashes remembered between runs, so that unchanged data is not read again. A flat file in the
 * order of the walk: loading and merging 100,000 entries costs less than reading 3,000 files.
 *
 * @module
 */
import { writeFileAtomically } from "../platform/arrivals.ts";
import { lookAt, makeDirectory, readFileIfThere, removeIfThere } from "../platform/files.ts";
import { parentDirectory } from "../platform/paths.ts";
import type { HashName } from "./object_id.ts";

/** The facts of many files, one array a fact, in the order of a walk. */
export interface FileFactsTable {
  readonly paths: readonly string[];
  readonly sizes: Float64Array;
  /** Milliseconds, as all that Deno tells. */
  readonly mtimes: Float64Array;
  readonly ctimes: Float64Array;
  readonly inodes: Float64Array;
}

/** What a {@linkcode HashState} remembers of one output. */
export interface RememberedHashes {
  /** 32 hex digits per file of the table it was asked about; undefined where unknown. */
  readonly hashes: (string | undefined)[];
  /** The listing's id, if all files are as remembered and none is new or gone. */
  readonly listing: string | undefined;
}

const magic = 0x64767431; // "dvt1"
const bytesPerFile = 4 * 8 + 16;

/**
 * The one door to remembered hashes: one file per output below the project's temporary folder.
 * Losing it costs time, never data.
 */
export class HashState {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The hashes of those files that have not changed since {@linkcode HashState.remember}. */
  recall(key: string, hash: HashName, table: FileFactsTable): RememberedHashes {
    const count = table.paths.length;
    const hashes: (string | undefined)[] = new Array(count).fill(undefined);
    const stored = this.#load(key, hash);
    if (stored === undefined) return { hashes, listing: undefined };
    let known = 0;
    let at = 0;
    let byPath: Map<string, number> | undefined;
    for (let i = 0; i < count; i++) {
      const path = table.paths[i] ?? "";
      // Both sides come in walk order, so the next name is nearly always the right one.
      if (stored.paths[at] !== path) {
        byPath ??= new Map(stored.paths.map((name, index) => [name, index]));
        const found = byPath.get(path);
        if (found === undefined) continue;
        at = found;
      }
      const entry = at++;
      if (
        stored.sizes[entry] === table.sizes[i] && stored.mtimes[entry] === table.mtimes[i] &&
        stored.ctimes[entry] === table.ctimes[i] && stored.inodes[entry] === table.inodes[i]
      ) {
        hashes[i] = stored.digest(entry);
        known++;
      }
    }
    const complete = known === count && stored.total === count && stored.listing !== "";
    return { hashes, listing: complete ? stored.listing : undefined };
  }

  /**
   * Remembers hashes. `looked` is when the walk began, in milliseconds: a file that changed at or
   * after its last look cannot be told from one that will change again within the clock's
   * granularity, so it is left out.
   */
  remember(
    key: string,
    hash: HashName,
    { table, hashes, listing, looked }: {
      table: FileFactsTable;
      hashes: readonly (string | undefined)[];
      listing: string | undefined;
      looked: number;
    },
  ): void {
    const keep: number[] = [];
    for (let i = 0; i < table.paths.length; i++) {
      if (hashes[i] === undefined) continue;
      if (isRacy(table.mtimes[i] ?? 0, table.ctimes[i] ?? 0, looked)) continue;
      keep.push(i);
    }
    const names = new TextEncoder().encode(keep.map((i) => table.paths[i]).join("\0"));
    const header = new TextEncoder().encode(JSON.stringify({
      hash,
      listing: listing ?? "",
      total: table.paths.length,
    }));
    const start = 16 + header.length + ((8 - header.length % 8) % 8);
    const bytes = new Uint8Array(start + keep.length * bytesPerFile + names.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, magic);
    view.setUint32(4, header.length);
    view.setUint32(8, keep.length);
    bytes.set(header, 16);
    const column = (index: number) =>
      new Float64Array(bytes.buffer, start + index * 8 * keep.length, keep.length);
    const [sizes, mtimes, ctimes, inodes] = [column(0), column(1), column(2), column(3)];
    const digests = start + 32 * keep.length;
    keep.forEach((i, to) => {
      sizes[to] = table.sizes[i] ?? 0;
      mtimes[to] = table.mtimes[i] ?? 0;
      ctimes[to] = table.ctimes[i] ?? 0;
      inodes[to] = table.inodes[i] ?? 0;
      writeHex(bytes, digests + to * 16, hashes[i] ?? "");
    });
    bytes.set(names, digests + keep.length * 16);
    const path = this.#fileOf(key);
    try {
      makeDirectory(parentDirectory(path));
      writeFileAtomically(path, bytes);
    } catch {
      // A project that may only be read, or a full disk: the next run hashes again.
    }
  }

  /** Forgets an output. */
  forget(key: string): void {
    removeIfThere(this.#fileOf(key));
  }

  #fileOf(key: string): string {
    const safe = key.replace(/[^\w.-]/g, (c) => `%${c.codePointAt(0)?.toString(16)}.`);
    // Long keys are cut; the length keeps two keys of one beginning mostly apart, and a mix-up
    // only costs the entries' mismatch.
    return `${this.#folder}/${safe.length > 150 ? `${safe.slice(0, 150)}~${hashText(key)}` : safe}`;
  }

  #load(key: string, hash: HashName) {
    const path = this.#fileOf(key);
    if (lookAt(path)?.kind !== "file") return undefined;
    const bytes = readFileIfThere(path);
    if (bytes === undefined || bytes.length < 16) return undefined;
    const view = new DataView(bytes.buffer);
    if (view.getUint32(0) !== magic) return undefined;
    const headerLength = view.getUint32(4);
    const count = view.getUint32(8);
    const start = 16 + headerLength + ((8 - headerLength % 8) % 8);
    if (bytes.length < start + count * bytesPerFile) return undefined;
    let header: { hash?: unknown; listing?: unknown; total?: unknown };
    try {
      header = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + headerLength)));
    } catch {
      return undefined;
    }
    if (header.hash !== hash) return undefined;
    const column = (index: number) =>
      new Float64Array(bytes.buffer, start + index * 8 * count, count);
    const digests = start + 32 * count;
    const names = new TextDecoder().decode(bytes.subarray(digests + 16 * count));
    const paths = count === 0 ? [] : names.split("\0");
    if (paths.length !== count) return undefined;
    return {
      paths,
      sizes: column(0),
      mtimes: column(1),
      ctimes: column(2),
      inodes: column(3),
      listing: String(header.listing ?? ""),
      total: Number(header.total ?? -1),
      digest: (entry: number) => readHex(bytes, digests + entry * 16),
    };
  }
}

/** The coarse clock by which kernels stamp files ticks every 4 to 10 milliseconds. */
const tick = 20;

/**
 * Whether a file changed too close to the moment of looking for its times to be trusted. Times of
 * whole seconds suggest a file system that ticks in seconds, FAT even in twos. Of the time of the
 * last change, Deno tells no more than the second it lies in.
 */
export function isRacy(mtime: number, ctime: number, looked: number): boolean {
  const ticksInSeconds = mtime % 1000 === 0;
  return mtime + (ticksInSeconds ? 2000 : tick) >= looked ||
    ctime + (ticksInSeconds ? 2000 : ctime % 1000 === 0 ? 1000 + tick : tick) >= looked;
}

const hexDigits = "0123456789abcdef";
const hexOfByte = Array.from(
  { length: 256 },
  (_, byte) => `${hexDigits[byte >> 4]}${hexDigits[byte & 15]}`,
);

function readHex(bytes: Uint8Array, at: number): string {
  let text = "";
  for (let i = 0; i < 16; i++) text += hexOfByte[bytes[at + i] ?? 0];
  return text;
}

function writeHex(bytes: Uint8Array, at: number, hex: string): void {
  for (let i = 0; i < 16; i++) {
    bytes[at + i] = (digitValue(hex, 2 * i) << 4) | digitValue(hex, 2 * i + 1);
  }
}

function digitValue(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code <= 57 ? code - 48 : code - 87;
}

function hashText(text: string): string {
  let hash = 5381;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}
