import assert from "node:assert/strict";
import { runDvt } from "./cli.ts";
import { type Outcome, realDvc, runDvc, runProgram } from "./dvc.ts";
import { temporaryFolder, temporaryProject } from "./temporary.ts";
import { version } from "../../src/version.ts";

/** Commands of many sorts, with their answers on both streams and several exit codes. */
const commands: readonly (readonly string[])[] = [
  ["--version"],
  ["add", "data"],
  ["add", "-v", "missing"],
  ["status", "--json"],
  ["list", ".", "-R", "--size"],
  ["remote", "add", "-d", "store", "../store"],
  ["push"],
  ["status", "-c"],
  ["gc", "-vf"],
  ["gc", "-w", "-f"],
  ["fetch", "--remote", "nowhere"],
  ["get", ".", "data/b.txt", "-o", "copy"],
  ["check-ignore", "-d", "skipped.log", "data"],
  ["no-such-command"],
  ["diff", "HEAD"],
];

Deno.test("a forked DVC answers and writes as a plain one does", async () => {
  const dvc = await realDvc();
  using forked = temporaryProject();
  using plain = temporaryProject();
  for (const project of [forked, plain]) {
    project.writeAll({
      "data/a.txt": "a\n",
      "data/b.txt": "b\n",
      "skipped.log": "",
      ".dvcignore": "*.log\n",
    });
    project.commit("start");
  }
  for (const args of commands) {
    const [one, other] = await Promise.all([
      runDvc(args, { cwd: forked.path }),
      runProgram([dvc, ...args], { cwd: plain.path }),
    ]);
    const context = `dvc ${args.join(" ")}`;
    assert.equal(one.code, other.code, `${context}\n${one.stderr}\n${other.stderr}`);
    assert.equal(settled(one.stdout, forked.path), settled(other.stdout, plain.path), context);
    assert.equal(settled(one.stderr, forked.path), settled(other.stderr, plain.path), context);
    const [kept, wanted] = [forked, plain].map((project) =>
      project.files().filter((name) => !/^\.dvc\/tmp\//.test(name)).map((name) =>
        name.endsWith("/") ? name : [name, project.read(name)]
      )
    );
    assert.deepEqual(kept, wanted, context);
  }
});

/** Leaves out what differs between two runs of one program: places, times, process numbers. */
function settled(text: string, folder: string): string {
  return text.replaceAll(folder, "<folder>").replaceAll(folder.replace(/\/work$/, ""), "<parent>")
    .replace(/File "[^"]*", line \d+.*\n(?: {4}.*\n)*/g, "") // the ways into DVC differ
    .replace(/python[\d.]*(?= )|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+/g, "")
    .replace(/pid \d+|\d+\.\d+ ?m?s/g, "");
}

Deno.test("the prepared project is the one that `dvc init` makes", async () => {
  using prepared = temporaryProject();
  using made = temporaryProject({ dvc: false });
  await made.dvc(["init", "-q"]);
  made.remove(".dvc/tmp");
  assert.deepEqual(prepared.files(), made.files());
  for (const name of made.files()) assert.equal(prepared.read(name), made.read(name), name);
  assert.equal(prepared.git("status", "--short"), made.git("status", "--short"));
});

Deno.test("several DVCs at once get their own answers, environments and input", async () => {
  using folder = temporaryFolder();
  const runs = ["one", "two", "three"].map((name) => {
    folder.write(`${name}/settings/config`, `[core]\n    remote = ${name}\n`);
    const env = { DVC_GLOBAL_CONFIG_DIR: folder.at(`${name}/settings`) };
    return runDvc(["config", "--global", "core.remote"], { cwd: folder.at(name), env });
  });
  const answers = (await Promise.all(runs)).map((outcome: Outcome) => outcome.stdout);
  assert.deepEqual(answers, ["one\n", "two\n", "three\n"]);
});

Deno.test("dvt runs in the process of the tests, or as DVT_TEST_BINARY says", async () => {
  using folder = temporaryFolder();
  const outcome = await runDvt(["--version"], { cwd: folder.path });
  assert.deepEqual(outcome, { code: 0, stdout: `${version}\n`, stderr: "" });
});
