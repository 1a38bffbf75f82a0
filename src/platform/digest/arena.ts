/**
 * The part of the engine's memory that files are read into.
 *
 * @module
 */
import { BLOCK, type Engine, JOB_WORDS, LANES, PADDING } from "./engine.ts";

/** The most jobs of one batch. */
export const MAX_JOBS = 4096;

const MEBIBYTE = 1024 * 1024;

/** Room for one file or piece of the largest size in each lane. */
export const ARENA_SIZE: number = LANES * (MEBIBYTE + 256);

/** Addresses in the engine's memory. */
export interface Arena {
  readonly jobs: number;
  readonly digits: number;
  /** {@linkcode ARENA_SIZE} bytes and, behind them, two pieces of the largest size. */
  readonly data: number;
}

const arenas = new WeakMap<Engine, Arena>();

/** The arena of an engine, set aside on first use. */
export function arenaOf(engine: Engine): Arena {
  let arena = arenas.get(engine);
  if (arena === undefined) {
    arena = {
      jobs: engine.reserve(MAX_JOBS * JOB_WORDS * 4),
      digits: engine.reserve(MAX_JOBS * 32),
      data: engine.reserve(ARENA_SIZE + 2 * (MEBIBYTE + BLOCK + PADDING)),
    };
    arenas.set(engine, arena);
  }
  return arena;
}
