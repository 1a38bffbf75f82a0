/**
 * Many processes at once over one project, one cache and one remote, dvt's and DVC's side by side.
 *
 * @module
 */
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { Chance } from "./chance.ts";
import { environmentFor } from "./environment.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** Who takes part. */
export interface CrowdOptions {
  readonly processes: number;
  readonly rounds: number;
  readonly seed: number;
  /** How dvt is started. */
  readonly dvt: readonly [string, ...string[]];
  /** Real DVC; every eighth process is one. */
  readonly dvc: string | undefined;
}

/** Sentences about what went wrong, and how many commands were run. */
export interface CrowdResult {
  readonly commands: number;
  readonly wrong: readonly string[];
}

/** Lets a crowd loose on two projects that share a cache and a remote. */
export async function runCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { processes, rounds, seed } = options;
  const chance = new Chance(seed);
  const wrong: string[] = [];
  let commands = 0;
  using folder = temporaryFolder();
  await prepare(folder, processes);
  for (let round = 0; round < rounds; round++) {
    const outcomes = await Promise.all(Array.from({ length: processes }, async (_, i) => {
      const project = chance.pick(["one", "two"]);
      const data = `d${i}`;
      if (chance.isTrue(0.6)) {
        folder.write(`${project}/${data}/${chance.below(4)}`, `${chance.below(30)}`);
      }
      const isDvc = options.dvc !== undefined && i % 8 === 7;
      const wait = "--wait-for-lock";
      const verb = chance.pick([
        [wait, "add", data],
        [wait, "add", data],
        [wait, "commit", "-f", `${data}.dvc`],
        [wait, "push"],
        [wait, "fetch"],
        [wait, "checkout", "-f", `${data}.dvc`],
        ["status"],
        ["data", "status"],
      ]);
      const command = isDvc ? [options.dvc ?? "", ...verb] : [...options.dvt, ...verb];
      commands++;
      return { line: `${project}: ${verb.join(" ")}`, ...await start(command, project, folder) };
    }));
    for (const { line, code, stderr } of outcomes) {
      if (code !== 0) wrong.push(`round ${round}, ${line}: exit code ${code}: ${stderr.trim()}`);
    }
    wrong.push(...damaged(folder).map((path) => `round ${round}: ${path} is damaged`));
    if (wrong.length > 10) break;
  }
  // In the end, everything can be added, sent, and had back.
  for (const project of ["one", "two"]) {
    const names = Array.from({ length: processes }, (_, i) => `d${i}`);
    const before = names.flatMap((name) => filesOf(folder, `${project}/${name}`));
    for (const args of [["add", ...names], ["push"]]) {
      await folder.dvt(args, { cwd: folder.at(project) });
    }
    for (const name of names) folder.remove(`${project}/${name}`);
    await folder.dvt(["pull"], { cwd: folder.at(project) });
    const after = names.flatMap((name) => filesOf(folder, `${project}/${name}`));
    if (before.join() !== after.join()) wrong.push(`${project} is not what it was`);
  }
  return { commands, wrong };
}

async function prepare(folder: TemporaryFolder, processes: number): Promise<void> {
  for (const project of ["one", "two"]) {
    folder.git("init", "-q", project);
    const cwd = folder.at(project);
    await folder.dvt(["init", "-q"], { cwd });
    await folder.dvt(["cache", "dir", folder.at("cache")], { cwd });
    await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], { cwd });
    for (let i = 0; i < processes; i++) {
      folder.writeAll({ [`${project}/d${i}/0`]: `${i}`, [`${project}/d${i}/1`]: "same" });
    }
    const names = Array.from({ length: processes }, (_, i) => `d${i}`);
    await folder.dvt(["add", "-q", ...names], { cwd });
    await folder.dvt(["push", "-q"], { cwd });
  }
}

async function start(
  command: readonly string[],
  project: string,
  folder: TemporaryFolder,
): Promise<{ code: number; stderr: string }> {
  const [program = "", ...args] = command;
  const { code, stderr } = await new Deno.Command(program, {
    args,
    cwd: folder.at(project),
    clearEnv: true,
    env: environmentFor(folder.path),
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** Objects whose content is not what their name says. */
function damaged(folder: TemporaryFolder): string[] {
  return ["cache", "store"].flatMap((place) =>
    folder.files(`${place}/files/md5`).filter((path) => {
      const name = /^([0-9a-f]{2})\/([0-9a-f]{30})(\.dir)?$/.exec(path);
      if (name === null) return false;
      const bytes = Deno.readFileSync(folder.at(`${place}/files/md5/${path}`));
      return md5Hex(bytes) !== `${name[1]}${name[2]}`;
    }).map((path) => `${place}/${path}`)
  );
}

function filesOf(folder: TemporaryFolder, name: string): string[] {
  return folder.files(name).map((file) => `${name}/${file}=${folder.read(`${name}/${file}`)}`);
}
