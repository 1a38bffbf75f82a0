/**
 * One file out of a registry with a long history and many datasets: how much of it has to be moved?
 *
 * @module
 */
import { createHash } from "node:crypto";
import { environmentFor } from "../../tests/support/environment.ts";
import { type TemporaryFolder, temporaryFolder } from "../../tests/support/temporary.ts";
import { shownGoal } from "./goals.ts";
import type { Meter, Sample } from "./measure.ts";
import { dvc, dvtExecutable } from "./programs.ts";
import { seconds, type Table } from "./table.ts";

const commits = 5000;
const datasets = 2000;

/** `get` of one small file, the first time and again, and `list -R` of everything. */
export async function bigRegistry(meter: Meter, table: string): Promise<Table> {
  using folder = temporaryFolder();
  await makeRegistry(folder);
  // Over a wire: what lies on the same disk need not be moved at all.
  await using server = new GitServer(folder.path);
  const url = await server.urlOf("registry");
  const programs = [await dvtExecutable(), await dvc()];
  const samples = new Map<string, Sample>();
  for (const { name, command } of programs) {
    const measured = async (job: string, args: readonly string[]) => {
      samples.set(
        `${name} ${job}`,
        await meter.measure({
          command: [...command, ...args],
          cwd: folder.path,
          env: environmentFor(folder.path),
        }),
      );
    };
    for (const time of ["first", "again"]) {
      const out = `${name}-${time}`;
      await measured(`get, ${time}`, ["get", url, datasetPath(0), "-o", out]);
      if (folder.read(out) !== content(0)) throw new Error(`${name} brought something else`);
    }
    await measured("list -R", ["list", "-R", url]);
  }
  const ratios: Record<string, number> = {};
  const rows = ["get, first", "get, again", "list -R"].map((job) => {
    const [ours, theirs] = programs.map(({ name }) => samples.get(`${name} ${job}`));
    if (ours === undefined || theirs === undefined) throw new Error(`${job} was not run`);
    const ratio = ours.cpu / theirs.cpu;
    ratios[job] = ratio;
    return [
      job,
      seconds(ours.cpu),
      seconds(theirs.cpu),
      ratio.toFixed(3),
      shownGoal(table, job, ratio),
      seconds(ours.wall),
      seconds(theirs.wall),
    ];
  });
  return {
    title: `${commits} commits with ${datasets} .dvc files, from a server`,
    columns: ["job", "dvt CPU", "DVC CPU", "CPU ratio", "goal", "dvt wall", "DVC wall"],
    rows,
    ratios,
  };
}

/** Serves the Git repositories of a folder on loopback. */
class GitServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #port: number;

  constructor(folder: string) {
    using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#port = free.addr.port;
    const options = ["--listen=127.0.0.1", `--port=${this.#port}`, `--base-path=${folder}`];
    this.#child = new Deno.Command("git", {
      args: ["daemon", "--reuseaddr", "--export-all", ...options],
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** Resolves when the server answers. */
  async urlOf(repository: string): Promise<string> {
    for (let patience = 100; patience > 0; patience--) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port: this.#port })).close();
        return `git://127.0.0.1:${this.#port}/${repository}`;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error("git daemon does not answer");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.status;
  }
}

function datasetPath(index: number): string {
  return `group-${index % 20}/data-${index}.csv`;
}

function content(index: number): string {
  return `rows of ${index}\n`;
}

/** Writes the whole history in one stream; only the first dataset's bytes are on the remote. */
async function makeRegistry(folder: TemporaryFolder): Promise<void> {
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const stageFile = (index: number, text: string): string =>
    `outs:\n- md5: ${md5(text)}\n  size: ${text.length}\n  hash: md5\n` +
    `  path: data-${index}.csv\n`;
  const stream: string[] = [];
  const file = (path: string, text: string): string =>
    `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
  for (let commit = 0; commit < commits; commit++) {
    const index = commit % datasets;
    // Every dataset has older versions, and the newest of the first one is the one to get.
    const text = index === 0 || commit + datasets >= commits
      ? content(index)
      : `${commit} ${content(index)}`;
    const message = `commit ${commit}`;
    stream.push(
      "commit refs/heads/main\n",
      `committer Tester <tester@example.org> ${1_700_000_000 + commit} +0000\n`,
      `data ${message.length}\n${message}\n`,
    );
    if (commit === 0) {
      const config = `[core]\n    remote = store\n['remote "store"']\n    url = ${
        folder.at("store")
      }\n`;
      stream.push(file(".dvc/config", config), file(".dvc/.gitignore", "/tmp\n/cache\n"));
    }
    stream.push(file(`${datasetPath(index)}.dvc`, stageFile(index, text)), "\n");
  }
  folder.git("init", "-q", "registry");
  folder.git("-C", "registry", "config", "uploadpack.allowFilter", "true");
  const child = new Deno.Command("git", {
    args: ["-C", folder.at("registry"), "fast-import", "--quiet"],
    stdin: "piped",
  }).spawn();
  await new Blob(stream).stream().pipeTo(child.stdin);
  if (!(await child.status).success) throw new Error("git fast-import failed");
  const id = md5(content(0));
  folder.write(`store/files/md5/${id.slice(0, 2)}/${id.slice(2)}`, content(0));
}
