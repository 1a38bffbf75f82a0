/**
 * Real DVC, which the tests compare with.
 *
 * @module
 */
import { runQuietly } from "../../scripts/child.ts";
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { installIntoEnvironment } from "../../scripts/python.ts";
import { dvcVersion } from "../../src/version.ts";
import { environmentFor } from "./environment.ts";

/** What a program answered. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how {@linkcode runDvc} and {@linkcode runDvt} run their command. */
export interface RunOptions {
  readonly cwd: string;
  /** Laid over the isolated environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

let installed: Promise<string> | undefined;

/**
 * The absolute path of a real `dvc`: the one that DVT_TEST_DVC names, else one that is installed
 * into `.tools` when it is first asked for, which takes a minute.
 */
export function realDvc(): Promise<string> {
  return installed ??= findDvc();
}

async function findDvc(): Promise<string> {
  const named = Deno.env.get("DVT_TEST_DVC");
  if (named !== undefined && named !== "") return named;
  const folder = await installOnce(`dvc-${dvcVersion}-clouds`, async (folder) => {
    say(`installing DVC ${dvcVersion} into .tools, once`);
    await installIntoEnvironment(folder, `dvc[azure,gs,s3,ssh,webdav,webhdfs]==${dvcVersion}`);
    await runQuietly([`${folder}/bin/dvc`, "--version"], { env: environmentFor("/") });
  });
  return `${folder}/bin/dvc`;
}

/**
 * Runs real DVC in an environment without the user's settings. The command runs in a process of its
 * own, forked from one that has DVC loaded (see `dvc_server.py`), which saves most of a second.
 */
export async function runDvc(args: readonly string[], options: RunOptions): Promise<Outcome> {
  const request = {
    program: await realDvc(),
    argv: args,
    cwd: options.cwd,
    env: childEnvironment(options),
    stdin: options.stdin ?? "",
  };
  using connection = await connect(request.program);
  await writeAll(connection, new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  const answer = await readAll(connection);
  if (answer.length === 0) throw new Error(`no answer from DVC for: ${args.join(" ")}`);
  return JSON.parse(answer);
}

/** Runs a program as the user's shell would start it, but in the isolated environment. */
export async function runProgram(
  command: readonly [string, ...string[]],
  options: RunOptions,
): Promise<Outcome> {
  const [program, ...args] = command;
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: options.cwd,
    clearEnv: true,
    env: childEnvironment(options),
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (options.stdin !== undefined) {
    await new Blob([options.stdin]).stream().pipeTo(child.stdin);
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The whole environment of a run. */
export function childEnvironment(options: RunOptions): Record<string, string> {
  const environment = environmentFor(options.cwd);
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (value === undefined) delete environment[name];
    else environment[name] = value;
  }
  return environment;
}

/** One server for all the threads of this process; it ends with the process. */
async function connect(dvc: string): Promise<Deno.UnixConn> {
  const folder = `${Deno.env.get("TMPDIR") ?? "/tmp"}/dvt-dvc-server-${Deno.pid}`;
  const path = `${folder}/socket`;
  const address = { transport: "unix", path } as const;
  try {
    return await Deno.connect(address);
  } catch {
    // Not started yet, or left behind by a process that had the same number.
  }
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  using lock = Deno.openSync(`${folder}/lock`, { create: true, write: true });
  await lock.lock(true);
  try {
    return await Deno.connect(address); // another thread was quicker
  } catch {
    removeIfThere(path);
  }
  const server = new URL("dvc_server.py", import.meta.url).pathname;
  const { success, stderr } = new Deno.Command(pythonOf(dvc), {
    args: ["-B", server, path, `${Deno.pid}`, dvcVersion],
    clearEnv: true,
    env: environmentFor("/"),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) throw new Error(`DVC does not load: ${new TextDecoder().decode(stderr)}`);
  return await Deno.connect(address);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The Python that real DVC runs on, for scripts that ask its modules. */
export async function realPython(): Promise<string> {
  return pythonOf(await realDvc());
}

/** The Python that runs a `dvc` script: named in its first line, or lying beside it. */
function pythonOf(dvc: string): string {
  const [firstLine = ""] = Deno.readTextFileSync(dvc).split("\n", 1);
  const named = firstLine.replace(/^#!\s*/, "").trim();
  if (/\/python[\d.]*$/.test(named)) return named;
  return `${Deno.realPathSync(dvc).replace(/\/[^/]*$/, "")}/python`;
}

async function writeAll(connection: Deno.UnixConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

async function readAll(connection: Deno.UnixConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return text + decoder.decode();
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
}
