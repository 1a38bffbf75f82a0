/**
 * Measures the hash engine beside built-in hashing, in processor time of this process:
 *
 *     deno run -A scripts/bench/digest.ts [folder for files]
 *
 * Files lie in the page cache. Each figure is the median of interleaved rounds; the first round,
 * which pays for starting and compiling the engine, is shown as `cold`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import process from "node:process";
import { hashFiles } from "../../src/platform/digest/bulk.ts";
import { setDigestEngine } from "../../src/platform/digest/engine_choice.ts";
import { isHashWorker, useHashWorkers } from "../../src/platform/digest/hash_worker.ts";
import { Md5 } from "../../src/platform/digest/md5.ts";
import { serveHashing } from "../../src/platform/digest/serve_hashing.ts";

const ROUNDS = 5;

/** A set of files of one size. */
interface FileSet {
  readonly name: string;
  readonly count: number;
  readonly size: number;
}

const fileSets: readonly FileSet[] = [
  { name: "2,800 x 23 KB", count: 2800, size: 23_000 },
  { name: "100,000 x 4 KB", count: 100_000, size: 4096 },
  { name: "400 x 500 KB", count: 400, size: 500_000 },
  { name: "24 x 64 MB", count: 24, size: 64_000_000 },
  { name: "2 x 256 MB", count: 2, size: 256_000_000 },
  { name: "1 x 512 MB", count: 1, size: 512_000_000 },
];

/** What one way of working took in milliseconds. */
interface Taken {
  readonly cpu: number;
  readonly wall: number;
}

async function take(work: () => Promise<void> | void): Promise<Taken> {
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, wall };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function print(cells: readonly string[]): void {
  const line = cells.length === 0 ? "" : `| ${cells.join(" | ")} |`;
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Measures ways of working by turns. Gives the medians and each way's first round. */
async function compare<Way extends string>(
  ways: readonly Way[],
  work: (way: Way) => Promise<void> | void,
): Promise<Record<Way, Taken & { cold: number }>> {
  const taken = new Map<Way, Taken[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ways) taken.get(way)?.push(await take(() => work(way)));
  }
  const results = ways.map((way) => {
    const rounds = taken.get(way) ?? [];
    return [way, {
      cpu: median(rounds.map(({ cpu }) => cpu)),
      wall: median(rounds.map(({ wall }) => wall)),
      cold: rounds[0]?.cpu ?? 0,
    }];
  });
  return Object.fromEntries(results);
}

function makeFiles(folder: string, { count, size }: FileSet): string[] {
  const noise = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) {
    crypto.getRandomValues(noise.subarray(at, Math.min(size, at + 65536)));
  }
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const directory = `${folder}/${Math.floor(index / 1000)}`;
    if (index % 1000 === 0) Deno.mkdirSync(directory, { recursive: true });
    new DataView(noise.buffer).setUint32(0, index);
    paths.push(`${directory}/${index}`);
    Deno.writeFileSync(`${directory}/${index}`, noise);
  }
  return paths;
}

async function measureFiles(folder: string, set: FileSet): Promise<void> {
  const paths = makeFiles(folder, set);
  const sizes = new Float64Array(set.count).fill(set.size);
  const sink = {
    done() {},
    failed(_index: number, error: unknown) {
      throw error;
    },
  };
  const room = new Uint8Array(1024 * 1024);
  const { read, builtin, engine, threads } = await compare(
    ["read", "builtin", "engine", "threads"],
    async (way) => {
      if (way === "read") {
        for (const path of paths) {
          using file = Deno.openSync(path);
          while (file.readSync(room) !== null && set.size > room.length);
        }
        return;
      }
      setDigestEngine(way === "builtin" ? "builtin" : "engine");
      useHashWorkers(way === "threads" ? import.meta.url : undefined);
      await hashFiles(paths, sizes, sink, { hash: "md5", keepBytes: false });
    },
  );
  const rate = ({ cpu }: Taken) => {
    return `${(set.count * set.size / cpu / 1e6).toFixed(2)} GB/s, ${
      (1000 * cpu / set.count).toFixed(1)
    } us/file`;
  };
  print([set.name, rate(read), rate(builtin), rate(engine)].concat(
    [`${engine.cold.toFixed(0)} / ${engine.cpu.toFixed(0)} ms`],
    [`${engine.wall.toFixed(0)} -> ${threads.wall.toFixed(0)} ms`],
    [`${(builtin.cpu / engine.cpu).toFixed(1)}x`],
  ));
  Deno.removeSync(folder, { recursive: true });
}

async function measureStreams(): Promise<void> {
  print(["bytes of one stream", "built-in", "engine", "gain"]);
  print(["---", "---", "---", "---"]);
  for (const size of [100, 1000, 4096, 65536, 1_000_000, 16_000_000]) {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.min(size, 65536)));
    const repeats = Math.ceil(50e6 / (size + 500));
    const { builtin, engine } = await compare(["builtin", "engine"], (way) => {
      setDigestEngine(way);
      for (let repeat = 0; repeat < repeats; repeat++) {
        const hash = way === "builtin" ? createHash("md5") : new Md5();
        for (let at = 0; at < size; at += bytes.length) {
          hash.update(bytes.subarray(0, Math.min(bytes.length, size - at)));
        }
        if (hash instanceof Md5) hash.digestHex();
        else hash.digest("hex");
      }
    });
    const rate = ({ cpu }: Taken) => {
      return `${(repeats * size / cpu / 1e6).toFixed(2)} GB/s, ${
        (1000 * cpu / repeats).toFixed(1)
      } us`;
    };
    print([`${size}`, rate(builtin), rate(engine), `${(builtin.cpu / engine.cpu).toFixed(1)}x`]);
  }
}

if (isHashWorker()) {
  serveHashing();
} else if (import.meta.main) {
  await measureStreams();
  print([]);
  print([
    "files",
    "read only",
    "built-in",
    "engine",
    "engine cold / warm",
    "wall, 1 thread -> threads",
    "gain",
  ]);
  print(["---", "---", "---", "---", "---", "---", "---"]);
  const folder = Deno.makeTempDirSync({
    prefix: "dvt-bench-",
    ...(Deno.args[0] === undefined ? {} : { dir: Deno.args[0] }),
  });
  try {
    for (const set of fileSets) await measureFiles(`${folder}/files`, set);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
