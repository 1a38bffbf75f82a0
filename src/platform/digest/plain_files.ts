/**
 * Files through built-in hashing, one after the other: for little work, and where the engine cannot
 * run.
 *
 * @module
 */
import { FileCopy } from "./file_copy.ts";
import { type HashWork, HELD_SIZE } from "./hash_work.ts";
import { createHasher } from "./hasher.ts";
import { Pace } from "./pace.ts";
import { readWhole } from "./read_whole.ts";

/** How much of a large file is read at once. */
const PIECE = 256 * 1024;

/** Hashes files with built-in hashing. */
export async function hashPlainly(work: HashWork): Promise<void> {
  const { paths, sizes, sink, options } = work;
  const pace = new Pace(options);
  const hasher = createHasher(options.hash);
  const room = new Uint8Array(HELD_SIZE + 1);
  const large: number[] = [];
  for (let index = 0; index < paths.length; index++) {
    const size = sizes[index] ?? 0;
    if (size > HELD_SIZE) {
      large.push(index);
      continue;
    }
    let length: number;
    try {
      length = readWhole(paths[index] ?? "", room, size);
    } catch (error) {
      sink.failed(index, error);
      continue;
    }
    if (length > HELD_SIZE) {
      large.push(index);
      continue;
    }
    const bytes = room.subarray(0, length);
    hasher.update(bytes);
    pace.count(1, length);
    sink.done(index, hasher.digestHex(), options.keepBytes ? bytes : undefined, length);
    if (pace.due()) await pace.pause();
  }
  for (const index of large) await hashLarge(work, index, pace);
  pace.tell();
}

async function hashLarge(work: HashWork, index: number, pace: Pace): Promise<void> {
  const { paths, sink, options } = work;
  const target = options.keepBytes ? sink.copyTo?.(index) : undefined;
  const hasher = createHasher(options.hash);
  const room = new Uint8Array(PIECE);
  let file: FileCopy | undefined;
  try {
    file = new FileCopy(paths[index] ?? "", target, options.mode);
    while (!file.ended) {
      const piece = room.subarray(0, file.read(room));
      file.keep(piece);
      hasher.update(piece);
      pace.count(0, piece.length);
      if (pace.due()) await pace.pause();
    }
    file.finish();
  } catch (error) {
    file?.[Symbol.dispose]();
    if (options.signal?.aborted === true) throw error;
    return sink.failed(index, error);
  }
  pace.count(1, 0);
  sink.done(index, hasher.digestHex(), undefined, file.size);
}
