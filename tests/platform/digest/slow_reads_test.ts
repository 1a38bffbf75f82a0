import assert from "node:assert/strict";
import { Engine } from "../../../src/platform/digest/engine.ts";
import type { HashSink, HashWork } from "../../../src/platform/digest/hash_work.ts";
import { createHasher } from "../../../src/platform/digest/hasher.ts";
import { HeldFiles } from "../../../src/platform/digest/held_files.ts";
import { LargeFiles } from "../../../src/platform/digest/large_files.ts";
import { Pace } from "../../../src/platform/digest/pace.ts";
import { ReadSpeed } from "../../../src/platform/digest/read_speed.ts";
import { sample, textSample } from "./samples.ts";

function slowDisk(): ReadSpeed {
  const speed = new ReadSpeed();
  speed.took(1e9, { files: 1, bytes: 1 });
  return speed;
}

for (const hash of ["md5", "md5-dos2unix"] as const) {
  Deno.test(`files of a slow disk are read side by side, with ${hash}`, async () => {
    const lengths = [0, 1, 64, 8000, 70_000, 1_000_000, 1_048_576, 1_100_000, 3_000_000];
    const contents = lengths.flatMap((length) => [
      sample(length, length),
      textSample(length),
      sample(length, length + 1),
    ]);
    const directory = Deno.makeTempDirSync({ prefix: "dvt-test-" });
    try {
      const paths = contents.map((content, at) => {
        Deno.writeFileSync(`${directory}/${at}`, content);
        return `${directory}/${at}`;
      });
      paths.push(`${directory}/none`);
      const sizes = contents.map(({ length }) => length);
      sizes[3] = 0; // grew
      sizes[9] = 50_000; // shrank
      const digests: string[] = [];
      const faults: number[] = [];
      const sink: HashSink = {
        done(index, digest, bytes, size) {
          assert.equal(digests[index], undefined);
          digests[index] = digest;
          assert.equal(size, contents[index]?.length);
          if (bytes !== undefined) assert.deepEqual(bytes.slice(), contents[index]);
        },
        failed: (index) => faults.push(index),
      };
      const work: HashWork = { paths, sizes, sink, options: { hash, keepBytes: true } };
      const engine = new Engine(18 * 1024 * 1024);
      const pace = new Pace(work.options);
      const large: number[] = [];
      const held = new HeldFiles(engine, work, {
        pace,
        speed: slowDisk(),
        tooLarge: (index) => large.push(index),
      });
      for (let index = 0; index < paths.length; index++) {
        if ((sizes[index] ?? 0) > 1_048_576) large.push(index);
        else if (held.add(index)) await held.flush();
      }
      await held.flush();
      large.push(paths.length - 1);
      using files = new LargeFiles(engine, work, { pace, speed: slowDisk(), queue: large });
      while (await files.advance());
      contents.forEach((content, at) => {
        const hasher = createHasher(hash);
        hasher.update(content);
        assert.equal(digests[at], hasher.digestHex(), `file ${at} of ${content.length} bytes`);
      });
      assert.deepEqual(faults, [contents.length, contents.length]);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}
