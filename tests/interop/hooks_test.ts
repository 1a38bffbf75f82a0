import assert from "node:assert/strict";
import { projectFolder } from "../../scripts/project_folder.ts";
import { runDvc, runProgram } from "../support/dvc.ts";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

/** A folder for PATH in which `dvt` is this source. */
function programs(project: TemporaryFolder): string {
  const folder = project.at("../bin");
  Deno.mkdirSync(folder);
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  Deno.writeTextFileSync(
    `${folder}/dvt`,
    `#!/bin/sh\nexport DENO_DIR='${denoDir}'\n` +
      `exec '${Deno.execPath()}' run -A -q --no-check '${projectFolder}/main.ts' "$@"\n`,
    { mode: 0o755 },
  );
  return `${folder}:${Deno.env.get("PATH")}`;
}

Deno.test("install puts into Git what DVC puts there, such that either program serves", async () => {
  using theirs = temporaryProject();
  using ours = temporaryProject();
  await theirs.dvc(["install"]);
  await ours.dvt(["install"]);
  for (const name of ["pre-commit", "post-checkout", "pre-push"]) {
    const [, call = ""] = theirs.read(`.git/hooks/${name}`).split("\n");
    assert.equal(call, `exec dvc git-hook ${name} $@`);
    assert.ok(ours.read(`.git/hooks/${name}`).endsWith(`\n${call}\n`));
    assert.ok(((Deno.statSync(ours.at(`.git/hooks/${name}`)).mode ?? 0) & 0o111) !== 0);
  }
  const driver = (project: TemporaryFolder) => project.git("config", "merge.dvc.driver");
  assert.equal(driver(ours).replace("$(command -v dvt || echo dvc)", "dvc"), driver(theirs));
  assert.equal(ours.git("config", "merge.dvc.name"), theirs.git("config", "merge.dvc.name"));
  const wanted = await runDvc(["install"], { cwd: theirs.path });
  const found = await runDvt(["install"], { cwd: ours.path });
  assert.deepEqual([found.code, found.stderr], [wanted.code, wanted.stderr]);

  for (const text of ["", "# mine\nrepos:\n- repo: local\n  hooks: []\n"]) {
    for (const project of [theirs, ours]) project.write(".pre-commit-config.yaml", text);
    for (let again = 0; again < 2; again++) {
      await theirs.dvc(["install", "--use-pre-commit-tool"]);
      await ours.dvt(["install", "--use-pre-commit-tool"]);
    }
    const name = ".pre-commit-config.yaml";
    // Each names a release of its own.
    assert.equal(ours.read(name).replace(/rev: .*/, ""), theirs.read(name).replace(/rev: .*/, ""));
  }
});

Deno.test("the installed hooks keep data and commits together", async () => {
  using project = temporaryProject();
  const env = { PATH: programs(project) };
  const git = async (...args: string[]) => {
    const run = await runProgram(["git", ...args], { cwd: project.path, env });
    return run;
  };
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  project.write("f", "one");
  await project.dvt(["add", "f"]);
  project.commit("one");
  project.git("checkout", "-q", "-b", "other");
  project.write("f", "two");
  await project.dvt(["add", "f"]);
  project.commit("two");
  await project.dvt(["install"]);
  assert.equal((await git("checkout", "-q", "main")).code, 0);
  assert.equal(project.read("f"), "one");

  project.write("f", "an edit");
  const commit = await git("commit", "--allow-empty", "-m", "three");
  assert.match(commit.stdout + commit.stderr, /modified: +f/);
  await project.dvt(["checkout", "-f"]);

  project.git("init", "-q", "--bare", "../upstream.git");
  project.git("remote", "add", "origin", "../upstream.git");
  const push = await git("push", "-q", "origin", "main");
  assert.equal(push.code, 0, push.stderr);
  assert.ok(project.exists("../store/files/md5"));
});

/** A folder that two branches change, and the outcome of merging them with one program's driver. */
async function merge(
  program: "dvc" | "dvt",
  sides: readonly [base: Files | undefined, ours: Files, theirs: Files],
): Promise<{ code: number; text: string; stderr: string; project: TemporaryFolder }> {
  const project = temporaryProject();
  project.write(".gitattributes", "*.dvc merge=dvc\n");
  project.commit("start");
  const record = async (files: Files, message: string) => {
    if (project.exists("data")) project.remove("data");
    project.writeAll(Object.fromEntries(Object.entries(files).map(([p, t]) => [`data/${p}`, t])));
    await project.dvt(["add", "-q", "data"]);
    project.commit(message);
  };
  const [base, ours, theirs] = sides;
  if (base !== undefined) await record(base, "base");
  project.git("checkout", "-q", "-b", "theirs");
  await record(theirs, "theirs");
  project.git("checkout", "-q", "main");
  await record(ours, "ours");
  const env = { PATH: programs(project) };
  const driver = "git-hook merge-driver --ancestor %O --our %A --their %B";
  const called = program === "dvt" ? "dvt" : Deno.env.get("DVT_TEST_DVC") ?? await realDvc();
  project.git("config", "merge.dvc.name", "merges");
  project.git("config", "merge.dvc.driver", `${called} ${driver}`);
  const { code, stderr } = await runProgram(["git", "merge", "-q", "--no-edit", "theirs"], {
    cwd: project.path,
    env,
  });
  return { code, stderr, text: project.read("data.dvc"), project };
}

type Files = Readonly<Record<string, string>>;

async function realDvc(): Promise<string> {
  return await (await import("../support/dvc.ts")).realDvc();
}

Deno.test("Git merges folders with dvt's driver as with DVC's", async () => {
  const cases: [Files | undefined, Files, Files][] = [
    [{ a: "a" }, { a: "a", b: "b" }, { a: "a", "sub/c": "c" }],
    [undefined, { a: "a" }, { b: "b", "ü/x": "y" }],
    [{ a: "a", b: "b" }, { a: "changed", b: "b" }, { a: "a", c: "c" }],
  ];
  for (const sides of cases) {
    const [theirs, ours] = [await merge("dvc", sides), await merge("dvt", sides)];
    using _one = theirs.project;
    using _two = ours.project;
    assert.equal(ours.code, 0, ours.stderr);
    assert.equal(theirs.code, 0, theirs.stderr);
    assert.equal(ours.text, theirs.text);
    await ours.project.dvt(["checkout"]);
    const { stdout } = await ours.project.dvc(["status"]);
    assert.equal(stdout, "Data and pipelines are up to date.\n");
  }
});

Deno.test("true conflicts are listed, and our version stays as it was", async () => {
  const { code, text, stderr, project } = await merge("dvt", [
    { a: "a", gone: "x", both: "1", folder: "file" },
    { a: "ours", both: "2", folder: "file" },
    { a: "theirs", gone: "changed", both: "2", "folder": "file", "new/x": "x" },
  ]);
  using _project = project;
  assert.notEqual(code, 0);
  assert.match(stderr, /unable to auto-merge the following paths:\na\ngone\n/);
  assert.match(text, /^outs:\n- md5: \w+\.dir\n/);
});

Deno.test("what both sides did alike, deleting included, is no conflict", async () => {
  const { code, stderr, project } = await merge("dvt", [
    { a: "a", gone: "x" },
    { a: "a", ours: "1" },
    { a: "a", theirs: "2" },
  ]);
  using _project = project;
  assert.equal(code, 0, stderr);
  await project.dvt(["checkout"]);
  assert.deepEqual(project.files("data"), ["a", "ours", "theirs"]);
});
