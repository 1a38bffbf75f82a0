import assert from "node:assert/strict";
import {
  copyAndHash,
  hashFiles,
  type HashOptions,
  type HashSink,
  HELD_SIZE,
} from "../../../src/platform/digest/bulk.ts";
import { setDigestEngine } from "../../../src/platform/digest/engine_choice.ts";
import { createHasher, type HashName } from "../../../src/platform/digest/hasher.ts";
import { DvtError } from "../../../src/platform/error.ts";
import { builtinMd5, randomSource, sample, textSample } from "./samples.ts";

/** What a sink was told. */
interface Told {
  readonly digests: (string | undefined)[];
  readonly contents: (Uint8Array | undefined)[];
  readonly sizes: number[];
  readonly faults: unknown[];
}

function recorder(): { told: Told; sink: HashSink } {
  const told: Told = { digests: [], contents: [], sizes: [], faults: [] };
  const sink: HashSink = {
    done(index, digest, bytes, size) {
      assert.equal(told.digests[index], undefined, "told twice");
      told.digests[index] = digest;
      told.contents[index] = bytes?.slice();
      told.sizes[index] = size;
    },
    failed(index, error) {
      assert.equal(told.faults[index], undefined, "told twice");
      told.faults[index] = error;
    },
  };
  return { told, sink };
}

async function withFiles(
  contents: readonly Uint8Array[],
  work: (paths: string[], directory: string) => Promise<void>,
): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "dvt-test-" });
  try {
    const paths = contents.map((content, at) => {
      const path = `${directory}/${at}`;
      Deno.writeFileSync(path, content);
      return path;
    });
    await work(paths, directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

async function inEachMode(work: () => Promise<void>): Promise<void> {
  try {
    for (const mode of ["engine", "builtin"]) {
      setDigestEngine(mode);
      await work();
    }
  } finally {
    setDigestEngine(undefined);
  }
}

function expected(content: Uint8Array, hash: HashName): string {
  if (hash === "md5") return builtinMd5(content);
  const hasher = createHasher(hash); // judged by itself in dos2unix_test.ts
  hasher.update(content);
  return hasher.digestHex();
}

const borders = [0, 1, 55, 56, 63, 64, 65, 8192, 65535, 65536, 65537, 131071, 131072, 131073]
  .concat([HELD_SIZE - 1, HELD_SIZE, HELD_SIZE + 1, HELD_SIZE + 63, 2 * HELD_SIZE])
  .concat([2 * HELD_SIZE + 1, 3 * HELD_SIZE + 77]);

Deno.test("files of every kind of length are hashed, and small ones handed on", async () => {
  const contents = borders.flatMap((length) => [sample(length, length), textSample(length)]);
  const random = randomSource(5);
  for (let i = 0; i < 300; i++) {
    contents.push(sample(Math.floor(Math.exp(random() * 13)), i));
  }
  await withFiles(contents, async (paths) => {
    await inEachMode(async () => {
      for (const hash of ["md5", "md5-dos2unix"] as const) {
        for (const keepBytes of [true, false]) {
          const { told, sink } = recorder();
          await hashFiles(paths, contents.map(({ length }) => length), sink, { hash, keepBytes });
          contents.forEach((content, at) => {
            assert.equal(told.digests[at], expected(content, hash), `${hash}, ${content.length}`);
            assert.equal(told.sizes[at], content.length);
            const held = keepBytes && content.length <= HELD_SIZE;
            assert.deepEqual(told.contents[at], held ? content : undefined);
          });
          assert.deepEqual(told.faults, []);
        }
      }
    });
  });
});

Deno.test("files that changed since they were measured are hashed as they are", async () => {
  const contents = borders.map((length) => sample(length, length));
  await withFiles(contents, async (paths) => {
    await inEachMode(async () => {
      for (const announced of [0, 1, 64, 100_000, HELD_SIZE, HELD_SIZE + 1, 5 * HELD_SIZE]) {
        const { told, sink } = recorder();
        const sizes = contents.map(() => announced);
        await hashFiles(paths, sizes, sink, { hash: "md5", keepBytes: true });
        assert.deepEqual(told.digests, contents.map((content) => builtinMd5(content)));
        assert.deepEqual(told.sizes, contents.map(({ length }) => length));
      }
    });
  });
});

Deno.test("files that cannot be read fail alone", async () => {
  await withFiles([sample(10), sample(2_000_000)], async (paths, directory) => {
    await inEachMode(async () => {
      const all = [`${directory}/none`, ...paths, directory, `${directory}/nothing`, directory];
      const sizes = [10, 10, 2_000_000, 4096, 5_000_000, 5_000_000];
      const { told, sink } = recorder();
      await hashFiles(all, sizes, sink, { hash: "md5", keepBytes: false });
      assert.equal(told.digests[1], builtinMd5(sample(10)));
      assert.equal(told.digests[2], builtinMd5(sample(2_000_000)));
      assert.ok(told.faults[0] instanceof Deno.errors.NotFound);
      assert.ok(told.faults[3] instanceof Error);
      assert.ok(told.faults[4] instanceof Deno.errors.NotFound);
      assert.ok(told.faults[5] instanceof Error);
      assert.deepEqual(Object.keys(told.faults), ["0", "3", "4", "5"]);
    });
  });
});

Deno.test("large files are copied while they are hashed, small ones are not", async () => {
  const contents = [1, HELD_SIZE, HELD_SIZE + 1, 3_000_000].map((length) => sample(length));
  await withFiles(contents, async (paths, directory) => {
    await inEachMode(async () => {
      const { told, sink } = recorder();
      const target = (index: number) => `${directory}/copy${index}`;
      const sizes = contents.map(({ length }) => length);
      const options: HashOptions = { hash: "md5", keepBytes: true, mode: 0o444 };
      await hashFiles(paths, sizes, {
        ...sink,
        done(index, digest, bytes, size) {
          sink.done(index, digest, bytes, size);
          if (bytes !== undefined) return;
          assert.deepEqual(Deno.readFileSync(target(index)), contents[index]);
          assert.equal((Deno.statSync(target(index)).mode ?? 0) & 0o777, 0o444);
          Deno.removeSync(target(index));
        },
        copyTo: target,
      }, options);
      assert.deepEqual(told.digests, contents.map((content) => builtinMd5(content)));
      assert.deepEqual([...Deno.readDirSync(directory)].length, contents.length);
    });
  });
});

Deno.test("a copy that cannot be made fails its file, and no half copy stays", async () => {
  const contents = [3_000_000, 2_000_000, 2_500_000].map((length) => sample(length));
  await withFiles(contents, async (paths, directory) => {
    await inEachMode(async () => {
      const targets = [`${directory}/none/copy`, `${directory}/copy`, paths[0]];
      const { told, sink } = recorder();
      await hashFiles(paths, contents.map(({ length }) => length), {
        ...sink,
        copyTo: (index) => targets[index],
      }, { hash: "md5", keepBytes: true });
      assert.ok(told.faults[0] instanceof Deno.errors.NotFound);
      assert.equal(told.digests[1], builtinMd5(sample(2_000_000)));
      assert.ok(told.faults[2] instanceof Deno.errors.AlreadyExists);
      assert.deepEqual(Deno.readFileSync(paths[0] ?? ""), contents[0], "not overwritten");
      Deno.removeSync(`${directory}/copy`);
    });
  });
});

Deno.test("aborted work stops with `interrupted` and leaves no half copy", async () => {
  const contents = Array.from({ length: 40 }, (_, at) => sample(2_000_000, at));
  await withFiles(contents, async (paths, directory) => {
    await inEachMode(async () => {
      const controller = new AbortController();
      let done = 0;
      await assert.rejects(
        hashFiles([...paths, ...paths, ...paths], new Array(120).fill(2_000_000), {
          done() {
            done++;
            controller.abort();
            const end = performance.now() + 60; // time for a pause
            while (performance.now() < end);
          },
          failed: (_index, error) => assert.fail(String(error)),
          copyTo: (index) => `${directory}/copy${index}`,
        }, { hash: "md5", keepBytes: true, signal: controller.signal }),
        (error) => error instanceof DvtError && error.kind === "interrupted",
      );
      const copies = [...Deno.readDirSync(directory)].filter(({ name }) => name.startsWith("copy"));
      assert.equal(copies.length, done);
      for (const { name } of copies) Deno.removeSync(`${directory}/${name}`);
      await assert.rejects(
        hashFiles(paths, [], recorder().sink, {
          hash: "md5",
          keepBytes: false,
          signal: controller.signal,
        }),
        DvtError,
      );
    });
  });
});

Deno.test("what the sink throws ends the work, and the next work is not disturbed", async () => {
  const contents = [10, 70_000, 2_000_000].map((length) => sample(length));
  await withFiles(contents, async (paths) => {
    await inEachMode(async () => {
      const sizes = contents.map(({ length }) => length);
      for (const at of [0, 1, 2]) {
        const sink: HashSink = {
          done(index) {
            if (index === at) throw new RangeError("enough");
          },
          failed: (_index, error) => assert.fail(String(error)),
        };
        const work = hashFiles(paths, sizes, sink, { hash: "md5", keepBytes: false });
        await assert.rejects(work, RangeError);
      }
      const { told, sink } = recorder();
      await hashFiles(paths, sizes, sink, { hash: "md5", keepBytes: false });
      assert.deepEqual(told.digests, contents.map((content) => builtinMd5(content)));
    });
  });
});

Deno.test("several works at once do not mix, and progress adds up", async () => {
  const contents = Array.from({ length: 60 }, (_, at) => sample(60_000 * at, at));
  await withFiles(contents, async (paths) => {
    await inEachMode(async () => {
      const sizes = contents.map(({ length }) => length);
      const works = await Promise.all([true, false, true].map(async (keepBytes) => {
        const { told, sink } = recorder();
        const seen = { files: 0, bytes: 0 };
        await hashFiles(paths, sizes, sink, {
          hash: "md5",
          keepBytes,
          onProgress(files, bytes) {
            seen.files += files;
            seen.bytes += bytes;
          },
        });
        return { told, seen };
      }));
      for (const { told, seen } of works) {
        assert.deepEqual(told.digests, contents.map((content) => builtinMd5(content)));
        assert.deepEqual(seen, { files: 60, bytes: sizes.reduce((a, b) => a + b, 0) });
      }
    });
  });
});

Deno.test("copyAndHash() copies one file of any size, or only hashes it", async () => {
  const contents = [0, 10, HELD_SIZE, 2_500_000].map((length) => sample(length));
  await withFiles(contents, async (paths, directory) => {
    await inEachMode(async () => {
      for (const [at, content] of contents.entries()) {
        const target = `${directory}/copy`;
        const result = await copyAndHash(paths[at] ?? "", target, { hash: "md5" });
        assert.deepEqual(result, { digest: builtinMd5(content), size: content.length });
        assert.deepEqual(Deno.readFileSync(target), content);
        await assert.rejects(
          copyAndHash(paths[at] ?? "", target, { hash: "md5" }),
          Deno.errors.AlreadyExists,
        );
        Deno.removeSync(target);
        assert.deepEqual(await copyAndHash(paths[at] ?? "", undefined, { hash: "md5" }), result);
      }
    });
    await assert.rejects(
      copyAndHash(`${directory}/none`, `${directory}/copy`, { hash: "md5" }),
      Deno.errors.NotFound,
    );
  });
});
