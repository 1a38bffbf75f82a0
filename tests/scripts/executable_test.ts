import assert from "node:assert/strict";
import { dirname } from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { compile } from "../../scripts/compile.ts";
import { permissions } from "../../scripts/permissions.ts";
import { distFolder, projectFolder } from "../../scripts/project_folder.ts";
import { sha256 } from "../../scripts/python.ts";
import { version } from "../../src/version.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { runProgram } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

Deno.test("the executable needs nothing, leaves nothing behind and has a checksum", async () => {
  using folder = temporaryFolder();
  const path = await compile();
  const run = await runProgram([path, "--version"], {
    cwd: folder.path,
    env: { PATH: "/nowhere", HOME: undefined, TMPDIR: folder.path },
  });
  assert.deepEqual(run, { code: 0, stdout: `${version}\n`, stderr: "" });
  // No code cache, in particular, which somebody else could have put there first.
  assert.deepEqual(folder.files(), []);
  const digest = await sha256(Deno.readFileSync(path));
  assert.equal(Deno.readTextFileSync(`${path}.sha256`), `${digest}  dvt\n`);
  const bill = JSON.parse(Deno.readTextFileSync(`${path}.cdx.json`));
  const named = new Set(bill.components.map((one: { name: string }) => one.name));
  for (const name of ["commander", "tar-stream", "semver", "smol-toml", "streamx", "deno"]) {
    assert.ok(named.has(name), name);
  }
  assert.ok(!named.has("assemblyscript"), "what only scripts use is not in it");
  for (const { type, hashes } of bill.components) {
    if (type === "library") assert.match(hashes[0].content, /^[0-9a-f]{128}$/);
  }
});

Deno.test("the executable closes every file that it opens, however many there are", async () => {
  using project = temporaryProject();
  const path = await compile();
  const few = async (line: string) => {
    const outcome = await runProgram(["sh", "-c", `ulimit -n 200; exec '${path}' ${line}`], {
      cwd: project.path,
    });
    assert.equal(outcome.code, 0, `${line}: ${outcome.stderr}`);
  };
  const names = Array.from({ length: 1000 }, (_, i) => `d/${i}`);
  project.writeAll(Object.fromEntries(names.map((name) => [name, name])));
  await few("add d");
  project.commit("one");
  project.writeAll(Object.fromEntries(names.map((name) => [name, `${name} again`])));
  await few("add d");
  await few(`remote add -d store '${project.at("../store")}'`);
  await few("push");
  project.git("checkout", "-q", "HEAD", "--", "d.dvc");
  await few("checkout");
  assert.equal(project.read("d/7"), "d/7");
  await few("config cache.type symlink");
  await few("checkout --relink");
  await few("remove --outs d.dvc");
});

Deno.test("the executable works where a program that it may start lies among temporary files", async () => {
  using project = temporaryProject();
  const path = await compile();
  const temporary = `${dirname(project.path)}/tmp`;
  project.write("../tmp/bin/rclone", "#!/bin/sh\n");
  Deno.chmodSync(`${temporary}/bin/rclone`, 0o755);
  project.write("f", "f");
  const outcome = await runProgram([path, "add", "-q", "f"], {
    cwd: project.path,
    env: { PATH: `${temporary}/bin:${Deno.env.get("PATH")}`, TMPDIR: temporary },
  });
  assert.deepEqual(outcome, { code: 0, stdout: "", stderr: "" });
});

Deno.test("the executable names the file that the system refuses", async () => {
  // With narrow permissions Deno leaves the path out of what opening and reading throws.
  using project = temporaryProject();
  const name = "n".repeat(255);
  Deno.writeTextFileSync(`${project.path}/${name}`, "x");
  const run = await runProgram([`${distFolder}/dvt`, "add", name], { cwd: project.path });
  assert.equal(run.code, 255);
  assert.match(run.stderr, /^ERROR: .*File name too long: .*\/n{255}\.dvc'$/m);
});

Deno.test("the executable starts git also where LD_* variables are set", async () => {
  using project = temporaryProject();
  // Conda, CUDA and clusters set them; Deno refuses to hand them to a child.
  const env = { LD_LIBRARY_PATH: "/nowhere", LD_PRELOAD: "", LD_BIND_NOW: "1" };
  const run = await runProgram([`${distFolder}/dvt`, "version"], { cwd: project.path, env });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^Git: git version /m);
});

Deno.test("the executable repeats the demo", async () => {
  const output = await runDemo("--dvt", `${distFolder}/dvt`);
  assert.match(output, /the store holds 1,801 objects/);
  assert.match(output, /only what is new was pushed: 1,001 objects/);
  assert.match(output, /moved: 1,001 objects, [\d.]+ MB; kept: 1,801 objects/);
  assert.match(output, /2,800 files are here, byte for byte/);
});

Deno.test("the demo takes a folder of the user's and a Git repository of his own", async () => {
  using folder = temporaryFolder();
  folder.writeAll({
    "my däta 😀/a": "a\n",
    "my däta 😀/b c": "b\n",
    "my däta 😀/sub/ünï.txt": "c\n",
    "my däta 😀/sub/z😀": "",
    "my däta 😀/sub/same": "a\n",
  });
  folder.git("init", "-q", "--bare", "own.git");
  const url = `file://${folder.at("own.git")}`;
  const output = await runDemo(folder.at("my däta 😀"), "--git", url);
  assert.match(output, /5 files are here, byte for byte/);
  assert.equal(folder.git("-C", "own.git", "tag"), "my-d-ta-v1\nmy-d-ta-v2\n");
});

/** Gives what a run of the demo says; it checks itself what it claims. */
async function runDemo(...args: string[]): Promise<string> {
  using folder = temporaryFolder();
  const script = `${projectFolder}/scripts/demo.ts`;
  const run = await runProgram([Deno.execPath(), "run", "-A", "--no-check", script, ...args], {
    cwd: folder.path,
    env: { DENO_DIR: await denoFolder(), TMPDIR: folder.path },
  });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.deepEqual(folder.files(), [], "the demo leaves something behind");
  return run.stdout;
}

Deno.test("the bundle is the same bytes every time and runs from a URL", async () => {
  using folder = temporaryFolder();
  const [one, other] = [folder.at("one.js"), folder.at("other.js")];
  await Promise.all([bundle(one), bundle(other)]);
  assert.equal(folder.read("one.js"), folder.read("other.js"));
  assert.equal(await versionFromServer("one.js", folder.path), `${version}\n`);
});

Deno.test("the sources run from a URL, without the deno.json beside them", async () => {
  assert.equal(await versionFromServer("main.ts", projectFolder), `${version}\n`);
});

/** Serves a folder on loopback and runs a file of it from there, with an empty module cache. */
async function versionFromServer(name: string, served: string): Promise<string> {
  using folder = temporaryFolder();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    try {
      const type = pathname.endsWith(".ts") ? "text/typescript" : "text/javascript";
      return new Response(Deno.readFileSync(served + pathname), {
        headers: { "content-type": type },
      });
    } catch {
      return new Response("not there", { status: 404 });
    }
  });
  await shareNpmCache(folder.at("deno"));
  const url = `http://127.0.0.1:${server.addr.port}/${name}`;
  const outcome = await runProgram([Deno.execPath(), "run", ...permissions, url, "--version"], {
    cwd: folder.path,
    env: { DENO_DIR: folder.at("deno"), DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") },
  });
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome.stdout;
}

/** Packages of the registry need not be downloaded again. */
async function shareNpmCache(folder: string): Promise<void> {
  Deno.mkdirSync(folder);
  Deno.symlinkSync(`${await denoFolder()}/npm`, `${folder}/npm`);
}

Deno.test("the commands of the README work as printed", async () => {
  using folder = temporaryFolder();
  const text = Deno.readTextFileSync(`${projectFolder}/README.md`);
  const blocks = [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  const lines = blocks.join("").split("\n").filter((line) => line.startsWith("$ "));
  assert.ok(lines.length > 12, "the README shows how it is done");
  const script = ["set -e", ...lines.map((line) => line.slice(2))].join("\n");
  const run = await runProgram(["sh", "-c", script], {
    cwd: folder.path,
    env: { PATH: `${distFolder}:${Deno.env.get("PATH")}` },
  });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(folder.files("project/data"), ["one.txt", "three.txt", "two.txt"]);
  assert.equal(folder.read("one.txt"), "one\n");
});

Deno.test("C49: few files may be open, many are transferred", async () => {
  using project = temporaryProject();
  for (let i = 0; i < 400; i++) project.write(`d/${i}`, `${i}`);
  await project.dvt(["add", "-q", "d"]);
  await project.dvt(["remote", "add", "-q", "-d", "s", project.at("../store")]);
  const dvt = `${distFolder}/dvt`;
  const script =
    `ulimit -n 64; '${dvt}' push -j 100 && rm -rf d .dvc/cache && '${dvt}' pull -j 100`;
  const run = await runProgram(["sh", "-c", script], { cwd: project.path });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(project.files("d").length, 400);
});

Deno.test("C51: a cache that may only be read serves a user who owns nothing of it", async () => {
  using folder = await readableProject();
  const objects = folder.files("shared");
  const run = (...args: string[]) => runAsNobody(folder, [folder.at("dvt"), ...args]);
  for (const args of [["checkout"], ["pull"], ["fetch"], ["status"], ["data", "status"]]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  }
  assert.equal(folder.read("w/d/a"), "one");
  const add = await runAsNobody(folder, [
    "sh",
    "-c",
    `echo new > n; exec '${folder.at("dvt")}' add n`,
  ]);
  assert.equal(add.code, 255);
  assert.match(add.stderr, /^ERROR: .*Permission denied: '.*shared\/files\/md5/m);
  assert.deepEqual(folder.files("shared"), objects);
});

Deno.test("on a file system mounted read-only, whatever need not write works", async () => {
  using folder = await readableProject();
  await folder.dvt(["checkout", "-q"], { cwd: folder.at("w") });
  const dvt = `'${folder.at("dvt")}'`;
  const script = `mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && ` +
    `for verb in status 'data status' diff fetch push pull checkout 'list .' 'gc -w --dry'; do ` +
    `${dvt} $verb || exit 9; done; echo x > f 2>&1; ${dvt} add d`;
  const rights = Deno.uid() === 0 ? "-m" : "-rm";
  const run = await runProgram(["unshare", rights, "sh", "-c", script], { cwd: folder.at("w") });
  assert.match(run.stdout, /up to date/);
  assert.match(run.stdout + run.stderr, /Read-only file system/);
  assert.equal(run.code, 0, run.stderr);
});

/** A project with a cache of somebody else's beside it, and a copy of the executable. */
async function readableProject() {
  const folder = temporaryFolder();
  for (const path of [folder.path, folder.at("..")]) Deno.chmodSync(path, 0o755);
  Deno.copyFileSync(`${distFolder}/dvt`, folder.at("dvt"));
  folder.git("init", "-q", "w");
  const cwd = folder.at("w");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["cache", "dir", "-q", folder.at("shared")], { cwd });
  await folder.dvt(["remote", "add", "-q", "-d", "s", folder.at("store")], { cwd });
  folder.write("w/d/a", "one");
  await folder.dvt(["add", "-q", "d"], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  folder.git("-C", "w", "add", "--all");
  folder.git("-C", "w", "commit", "-qm", "one");
  folder.remove("w/d");
  folder.remove("w/.dvc/tmp");
  folder.remove("shared/.dvt");
  return folder;
}

const nobody = 65534;

/** Runs a program as a user who owns the work tree, and nothing else. */
async function runAsNobody(folder: TemporaryFolder, command: [string, ...string[]]) {
  const run = async (program: string, ...args: string[]) => {
    const { code, stderr } = await runProgram([program, ...args], { cwd: folder.path });
    assert.equal(code, 0, stderr);
  };
  await run("chmod", "-R", "a-w,a+rX", folder.at("shared"));
  const isRoot = Deno.uid() === 0;
  if (isRoot) await run("chown", "-R", `${nobody}:${nobody}`, folder.at("w"));
  const ids = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  return await runProgram(isRoot ? ["setpriv", ...ids, ...command] : command, {
    cwd: folder.at("w"),
    env: { HOME: folder.at("w") },
  });
}
