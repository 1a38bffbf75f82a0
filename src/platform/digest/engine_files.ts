/**
 * Files through the MD5 engine: small ones whole, in batches; large ones a piece at a time, side by
 * side.
 *
 * @module
 */
import type { Engine } from "./engine.ts";
import { type HashWork, HELD_SIZE } from "./hash_work.ts";
import { HeldFiles } from "./held_files.ts";
import { LargeFiles } from "./large_files.ts";
import { Pace } from "./pace.ts";
import { ReadSpeed } from "./read_speed.ts";

/** Files above this size are not held unless somebody wants their bytes: pieces stay in the cache. */
const PASSING_SIZE = 64 * 1024;

/** Files of a batch should be of about one length, so that all lanes end together. */
const CLASSES = [8, 16, 32, 64, 128, 256, 512, 1024].map((kilobytes) => kilobytes * 1024);

/** The engine's arena is for one at a time. */
let last: Promise<void> = Promise.resolve();

/** Hashes files with the engine. */
export async function hashWithEngine(engine: Engine, work: HashWork): Promise<void> {
  const before = last;
  const mine = Promise.withResolvers<void>();
  last = mine.promise;
  await before;
  try {
    await hashAll(engine, work);
  } finally {
    mine.resolve();
  }
}

async function hashAll(engine: Engine, work: HashWork): Promise<void> {
  const { paths, sizes, options } = work;
  const pace = new Pace(options);
  const large: number[] = [];
  const limit = options.keepBytes || options.hash !== "md5" ? HELD_SIZE : PASSING_SIZE;
  const speed = new ReadSpeed();
  const held = new HeldFiles(engine, work, { pace, speed, tooLarge: (index) => large.push(index) });
  let lower = -1;
  for (const upper of CLASSES) {
    if (upper > limit) break;
    for (let index = 0; index < paths.length; index++) {
      const size = sizes[index] ?? 0;
      if (size > upper || size <= lower) continue;
      if (!held.add(index)) continue;
      await held.flush();
      if (pace.due()) await pace.pause();
    }
    await held.flush();
    lower = upper;
  }
  for (let index = 0; index < paths.length; index++) {
    if ((sizes[index] ?? 0) > limit) large.push(index);
  }
  if (large.length > 0) {
    // The longest first, so that no lane is left alone with much to do.
    large.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
    const files = new LargeFiles(engine, work, { pace, speed, queue: large });
    try {
      while (await files.advance()) if (pace.due()) await pace.pause();
    } finally {
      files[Symbol.dispose]();
    }
  }
  pace.tell();
}
