import assert from "node:assert/strict";
import { BLOCK, Engine, JOB_WORDS, LANES, PADDING } from "../../../src/platform/digest/engine.ts";
import { builtinMd5, randomSource, sample } from "./samples.ts";

const engine = new Engine(12 * 1024 * 1024);
const jobs = engine.reserve(512 * JOB_WORDS * 4);
const digits = engine.reserve(512 * 32);
const data = engine.reserve(11 * 1024 * 1024);

/** Hashes messages in one call and compares each digest. */
function check(messages: readonly Uint8Array[], lanes: number): void {
  let next = data;
  messages.forEach((message, at) => {
    engine.bytes.set(message, next);
    const job = (jobs >> 2) + at * JOB_WORDS;
    engine.words[job + 4] = next;
    engine.words[job + 5] = message.length;
    next += message.length + PADDING; // addresses need no alignment
  });
  engine.whole(jobs, messages.length, lanes);
  const digests = engine.hex(jobs, messages.length, digits);
  messages.forEach((message, at) => {
    const digest = digests.slice(32 * at, 32 * at + 32);
    assert.equal(digest, builtinMd5(message), `${message.length} bytes in ${lanes} lanes`);
  });
}

Deno.test("the engine agrees with built-in MD5 on all lengths to 300 in any number of lanes", () => {
  const messages = Array.from({ length: 301 }, (_, length) => sample(length, length));
  for (let lanes = 1; lanes <= LANES; lanes++) check(messages, lanes);
});

Deno.test("any number of messages of one length goes through any number of lanes", () => {
  for (let count = 1; count <= 2 * LANES + 1; count++) {
    const messages = Array.from({ length: count }, (_, seed) => sample(1000, seed));
    for (const lanes of [1, 2, 3, 4, 5, 8, 9, LANES]) check(messages, lanes);
  }
});

Deno.test("the engine agrees with built-in MD5 on mixed lengths", () => {
  const random = randomSource(7);
  for (let round = 0; round < 60; round++) {
    const messages = Array.from({ length: 1 + Math.floor(random() * 40) }, (_, seed) => {
      return sample(Math.floor(Math.exp(random() * 12)), seed + round);
    });
    check(messages, 1 + Math.floor(random() * LANES));
  }
});

Deno.test("jobs go on where they were left, and jobs without blocks stay as they are", () => {
  const count = LANES + 3;
  const messages = Array.from({ length: count }, (_, at) => sample(BLOCK * (1 + 5 * at), at));
  const done = messages.map(() => 0);
  const random = randomSource(3);
  messages.forEach((_, at) => engine.start(jobs + at * JOB_WORDS * 4));
  for (let round = 0; round < 500; round++) {
    let next = data;
    messages.forEach((message, at) => {
      const left = message.length / BLOCK - (done[at] ?? 0);
      const blocks = Math.min(left, Math.floor(random() * 4));
      const from = (done[at] ?? 0) * BLOCK;
      engine.bytes.set(message.subarray(from, from + blocks * BLOCK), next);
      const job = (jobs >> 2) + at * JOB_WORDS;
      engine.words[job + 4] = next;
      engine.words[job + 5] = blocks;
      next += blocks * BLOCK;
      done[at] = (done[at] ?? 0) + blocks;
    });
    engine.run(jobs, count, 1 + Math.floor(random() * LANES));
  }
  messages.forEach((message, at) => {
    assert.equal(done[at], message.length / BLOCK);
    const job = jobs + at * JOB_WORDS * 4;
    engine.words[(job >> 2) + 4] = data;
    engine.words[(job >> 2) + 5] = engine.pad(data, 0, message.length);
    engine.run(job, 1);
    assert.equal(engine.hex(job, 1, digits), builtinMd5(message));
  });
});

Deno.test("memory that is used up is refused", () => {
  const small = new Engine(1024 * 1024);
  small.reserve(512 * 1024);
  assert.throws(() => small.reserve(1024 * 1024), RangeError);
});
