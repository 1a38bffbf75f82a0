// Many messages through few lanes: AssemblyScript, appended to the output of kernels.ts.
//
// A job is a record of eight u32: state a, b, c, d; address of the data; whole blocks left to
// hash; two spare. A job's state is the digest once its padded last block went through.

const STATE: usize = memory.data(192, 16); // a[12] b[12] c[12] d[12]
const POINTER: usize = memory.data(48, 16); // where each lane reads
const LEFT: usize = memory.data(48, 16); // blocks left in each lane
const JOB: usize = memory.data(48, 16); // the job in each lane
const PAIR: usize = memory.data(32, 16); // two states side by side
const WORDS: usize = memory.data(768, 16); // one block's words, transposed

/** The first address free for data and jobs. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Gives a job the state every message starts from. */
export function start(job: usize): void {
  store<u32>(job, 0x67452301);
  store<u32>(job, 0xefcdab89, 4);
  store<u32>(job, 0x98badcfe, 8);
  store<u32>(job, 0x10325476, 12);
}

/**
 * Writes MD5's padding behind the last `rest` bytes of a message, which lie at `at`; up to 72 bytes
 * behind them are overwritten. `bits` is the length of the whole message. Returns how many blocks
 * lie at `at` now.
 */
export function pad(at: usize, rest: u32, bits: f64): u32 {
  const blocks: u32 = (rest + 72) >> 6;
  const end: usize = at + (<usize>blocks << 6);
  const from: usize = at + rest;
  memory.fill(from, 0, end - from);
  store<u8>(from, 0x80);
  store<u64>(end - 8, <u64>bits);
  return blocks;
}

/** Hashes `count` whole messages: jobs of which only the address and the length in bytes are set. */
export function whole(jobs: usize, count: u32, lanes: u32): void {
  const end: usize = jobs + (<usize>count << 5);
  for (let job = jobs; job < end; job += 32) {
    const length: u32 = load<u32>(job, 20);
    start(job);
    store<u32>(job, pad(load<u32>(job, 16), length, <f64>length * 8), 20);
  }
  run(jobs, count, lanes);
}

/** Writes the states of `count` jobs at `out`, as 32 lower-case hex digits each. */
export function hex(jobs: usize, count: u32, out: usize): void {
  const end: usize = jobs + (<usize>count << 5);
  for (let job = jobs; job < end; job += 32) {
    for (let i: usize = 0; i < 16; i++) {
      const byte: u32 = load<u8>(job + i);
      store<u8>(out, digit(byte >> 4));
      store<u8>(out, digit(byte & 15), 1);
      out += 2;
    }
  }
}

function digit(value: u32): u32 {
  return value < 10 ? 48 + value : 87 + value;
}

/** Puts a job into a lane. */
function put(lane: usize, job: usize): void {
  const at: usize = lane << 2;
  store<u32>(STATE + at, load<u32>(job));
  store<u32>(STATE + at, load<u32>(job, 4), 48);
  store<u32>(STATE + at, load<u32>(job, 8), 96);
  store<u32>(STATE + at, load<u32>(job, 12), 144);
  store<u32>(POINTER + at, load<u32>(job, 16));
  store<u32>(LEFT + at, load<u32>(job, 20));
  store<u32>(JOB + at, <u32>job);
}

/** Hands a lane's state to its job. */
function take(lane: usize): void {
  const at: usize = lane << 2;
  const job: usize = load<u32>(JOB + at);
  store<u32>(job, load<u32>(STATE + at));
  store<u32>(job, load<u32>(STATE + at, 48), 4);
  store<u32>(job, load<u32>(STATE + at, 96), 8);
  store<u32>(job, load<u32>(STATE + at, 144), 12);
}

/** Moves what is in one lane to another. */
function move(to: usize, from: usize): void {
  to <<= 2;
  from <<= 2;
  for (let part: usize = 0; part < 192; part += 48) {
    store<u32>(STATE + part + to, load<u32>(STATE + part + from));
  }
  store<u32>(POINTER + to, load<u32>(POINTER + from));
  store<u32>(LEFT + to, load<u32>(LEFT + from));
  store<u32>(JOB + to, load<u32>(JOB + from));
}

/** Hashes some blocks of one lane or two with the functions for plain integers. */
function step(live: usize, blocks: u32): void {
  for (let k: usize = 0; k < live; k++) {
    for (let part: usize = 0; part < 4; part++) {
      store<u32>(PAIR + k * 16 + part * 4, load<u32>(STATE + part * 48 + (k << 2)));
    }
  }
  const p0: usize = load<u32>(POINTER);
  const p1: usize = load<u32>(POINTER, 4);
  if (live == 1) md5_s1(PAIR, p0, blocks);
  else md5_s2(PAIR, p0, p1, blocks);
  for (let k: usize = 0; k < live; k++) {
    for (let part: usize = 0; part < 4; part++) {
      store<u32>(STATE + part * 48 + (k << 2), load<u32>(PAIR + k * 16 + part * 4));
    }
  }
  store<u32>(POINTER, <u32>p0 + (blocks << 6));
  store<u32>(POINTER, <u32>p1 + (blocks << 6), 4);
}

/** Brings `count` jobs forward by all their blocks, with at most `lanes` of them under way. */
export function run(jobs: usize, count: u32, lanes: u32): void {
  const end: usize = jobs + (<usize>count << 5);
  let next: usize = jobs;
  let live: usize = 0;
  while (true) {
    while (live < lanes && next < end) {
      if (load<u32>(next, 20)) put(live++, next);
      next += 32;
    }
    if (live == 0) break;
    let blocks: u32 = load<u32>(LEFT);
    for (let lane: usize = 1; lane < live; lane++) {
      const left: u32 = load<u32>(LEFT + (lane << 2));
      if (left < blocks) blocks = left;
    }
    if (live <= 2) {
      step(live, blocks);
    } else {
      const width: usize = live <= 4 ? 4 : live <= 8 ? 8 : 12;
      for (let lane = live; lane < width; lane++) {
        store<u32>(POINTER + (lane << 2), load<u32>(POINTER)); // idle lanes read along with the first
      }
      if (width == 4) {
        md5_x4(STATE, POINTER, blocks, WORDS, WORDS, WORDS, WORDS, SINES, SINES, SINES);
      } else if (width == 8) {
        md5_x8(STATE, POINTER, blocks, WORDS, WORDS, WORDS, WORDS, SINES, SINES, SINES);
      } else {
        md5_x12(STATE, POINTER, blocks, WORDS, WORDS, WORDS, WORDS, SINES, SINES, SINES);
      }
    }
    for (let lane: usize = 0; lane < live;) {
      const left: u32 = load<u32>(LEFT + (lane << 2)) - blocks;
      store<u32>(LEFT + (lane << 2), left);
      if (left > 0) {
        lane++;
        continue;
      }
      take(lane);
      while (next < end && load<u32>(next, 20) == 0) next += 32;
      if (next < end) {
        put(lane++, next);
        next += 32;
      } else if (lane < --live) {
        move(lane, live); // and look at this lane again: its blocks are not yet counted
      }
    }
  }
}
