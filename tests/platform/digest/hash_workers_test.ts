import assert from "node:assert/strict";
import { Engine } from "../../../src/platform/digest/engine.ts";
import { threadsFor } from "../../../src/platform/digest/hash_threads.ts";
import { useHashWorkers } from "../../../src/platform/digest/hash_worker.ts";
import { hashWithWorkers } from "../../../src/platform/digest/hash_workers.ts";
import type { HashWork } from "../../../src/platform/digest/hash_work.ts";
import { DvtError } from "../../../src/platform/error.ts";
import { builtinMd5, sample } from "./samples.ts";

const mainModule = new URL("./worker_main.ts", import.meta.url).href;
const engine = new Engine(18 * 1024 * 1024);
const lengths = [0, 1, 64, 5000, 70_000, 1_000_000, 2_500_000];
const contents = lengths.map((length) => sample(length, length));
const digests = contents.map((content) => builtinMd5(content));

/** Hashes many files, each of a few contents, and two that do not exist. */
async function hashMany(
  module: string,
  signal?: AbortSignal,
  done?: () => void,
): Promise<{ found: string[]; failed: number[]; progress: number[] }> {
  const directory = Deno.makeTempDirSync({ prefix: "dvt-test-" });
  try {
    contents.forEach((content, at) => Deno.writeFileSync(`${directory}/${at}`, content));
    const paths = Array.from({ length: 1400 }, (_, index) => `${directory}/${index % 7}`);
    paths[100] = paths[1300] = `${directory}/none`;
    const sizes = paths.map((_, index) => lengths[index % 7] ?? 0);
    const found: string[] = [];
    const failed: number[] = [];
    const progress = [0, 0];
    useHashWorkers(module);
    await hashWithWorkers(engine, {
      paths,
      sizes,
      sink: {
        done(index, digest, bytes, size) {
          done?.();
          assert.equal(found[index], undefined, "told twice");
          assert.equal(bytes, undefined);
          assert.equal(size, lengths[index % 7]);
          found[index] = digest;
        },
        failed(index, error) {
          assert.ok(error instanceof Deno.errors.NotFound);
          failed.push(index);
        },
      },
      options: {
        hash: "md5",
        keepBytes: false,
        ...(signal === undefined ? {} : { signal }),
        onProgress(files, bytes) {
          progress[0] = (progress[0] ?? 0) + files;
          progress[1] = (progress[1] ?? 0) + bytes;
        },
      },
    }, 3);
    return { found, failed: failed.sort((a, b) => a - b), progress };
  } finally {
    useHashWorkers(undefined);
    Deno.removeSync(directory, { recursive: true });
  }
}

const sound = {
  found: Array.from({ length: 1400 }, (_, index) => digests[index % 7]),
  failed: [100, 1300],
};
delete sound.found[100];
delete sound.found[1300];

Deno.test("several threads find what one finds, and each fault once", async () => {
  const { found, failed, progress } = await hashMany(mainModule);
  assert.deepEqual({ found, failed }, sound);
  const bytes = 200 * lengths.reduce((a, b) => a + b, 0) - (lengths[2] ?? 0) - (lengths[5] ?? 0);
  assert.deepEqual(progress, [1398, bytes]);
});

Deno.test("threads that do not start or break leave the work to this one", async () => {
  for (const code of ["throw new Error('no')", "postMessage('ready'); onmessage = () => no()"]) {
    const { found, failed } = await hashMany(`data:application/javascript,${code}`);
    assert.deepEqual({ found, failed }, sound);
  }
});

Deno.test("threads stop when the work is aborted or its sink throws", async () => {
  const controller = new AbortController();
  await assert.rejects(
    hashMany(mainModule, controller.signal, () => controller.abort()),
    (error) => error instanceof DvtError && error.kind === "interrupted",
  );
  await assert.rejects(
    hashMany(mainModule, undefined, () => {
      throw new RangeError("enough");
    }),
    RangeError,
  );
});

Deno.test("threads are used for much work only, and never where bytes are kept", () => {
  const threads = (count: number, size: number, more: object = {}) => {
    const work: HashWork = {
      paths: new Array(count).fill("a"),
      sizes: new Array(count).fill(size),
      sink: { done() {}, failed() {} },
      options: { hash: "md5", keepBytes: false, ...more },
    };
    return threadsFor(work);
  };
  useHashWorkers(mainModule);
  assert.equal(threads(5000, 100), 1);
  assert.equal(threads(4, 1e9), 1, "lanes would stay empty");
  assert.equal(threads(1e5, 100, { keepBytes: true }), 1);
  assert.equal(threads(1e5, 100, { threads: 1 }), 1);
  const all = Math.min(8, navigator.hardwareConcurrency);
  assert.equal(threads(1e5, 100), all);
  assert.equal(threads(100, 1e8), all);
  useHashWorkers(undefined);
  assert.equal(threads(1e5, 100), 1, "nobody allowed them");
});
