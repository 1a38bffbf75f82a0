import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { TwinProjects } from "../support/twin_projects.ts";

const pipeline = `# What a person wrote stays.
stages:
  prepare:
    cmd: cp src out
    deps:
    - src
    - folder
    params:
    - a
    - b.c
    - other.json:
      - x
    - whole.yaml:
    outs:
    - out
    - plain:
        cache: false
    metrics:
    - m.json
  each:
    foreach: [one, two]
    do:
      cmd: touch \${item}
      outs:
      - \${item}
  last:
    wdir: sub
    cmd: [a, b]
    deps: [../out]
    outs: [product]
`;

function twinPipelines(): TwinProjects {
  const twins = new TwinProjects();
  twins.both((project) => {
    project.writeAll({
      "dvc.yaml": pipeline,
      "src": "s",
      "folder/x": "x",
      "folder/y/z": "z",
      "out": "o",
      "plain": "p",
      "m.json": '{"k": 1}',
      "params.yaml": "a: 1\nb:\n  c: [1, 2.50, yes, null]\n",
      "other.json": '{"x": {"y": 1e3}}',
      "whole.yaml": "k: v\nj: 1_000\n",
      "one": "1",
      "two": "2",
      "sub/product/f": "f",
    });
    Deno.chmodSync(project.at("src"), 0o755);
  });
  return twins;
}

/** DVC keeps a cache of runs besides, with the data that is not cached for itself: "p". */
function withoutRuns(twins: TwinProjects): void {
  for (const name of ["runs", "files/md5/83"]) {
    if (twins.dvc.exists(`.dvc/cache/${name}`)) twins.dvc.remove(`.dvc/cache/${name}`);
  }
}

Deno.test("commit records stages of pipelines in dvc.lock as DVC does", async () => {
  using twins = twinPipelines();
  const run = async (args: readonly string[], check: { stdout?: boolean } = {}) => {
    const wanted = await twins.dvc.dvc(args);
    const found = await twins.dvt.dvt(args);
    if (check.stdout ?? true) {
      assert.deepEqual(found.stdout.split("\n").sort(), wanted.stdout.split("\n").sort());
    }
    withoutRuns(twins);
    twins.compare(args.join(" "));
  };
  await run(["status"]);
  await run(["commit", "-f"]);
  await run(["status"]);
  await run(["commit", "-f"]);
  twins.both((project) => project.write("params.yaml", "a: 2\nb:\n  c: x\n"));
  await run(["status"]);
  await run(["status", "--json"]);
  await run(["commit", "-f", "prepare"]);
  twins.both((project) => {
    project.writeAll({ "folder/x": "changed", "out": "changed", "sub/product/f": "changed" });
    project.write("dvc.yaml", pipeline.replace("cp src out", "cp -r src out"));
  });
  await run(["status"]);
  await run(["commit", "-f", "last", "prepare"]);
  await run(["commit", "-f", "dvc.yaml"]);
  twins.both((project) => project.write("two", "changed"));
  await run(["status", "two"]);
  await run(["commit", "-f", "each@two"]);
  await run(["status"]);
});

Deno.test("commit refuses what DVC refuses, and writes nothing then", async () => {
  using twins = twinPipelines();
  twins.both((project) => project.remove("src"));
  await twins.run(["commit", "-f"], { stdout: false });
  twins.both((project) => {
    project.write("src", "s");
    project.write("params.yaml", "a: 1\n");
  });
  await twins.run(["commit", "-f", "prepare"], { stdout: false });
  twins.both((project) => project.remove("one"));
  await twins.run(["commit", "-f", "each@one"], { stdout: false });
  await twins.run(["commit", "each@two"], { stdout: false });
  await twins.run(["commit", "nope"], { stdout: false });
});

Deno.test("data of pipelines goes to a remote and back", async () => {
  using twins = twinPipelines();
  const project = twins.dvt;
  await project.dvt(["commit", "-f", "-q"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push"]);
  for (const name of [".dvc/cache", "out", "one", "sub/product"]) project.remove(name);
  await project.dvt(["pull"]);
  assert.equal(project.read("sub/product/f"), "f");
  const { stdout } = await runDvt(["status"], { cwd: project.path });
  assert.equal(stdout, "Data and pipelines are up to date.\n");
});

Deno.test("stages of pipelines are frozen and thawed where they are declared", async () => {
  using twins = twinPipelines();
  for (const project of [twins.dvc, twins.dvt]) {
    // In an order that DVC keeps when it writes the stage again.
    project.write(
      "dvc.yaml",
      "# Mine.\nstages:\n  one:\n    cmd: x # why\n    deps:\n    - src\n    outs:\n    - out\n  two:\n    cmd: y\n",
    );
  }
  await twins.run(["freeze", "one"], { stdout: false });
  await twins.run(["status"]);
  await twins.run(["unfreeze", "one"], { stdout: false });
  const { code } = await runDvt(["freeze", "nope"], { cwd: twins.dvt.path });
  assert.equal(code, 1);
});
