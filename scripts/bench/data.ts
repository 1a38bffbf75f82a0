/**
 * What people do with a dataset all day: dvt and DVC through the same jobs, in turn.
 *
 * @module
 */
import { environmentFor } from "../../tests/support/environment.ts";
import { startS3Server } from "../../tests/support/s3_server.ts";
import { type TemporaryFolder, temporaryFolder } from "../../tests/support/temporary.ts";
import { startWebServer, type WebServer } from "../../tests/support/web_server.ts";
import { say } from "../project_folder.ts";
import { medianOf, type Meter, type Sample } from "./measure.ts";
import { floorJobs, gitLfsJobs, hasGitLfs, type Note } from "./peers.ts";
import { shownGoal } from "./goals.ts";
import { dvc, dvtExecutable, dvtUnrestricted, type Program } from "./programs.ts";
import { megabytes, seconds, shownSize, type Table } from "./table.ts";

/** A dataset of equal files. */
export interface Dataset {
  /** Under which its goals stand. */
  readonly name: string;
  readonly files: number;
  /** Bytes of each. */
  readonly size: number;
  readonly rounds: number;
  /** Whether the jobs over a network are run, too. */
  readonly servers: boolean;
}

/** The samples of a job by program. */
type Samples = Map<string, Sample[]>;

/** Runs all jobs and makes a table of them. */
export async function dataJobs(meter: Meter, dataset: Dataset): Promise<Table> {
  const programs = [await dvtExecutable(), await dvtUnrestricted(), await dvc()];
  const jobs = new Map<string, Samples>();
  using source = temporaryFolder();
  writeFiles(source, dataset);
  for (let round = 0; round < dataset.rounds; round++) {
    for (const program of programs) {
      const walk = new Walk({ meter, program, source, dataset, jobs });
      await walk.run();
    }
    if (dataset.files === 1) continue;
    const noteFor = (name: string): Note => (job, sample) =>
      noteSample(jobs, { program: name, job, sample });
    await floorJobs({ meter, source, note: noteFor("floor") });
    if (!hasGitLfs()) continue;
    try {
      await gitLfsJobs({ meter, source, note: noteFor("git-lfs") });
    } catch (error) {
      // A peer that fails at its job leaves the rest of its column empty, and ours as it is.
      say(`Git LFS did not get through: ${error instanceof Error ? error.message : error}`);
    }
  }
  const { files, size, rounds } = dataset;
  const ratios: Record<string, number> = {};
  return {
    title: `${files.toLocaleString("en")} × ${shownSize(size)}, medians of ${rounds} rounds`,
    columns: [
      ...["job", "dvt CPU", "DVC CPU", "CPU ratio", "goal", "dvt -A", "git-lfs", "floor"],
      ...["dvt wall", "DVC wall", "dvt peak"],
    ],
    ratios,
    rows: [...jobs].map(([job, samples]) => {
      const [ours, theirs] = ["dvt", "DVC"].map((name) => medianOf(samples.get(name) ?? []));
      if (ours === undefined || theirs === undefined) throw new Error(`${job} was not run`);
      ratios[job] = ours.cpu / theirs.cpu;
      return [
        job,
        seconds(ours.cpu),
        seconds(theirs.cpu),
        (ours.cpu / theirs.cpu).toFixed(2),
        shownGoal(dataset.name, job, ours.cpu / theirs.cpu),
        ...["dvt -A", "git-lfs", "floor"].map((name) => {
          const others = samples.get(name);
          return others === undefined ? "" : (medianOf(others).cpu / theirs.cpu).toFixed(2);
        }),
        seconds(ours.wall),
        seconds(theirs.wall),
        megabytes(ours.peak),
      ];
    }),
  };
}

interface WalkOptions {
  readonly meter: Meter;
  readonly program: Program;
  readonly source: TemporaryFolder;
  readonly dataset: Dataset;
  readonly jobs: Map<string, Samples>;
}

/** One program's way through all jobs, in a folder of its own. */
class Walk {
  readonly #options: WalkOptions;
  readonly #folder = temporaryFolder();

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    try {
      await this.#start("reg");
      this.#shell(`cp -r '${this.#options.source.path}/v1' reg/d`);
      await settle();
      await this.#job("add", "reg", "add", "d");
      if (this.#options.dataset.files > 1) await this.#jobsOfMany();
    } finally {
      this.#folder[Symbol.dispose]();
    }
  }

  async #jobsOfMany(): Promise<void> {
    const { source, dataset } = this.#options;
    await this.#quickJob("add again, unchanged", "reg", "add", "d");
    await this.#quickJob("status, unchanged", "reg", "status");
    await this.#quickJob("data status, unchanged", "reg", "data", "status");
    await this.#run("reg", "remote", "add", "-d", "store", this.#folder.at("store"));
    await this.#job("push, folder", "reg", "push");
    this.#commit("reg", "v1");
    this.#shell("rm -rf reg/d reg/.dvc/cache reg/.dvc/tmp");
    await this.#job("pull, folder", "reg", "pull");
    this.#shell("rm -rf reg/d");
    await this.#job("checkout", "reg", "checkout");
    this.#shell(`cp -r '${source.path}/v2/.' reg/d`);
    await settle();
    await this.#job("add, a third is new", "reg", "add", "d");
    await this.#job("push, a third is new", "reg", "push");
    this.#commit("reg", "v2");
    await this.#quickJob("diff v1 v2", "reg", "diff", "v1", "v2");
    this.#shell("cd reg && git checkout -q v1 -- d.dvc");
    await this.#job("checkout, v2 to v1", "reg", "checkout");
    this.#shell("cd reg && git checkout -q v2 -- d.dvc");
    const url = `file://${this.#folder.at("reg")}`;
    this.#shell("mv reg/.dvc/cache aside");
    await this.#job("get", "", "get", url, "d", "-o", "got");
    await this.#job("get one file", "", "get", url, "d/0", "-o", "one");
    await this.#start("w");
    await this.#job("import v1", "w", "import", "--rev", "v1", url, "d");
    await this.#job("update to v2", "w", "update", "--rev", "v2", "d.dvc");
    this.#shell("mv aside reg/.dvc/cache");
    await this.#job("gc -w", "reg", "gc", "-w", "-f");
    if (dataset.servers) await this.#jobsOverNetworks();
  }

  async #jobsOverNetworks(): Promise<void> {
    const s3 = await startS3Server();
    try {
      await this.#run("reg", "remote", "add", "-f", "-d", "store", `s3://${s3.bucket}/data`);
      for (const [name, value] of Object.entries(s3.options)) {
        await this.#run("reg", "remote", "modify", "store", name, value);
      }
      await this.#job("push, S3", "reg", "push");
      this.#shell("rm -rf reg/d reg/.dvc/cache reg/.dvc/tmp");
      await this.#job("pull, S3", "reg", "pull");
    } finally {
      await s3.stop();
    }
    const web = startWebServer();
    try {
      serveCache(web, this.#folder.at("reg/.dvc/cache"));
      await this.#run("reg", "remote", "add", "-f", "-d", "store", web.url);
      this.#shell("rm -rf reg/d reg/.dvc/cache reg/.dvc/tmp");
      await this.#job("pull, HTTP", "reg", "pull");
    } finally {
      await web.stop();
    }
  }

  async #start(name: string): Promise<void> {
    this.#folder.git("init", "-q", name);
    await this.#run(name, "init", "-q");
  }

  #commit(name: string, tag: string): void {
    this.#folder.git("-C", name, "add", "--all");
    this.#folder.git("-C", name, "commit", "-qm", tag);
    this.#folder.git("-C", name, "tag", tag);
  }

  async #job(job: string, cwd: string, ...args: string[]): Promise<void> {
    const { jobs, program } = this.#options;
    const sample = await this.#run(cwd, ...args);
    noteSample(jobs, { program: program.name, job, sample });
  }

  /** A job that changes nothing and is soon done: three times, since one says little. */
  async #quickJob(job: string, cwd: string, ...args: string[]): Promise<void> {
    for (let time = 0; time < 3; time++) await this.#job(job, cwd, ...args);
  }

  #run(cwd: string, ...args: string[]): Promise<Sample> {
    const { meter, program } = this.#options;
    return meter.measure({
      command: [...program.command, ...args],
      cwd: this.#folder.at(cwd),
      env: environmentFor(this.#folder.path),
    });
  }

  #shell(script: string): void {
    const run = new Deno.Command("sh", { args: ["-ec", script], cwd: this.#folder.path });
    const { success, stderr } = run.outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }
}

function noteSample(
  jobs: Map<string, Samples>,
  { program, job, sample }: { program: string; job: string; sample: Sample },
): void {
  say(`${program}: ${job}: ${seconds(sample.cpu)} CPU, ${seconds(sample.wall)}`);
  let samples = jobs.get(job);
  if (samples === undefined) jobs.set(job, samples = new Map());
  samples.set(program, [...samples.get(program) ?? [], sample]);
}

/** Data is seldom added in the second it was written, when no program can trust its times yet. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2100));
}

/** Version 1, and the files that version 2 has in other or in more words. */
function writeFiles(folder: TemporaryFolder, { files, size }: Dataset): void {
  for (const version of ["v1", "v2"]) Deno.mkdirSync(folder.at(version));
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65536) {
    crypto.getRandomValues(bytes.subarray(from, from + 65536));
  }
  const write = (name: string, mark: number) => {
    new DataView(bytes.buffer).setFloat64(0, mark);
    Deno.writeFileSync(folder.at(name), bytes);
  };
  for (let i = 0; i < files; i++) write(`v1/${i}`, i);
  for (let i = 0; i < files / 3; i++) write(`v2/${i * 3}`, -i - 1);
}

function serveCache(server: WebServer, cache: string): void {
  for (const { name: prefix } of Deno.readDirSync(`${cache}/files/md5`)) {
    for (const { name } of Deno.readDirSync(`${cache}/files/md5/${prefix}`)) {
      const path = `/files/md5/${prefix}/${name}`;
      server.files.set(path, Deno.readFileSync(cache + path));
    }
  }
}
