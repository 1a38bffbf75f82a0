/**
 * The same jobs by others: Git LFS, and the floor, which is what the system's own tools take to
 * read, hash, copy or look at the same files.
 *
 * @module
 */
import { environmentFor } from "../../tests/support/environment.ts";
import { type TemporaryFolder, temporaryFolder } from "../../tests/support/temporary.ts";
import type { Meter, Sample } from "./measure.ts";

/** Called with what a job took. */
export type Note = (job: string, sample: Sample) => void;

/** A dataset: `v1` in the folder, and `v2` with what is other in the second version. */
export interface PeerOptions {
  readonly meter: Meter;
  readonly source: TemporaryFolder;
  readonly note: Note;
}

/** A folder with a meter beside it. */
class Bench implements Disposable {
  readonly folder = temporaryFolder();
  readonly #options: PeerOptions;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  /** Measures a line for a shell, under the name of a job. */
  async job(job: string, line: string): Promise<void> {
    const sample = await this.#options.meter.measure({
      command: ["sh", "-ec", line],
      cwd: this.folder.path,
      env: environmentFor(this.folder.path),
    });
    this.#options.note(job, sample);
  }

  /** Runs a line that nobody measures. */
  shell(line: string): void {
    const { success, stderr } = new Deno.Command("sh", {
      args: ["-ec", line],
      cwd: this.folder.path,
      clearEnv: true,
      env: environmentFor(this.folder.path),
    }).outputSync();
    if (!success) throw new Error(`${line}: ${new TextDecoder().decode(stderr)}`);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

/** The floor: each byte read, hashed and written once, each file looked at once. */
export async function floorJobs(options: PeerOptions): Promise<void> {
  using bench = new Bench(options);
  const { path } = options.source;
  bench.shell(`cp -r '${path}/v1' d`);
  await bench.job("add", "cp -r d cache && find d -type f -print0 | xargs -0 md5sum > sums");
  const look = "find d -type f -printf '%p %s %T@ %i\\n' > facts";
  for (const job of ["add again, unchanged", "status, unchanged", "data status, unchanged"]) {
    await bench.job(job, look);
  }
  await bench.job("push, folder", "cp -r cache store");
  bench.shell("rm -rf d cache");
  await bench.job("pull, folder", "cp -r store cache && cp -r cache d");
  bench.shell("rm -rf d");
  await bench.job("checkout", "cp -r cache d");
  await bench.job("get", "cp -r store got");
}

/** Whether Git LFS is on this machine. */
export function hasGitLfs(): boolean {
  try {
    return new Deno.Command("git-lfs", { args: ["version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Git LFS. It has no imports; its `get` is a clone of one version. */
export async function gitLfsJobs(options: PeerOptions): Promise<void> {
  using bench = new Bench(options);
  const { path } = options.source;
  bench.shell("git init -q -b main reg && git init -q --bare store");
  bench.shell("cd reg && git lfs install --local && git remote add origin ../store");
  bench.shell("echo 'd/** filter=lfs diff=lfs merge=lfs -text' > reg/.gitattributes");
  bench.shell(`cp -r '${path}/v1' reg/d`);
  await bench.job("add", "cd reg && git add d .gitattributes");
  await bench.job("add again, unchanged", "cd reg && git add d");
  await bench.job("status, unchanged", "cd reg && git status > /dev/null");
  bench.shell("cd reg && git commit -qm one && git tag v1");
  await bench.job("push, folder", "cd reg && git push -q origin main v1");
  bench.shell("rm -rf reg/d reg/.git/lfs/objects");
  await bench.job("pull, folder", "cd reg && git lfs pull origin && git checkout -q -f main");
  bench.shell("rm -rf reg/d");
  await bench.job("checkout", "cd reg && git checkout -q -f main");
  bench.shell(`cp -r '${path}/v2/.' reg/d`);
  await bench.job("add, a third is new", "cd reg && git add d");
  bench.shell("cd reg && git commit -qm two && git tag v2");
  await bench.job("push, a third is new", "cd reg && git push -q origin main v2");
  await bench.job("diff v1 v2", "cd reg && git diff --name-status v1 v2 > /dev/null");
  await bench.job("checkout, v2 to v1", "cd reg && git checkout -q v1");
  await bench.job("get", "git lfs install > /dev/null && git clone -q -b v2 --depth 1 store got");
}
