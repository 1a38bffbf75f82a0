import assert from "node:assert/strict";
import { runDvc } from "../support/dvc.ts";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { TwinProjects } from "../support/twin_projects.ts";

Deno.test("a 2.x project is read, checked and rewritten as by DVC", async () => {
  using twins = new TwinProjects();
  // Text with CRLF: 2.x hashed it as if it had LF, and kept the bytes.
  twins.both((project) => {
    const put = (id: string, content: string) => {
      const path = `.dvc/cache/${id.slice(0, 2)}/${id.slice(2)}`;
      project.write(path, content);
      Deno.chmodSync(project.at(path), 0o444);
    };
    put("e5ebd4c02cefbe7955977c67ada242b7", "a,b\r\n1,2\r\n");
    put("c4ca4238a0b923820dcc509a6f75849b", "1");
    put(
      "6d6e9bd2be4ef92d98c8ff0cb1d7ee3a.dir",
      '[{"md5": "c4ca4238a0b923820dcc509a6f75849b", "relpath": "x"}]',
    );
    project.write("t.csv.dvc", "outs:\n- md5: e5ebd4c02cefbe7955977c67ada242b7\n  path: t.csv\n");
    project.write("one.dvc", "outs:\n- md5: c4ca4238a0b923820dcc509a6f75849b\n  path: one\n");
  });
  await twins.run(["checkout"]);
  await twins.run(["status"]);
  await twins.run(["remote", "add", "-d", "st", "store"]);
  await twins.run(["push"]);
  await twins.run(["add", "t.csv"], { stdout: false });
  twins.both((project) => project.write("one", "2"));
  await twins.run(["status"]);
  await twins.run(["add", "one"], { stdout: false });
  await twins.run(["status"]);
});

Deno.test("outputs of pipelines are data like any other", async () => {
  using twins = new TwinProjects();
  const pipeline = "stages:\n  make:\n    cmd: cp src out\n    deps:\n    - src\n    outs:\n" +
    "    - out\n    - folder\n";
  twins.both((project) => project.writeAll({ src: "s", "dvc.yaml": pipeline }));
  const commands = { cmd: "cp src out; mkdir -p folder; cp src folder/a" };
  twins.both((project) => project.write("dvc.yaml", pipeline.replace("cp src out", commands.cmd)));
  // DVC runs the pipeline in both; dvt only reads what that leaves behind.
  for (const project of [twins.dvc, twins.dvt]) await project.dvc(["repro", "-q"]);
  await twins.run(["remote", "add", "-d", "st", "store"]);
  await twins.run(["push"], { stdout: false });
  await twins.run(["status"]);
  twins.both((project) => {
    project.remove("out");
    project.remove("folder");
    project.remove(".dvc/cache/files");
  });
  await twins.run(["status"]);
  await twins.run(["pull", "make"], { stdout: false });
  await twins.run(["status"]);
});

Deno.test("a project in a subfolder, and imports of imports, are followed", async () => {
  using place = temporaryFolder();
  const dvt = (folder: string, ...args: string[]) => place.dvt(args, { cwd: place.at(folder) });
  const commit = (folder: string) => {
    place.git("-C", folder, "add", "--all");
    place.git("-C", folder, "commit", "-qm", "more");
  };
  place.git("init", "-q", "mono");
  Deno.mkdirSync(place.at("mono/proj"));
  await dvt("mono/proj", "init", "-q", "--subdir");
  place.writeAll({ "mono/proj/data/a": "1", "mono/proj/data/sub/b": "2", "mono/top.txt": "t" });
  await dvt("mono/proj", "add", "-q", "data");
  await dvt("mono/proj", "remote", "add", "-q", "-d", "st", place.at("store"));
  await dvt("mono/proj", "push", "-q");
  commit("mono");
  for (const name of ["middle", "end-dvc", "end-dvt"]) {
    place.git("init", "-q", name);
    await dvt(name, "init", "-q");
  }
  await dvt("middle", "import", "-q", place.at("mono"), "proj/data");
  commit("middle");
  for (const [way, url] of [place.at("middle"), `file://${place.at("middle")}`].entries()) {
    for (const path of ["data", "data/sub/b"]) {
      const out = `${path.replaceAll("/", "-")}-${way}`;
      const args = ["import", url, path, "-o", out];
      const theirs = await runDvc(args, { cwd: place.at("end-dvc") });
      const ours = await runDvt(args, { cwd: place.at("end-dvt") });
      assert.equal(theirs.code, 0, theirs.stderr);
      assert.equal(ours.code, 0, ours.stderr);
      assert.equal(place.read(`end-dvt/${out}.dvc`), place.read(`end-dvc/${out}.dvc`));
    }
  }
  assert.equal(place.read("end-dvt/data-1/sub/b"), "2");
  const listed = await dvt("end-dvt", "list", place.at("mono"), "proj", "-R", "--dvc-only");
  assert.equal(listed.stdout, "data/a\ndata/sub/b\n");
});

Deno.test("an import that leads back to itself is told as a circle", async () => {
  using place = temporaryFolder();
  const stage = (url: string) =>
    "frozen: true\ndeps:\n- path: x\n  repo:\n" +
    `    url: ${url}\nouts:\n- hash: md5\n  path: x\n`;
  for (const [name, other] of [["one", "two"], ["two", "one"]] as const) {
    place.git("init", "-q", name);
    place.write(`${name}/.dvc/config`, "");
    place.write(`${name}/x.dvc`, stage(place.at(other)));
    place.git("-C", name, "add", "--all");
    place.git("-C", name, "commit", "-qm", "round");
  }
  const { code, stderr } = await runDvt(["get", place.at("one"), "x"], { cwd: place.path });
  assert.equal(code, 1);
  assert.match(stderr, /imported in a circle/);
});
