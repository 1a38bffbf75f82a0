import assert from "node:assert/strict";
import { isArtifactName } from "../../src/stages/artifacts.ts";
import { type Pipeline, readPipeline } from "../../src/stages/pipeline.ts";

function read(files: Readonly<Record<string, string>>, path = "dvc.yaml"): Promise<Pipeline> {
  return readPipeline(path, (name) => Promise.resolve(files[name]));
}

Deno.test("a project without dvc.yaml has no stages", async () => {
  assert.deepEqual(await read({}), { stages: [], artifacts: {}, warnings: [] });
});

Deno.test("hashes come from the lock; a 2.x lock has the legacy kind, a stage that never ran none", async () => {
  const { stages } = await read({
    "dvc.yaml": "stages:\n  a:\n    cmd: x\n    outs: [o, p]\n  b:\n    cmd: y\n    outs: [q]\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: z\n    outs:\n" +
      "    - path: o\n      hash: md5\n      md5: abc.dir\n      size: 2\n      nfiles: 1\n" +
      "    - path: p\n      md5: abd\n",
  });
  assert.deepEqual(
    stages.flatMap(({ outs }) =>
      outs.map(({ path, hash, md5, nfiles }) => [path, hash, md5, nfiles])
    ),
    [
      ["o", "md5", "abc.dir", 1],
      ["p", "md5-dos2unix", "abd", undefined],
      ["q", "md5", undefined, undefined],
    ],
  );
  assert.deepEqual(stages.map(({ cmdChanged }) => cmdChanged), [true, undefined]);
});

Deno.test("a lock of DVC 1 is refused", async () => {
  await assert.rejects(read({ "dvc.yaml": "stages: {}\n", "dvc.lock": "a:\n  cmd: x\n" }), {
    message: "'./dvc.lock' validation failed: 2 errors",
  });
});

Deno.test("parameters may be YAML, JSON or TOML", async () => {
  const { stages } = await read({
    "dvc.yaml": "vars: [v.json, v.toml]\nstages:\n  s:\n    cmd: x ${a} ${b} ${c.d}\n",
    "params.yaml": "a: 1.0\n",
    "v.json": '{"b": 1.0}',
    "v.toml": "[c]\nd = 2\n",
  });
  assert.equal(stages[0]?.cmd, "x 1.0 1.0 2");
});

Deno.test("parameters that cannot be read are named", async () => {
  const text = (file: string) => `vars: [${file}]\nstages:\n  s:\n    cmd: x\n`;
  await assert.rejects(read({ "dvc.yaml": text("v.py"), "v.py": "A = 1\n" }), {
    message: "unable to read: 'v.py', parameters in Python are not supported",
  });
  await assert.rejects(read({ "dvc.yaml": text("v.toml"), "v.toml": "= 1\n" }), {
    message: "unable to read: 'v.toml', TOML file structure is corrupted",
  });
});

Deno.test("no file outside of the project is asked for", async () => {
  const asked: string[] = [];
  const text = "vars: [../../etc/passwd]\nstages:\n  s:\n    cmd: x\n";
  const reading = readPipeline("sub/dvc.yaml", (path) => {
    asked.push(path);
    return Promise.resolve(path === "sub/dvc.yaml" ? text : undefined);
  });
  await assert.rejects(reading, {
    message: "failed to parse 'vars' in 'sub/dvc.yaml': '../etc/passwd' does not exist",
  });
  assert.deepEqual(asked, ["sub/dvc.yaml", "sub/dvc.lock", "sub/params.yaml"]);
});

Deno.test("a matrix that is too large is refused before it is made", async () => {
  const axis = `[${Array.from({ length: 100 }, (_, index) => index).join(", ")}]`;
  const text = `stages:\n  s:\n    matrix: {a: ${axis}, b: ${axis}, c: ${axis}}\n    cmd: x\n`;
  await assert.rejects(read({ "dvc.yaml": text }), {
    message: "failed to parse 'stages.s.matrix' in 'dvc.yaml': " +
      "1000000 stages are more than the 100000 that are allowed",
  });
});

Deno.test("a mapping in a command becomes options", async () => {
  const { stages } = await read({
    "dvc.yaml": "stages:\n  s:\n    cmd: train ${o}\n",
    "params.yaml": "o: {lr: 0.1, on: true, off: false, name: a b, layers: [1, 2], opt: {m: x}}\n",
  });
  assert.equal(stages[0]?.cmd, "train --lr 0.1 --on --name 'a b' --layers 1 2 --opt.m x");
});

Deno.test("artifacts are read, bad names with a warning", async () => {
  const { artifacts, warnings } = await read({
    "dvc.yaml":
      "artifacts:\n  text-clf:\n    path: m.pkl\n    type: model\n    desc: d\n    labels: [a]\n" +
      "    meta: {k: v}\n  bad name:\n    path: x\n",
  });
  assert.deepEqual(artifacts, {
    "text-clf": { path: "m.pkl", type: "model", desc: "d", labels: ["a"], meta: { k: "v" } },
    "bad name": { path: "x" },
  });
  assert.deepEqual(warnings, ["Can't use 'bad name' as artifact name (ID)."]);
});

Deno.test("names that a group hides are warned of", async () => {
  const { warnings } = await read({
    "dvc.yaml": "stages:\n  s:\n    foreach: {a: 1}\n    do:\n      cmd: x ${item} ${key}\n",
    "params.yaml": "item: 1\nkey: 2\n",
  });
  assert.deepEqual(warnings, [
    "item and key are already specified, will be overwritten for stages generated from 's'",
  ]);
});

Deno.test("artifact names are those that tags can have", () => {
  for (const name of ["a", "a-b", "a/b_c", "A1"]) assert.ok(isArtifactName(name), name);
  for (const name of ["", "-a", "a-", "a b", "a:b", "a.b"]) assert.ok(!isArtifactName(name), name);
});
