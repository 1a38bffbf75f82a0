/**
 * Runs a command with a fault at one point after the other, and looks at what is left.
 *
 * @module
 */
import { bundle } from "../../scripts/bundle.ts";
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { append } from "../../src/platform/append.ts";
import { runDvt } from "./cli.ts";
import { runDvc } from "./dvc.ts";
import { environmentFor } from "./environment.ts";
import type { FaultScene } from "./fault_scenes.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** What happens at the point: see `faulty.ts`. */
export type FaultMode = "kill" | "torn" | "fail" | "full" | "power";
export const faultModes: readonly FaultMode[] = ["kill", "torn", "fail", "full", "power"];

/** Files by path; contents by their MD5, ignore files by their text, links by what they say. */
type State = ReadonlyMap<string, string>;

const objectPath = /\/([0-9a-f]{2})\/([0-9a-f]{30}(?:\.dir)?)$/;
const temporaryFile = /\/\.[\w-]{22}\.tmp(\/|$)/;

/**
 * Temporary files where others may be writing: they go when they are old. `get` writes beside its
 * target, since it needs no project.
 */
const mayStay = /^(store|reg\/\.dvc|reg)\/\.[\w-]{22}\.tmp(\/.*)? too much$/;

/** One scene, prepared, with the states before and after its command. */
export class FaultRun implements Disposable {
  readonly #scene: FaultScene;
  readonly #program: string;
  readonly #template = temporaryFolder();
  #before: State = new Map();
  #after: State = new Map();
  /** How many points the command has. */
  points = 0;

  private constructor(scene: FaultScene, program: string) {
    this.#scene = scene;
    this.#program = program;
  }

  /** `program` is `faulty.ts` as one file. */
  static async prepare(scene: FaultScene, program: string): Promise<FaultRun> {
    const run = new FaultRun(scene, program);
    await scene.prepare(run.#template);
    run.#before = stateOf(run.#template.path);
    using copy = run.#copy();
    const counter = `${copy.path}/../count`;
    const { code, stderr } = await run.#start(copy, {
      DVT_FAULT_MODE: "count",
      DVT_FAULT_COUNT: counter,
    });
    if (code !== 0) throw new Error(`${scene.name} fails without any fault:\n${stderr}`);
    run.points = Number(Deno.readTextFileSync(counter));
    run.#after = stateOf(copy.path);
    return run;
  }

  /** Sentences about what is wrong after a fault at a point; none where all is well. */
  async try(at: number, mode: FaultMode): Promise<string[]> {
    using copy = this.#copy();
    const first = await this.#start(copy, { DVT_FAULT_AT: String(at), DVT_FAULT_MODE: mode });
    if (mode === "power") {
      return this.#judgePower(stateOf(copy.path)).map((one) => this.#named(one, at, mode));
    }
    const wrong = this.#judge(stateOf(copy.path));
    if (mode !== "kill" && mode !== "torn" && first.code !== 0 && first.stderr.trim() === "") {
      wrong.push("the failure was not told");
    }
    if (/fault of dvt itself|\n {4}at /.test(first.stderr)) {
      wrong.push(`no sentence for people: ${first.stderr}`);
    }
    if (differing(stateOf(copy.path), this.#after).every((one) => mayStay.test(one))) {
      return wrong.map((one) => this.#named(one, at, mode)); // it was done when the fault came
    }
    const again = await runDvt(this.#scene.args, { cwd: copy.at("reg") });
    const state = stateOf(copy.path);
    const differences = differing(state, this.#after).filter((one) => !mayStay.test(one));
    if (differences.length > 0) {
      wrong.push(
        `the same command again (exit code ${again.code}: ${again.stderr.trim().slice(0, 200)}) ` +
          `leaves ${differences.join(", ")}`,
      );
    }
    if (mode === "kill") append(wrong, await dissent(copy));
    return wrong.map((one) => this.#named(one, at, mode));
  }

  /** The same with a kill at any moment, `milliseconds` after the start. */
  async killAfter(milliseconds: number): Promise<string[]> {
    using copy = this.#copy();
    await this.#start(copy, { DVT_FAULT_AT: "0" }, milliseconds);
    const wrong = this.#judge(stateOf(copy.path));
    const reached = differing(stateOf(copy.path), this.#after);
    if (!reached.every((one) => mayStay.test(one))) {
      const again = await runDvt(this.#scene.args, { cwd: copy.at("reg") });
      const left = differing(stateOf(copy.path), this.#after).filter((one) => !mayStay.test(one));
      if (left.length > 0) {
        wrong.push(`the same command again (exit code ${again.code}) leaves ${left.join(", ")}`);
      }
    }
    return wrong.map((one) => `${this.#scene.name}, killed after ${milliseconds} ms: ${one}`);
  }

  #named(what: string, at: number, mode: FaultMode): string {
    return `${this.#scene.name}, ${mode} at ${at} of ${this.points}: ${what}`;
  }

  /** What may never be, whatever happened. */
  #judge(state: State): string[] {
    const wrong: string[] = [];
    const kept = new Set<string>();
    for (const [path, content] of state) {
      const object = objectPath.exec(path);
      if (object !== null && /\/(cache|store)\//.test(`/${path}`)) {
        const name = `${object[1]}${object[2]}`;
        if (!content.startsWith("->") && content !== name.slice(0, 32)) {
          wrong.push(`object ${path} holds something else`);
        }
      } else if (!temporaryFile.test(`/${path}`)) {
        const known = [this.#before.get(path), this.#after.get(path)];
        if (!known.includes(content) && !isBetween(content, known)) {
          wrong.push(`${path} is neither what it was nor what it should be`);
        }
      }
      kept.add(content);
    }
    const needed = new Set(this.#after.values());
    for (const [path, content] of this.#before) {
      if (needed.has(content) && !kept.has(content)) wrong.push(`the content of ${path} is lost`);
    }
    return wrong;
  }

  /**
   * What may never be, though the power failed: a file of the project's own that is neither old nor
   * new, or content that stage files name and nobody has any more. Data and objects that were
   * written a moment ago may be empty where the same content lies elsewhere.
   */
  #judgePower(state: State): string[] {
    const wrong: string[] = [];
    const kept = new Set(state.values());
    for (const [path, content] of state) {
      const known = [this.#before.get(path), this.#after.get(path)];
      const own = /\.dvc$|\.dvc\/config$|\.gitignore$|\.dvcignore$/.test(path);
      if (own && !temporaryFile.test(`/${path}`) && !known.includes(content)) {
        if (!isBetween(content, known)) wrong.push(`${path} is neither old nor new`);
      }
    }
    const needed = new Set(this.#after.values());
    for (const [path, content] of this.#before) {
      if (needed.has(content) && !kept.has(content)) wrong.push(`the content of ${path} is lost`);
    }
    return wrong;
  }

  #copy(): TemporaryFolder {
    const copy = temporaryFolder();
    const { success } = new Deno.Command("cp", {
      args: ["-a", `${this.#template.path}/.`, copy.path],
    }).outputSync();
    if (!success) throw new Error("cp failed");
    rename(copy, this.#template.path, copy.path);
    return copy;
  }

  async #start(
    folder: TemporaryFolder,
    env: Readonly<Record<string, string>>,
    killAfter?: number,
  ): Promise<{ code: number; stderr: string }> {
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-config",
        "--no-lock",
        "--no-check",
        this.#program,
        ...this.#scene.args,
      ],
      cwd: folder.at("reg"),
      clearEnv: true,
      env: {
        ...environmentFor(folder.path),
        DENO_NO_UPDATE_CHECK: "1",
        DENO_DIR: `${this.#template.path}/../deno`,
        ...env,
      },
      stdout: "null",
      stderr: "piped",
    });
    const child = command.spawn();
    const timer = killAfter === undefined
      ? undefined
      : setTimeout(() => child.kill("SIGKILL"), killAfter);
    const { code, stderr } = await child.output();
    clearTimeout(timer);
    return { code, stderr: new TextDecoder().decode(stderr) };
  }

  [Symbol.dispose](): void {
    this.#template[Symbol.dispose]();
  }
}

/** What real DVC and dvt say of the project, where they do not say the same. */
async function dissent(folder: TemporaryFolder): Promise<string[]> {
  const cwd = folder.at("reg");
  const [ours, theirs] = [
    await runDvt(["status", "--json"], { cwd }),
    await runDvc(["status", "--json"], { cwd }),
  ];
  const said = [ours, theirs].map(({ code, stdout }) => `${code} ${stdout.trim()}`);
  return said[0] === said[1] ? [] : [`dvt says ${said[0]}, DVC ${said[1]}`];
}

/** Paths that a copy's configuration still has from its template. */
function rename(folder: TemporaryFolder, from: string, to: string): void {
  for (const name of ["reg/.dvc/config", "src/.dvc/config"]) {
    if (folder.exists(name)) folder.write(name, folder.read(name).replaceAll(from, to));
  }
}

/** Everything below a folder but Git's own files, locks and what may be lost. */
function stateOf(root: string): State {
  const state = new Map<string, string>();
  const look = (folder: string): void => {
    for (const entry of Deno.readDirSync(`${root}/${folder}`)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const place = `${root}/${path}`;
      if (entry.name === ".git" || /(^|\/)\.dvc\/tmp\/(?!\.)/.test(path)) continue;
      if (entry.isDirectory) look(path);
      else if (entry.isSymlink) state.set(path, `-> ${Deno.readLinkSync(place).replace(root, "")}`);
      else {
        const bytes = Deno.readFileSync(place);
        const content = entry.name === ".gitignore"
          ? `lines:${new TextDecoder().decode(bytes)}`
          : md5Hex(normalized(bytes, { path, root }));
        // A trash bears the time at which it was filled.
        state.set(path.replace(/trash\/[^/]+\//, "trash/"), content);
      }
    }
  };
  look("");
  return state;
}

/** Configurations name the folder that a copy lies in. */
function normalized(
  bytes: Uint8Array<ArrayBuffer>,
  { path, root }: { path: string; root: string },
): Uint8Array<ArrayBuffer> {
  if (!/\.dvc\/config$|\.dvc$/.test(path)) return bytes;
  const text = new TextDecoder().decode(bytes).replaceAll(root, "");
  return new TextEncoder().encode(text);
}

/**
 * Whether an ignore file holds nothing but whole lines of the old and the new one: a move needs
 * both its old rule and its new one for a while.
 */
function isBetween(found: string, known: readonly (string | undefined)[]): boolean {
  if (!found.startsWith("lines:") || !found.endsWith("\n")) return false;
  const lines = new Set(known.flatMap((one) => one?.slice("lines:".length).split("\n") ?? []));
  return found.slice("lines:".length).split("\n").every((line) => line === "" || lines.has(line));
}

function differing(found: State, wanted: State): string[] {
  const all = new Set([...found.keys(), ...wanted.keys()]);
  return [...all].filter((path) => found.get(path) !== wanted.get(path)).sort().map((path) =>
    `${path} ${found.has(path) ? wanted.has(path) ? "other than wanted" : "too much" : "not"}`
  );
}

/** `faulty.ts` and dvt as one file, which starts quickly. */
export function bundleFaulty(folder: string): Promise<string> {
  return bundle(`${folder}/faulty.js`, { entry: "tests/support/faulty.ts", minify: false });
}
