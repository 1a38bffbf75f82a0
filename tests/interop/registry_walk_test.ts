import assert from "node:assert/strict";
import { runDvc } from "../support/dvc.ts";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";
import { TwinProjects } from "../support/twin_projects.ts";

/** Inputs of `add`, by target: what lies there. */
const inputs: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  "plain.txt": { "": "hello\n" },
  "empty": { "": "" },
  "crlf.txt": { "": "a,b\r\n1,2\r\n" },
  "binary.bin": { "": new Uint8Array([0, 255, 13, 10, 0]) },
  "0123": { "": "0123" },
  "1e3": { "": "1e3" },
  "yes": { "": "yes" },
  "null": { "": "null" },
  "true": { "": "true" },
  "~": { "": "tilde" },
  "2024-01-01": { "": "date" },
  "0x1f": { "": "hex" },
  "1_000": { "": "number" },
  "12:30": { "": "time" },
  "#x": { "": "comment" },
  "x #y": { "": "blank and comment" },
  "!bang": { "": "negation" },
  "*star": { "": "wildcard" },
  "[a]": { "": "class" },
  "{b}": { "": "brace" },
  "q?m": { "": "question" },
  "it's": { "": "quote" },
  'say "hi"': { "": "double" },
  "back\\slash": { "": "backslash" },
  "two  blanks": { "": "blanks" },
  "ünï ☃.txt": { "": "unicode" },
  "e\u0301": { "": "decomposed" },
  "\u{1F600}.dat": { "": "astral" },
  "tab\there": { "": "tab" },
  "a: b": { "": "colon" },
  "&anchor": { "": "anchor" },
  "%percent": { "": "percent" },
  "@at": { "": "at" },
  ["long ".repeat(30) + "name"]: { "": "long" },
  ["x".repeat(120)]: { "": "longer than a line" },
  "sub/deep/file": { "": "deep" },
  "folder": { "b": "2", "a": "1", "sub/c": "3", "sub/sub/d": "" },
  "order": {
    "a-b": "1",
    "a.txt": "2",
    "a/b": "3",
    "B": "4",
    "zz": "5",
    "é": "6",
    "\uFB01": "7",
    "\u{1F600}": "8",
  },
  "odd names": { "new\tline": "1", "sp ace": "2", 'q"uote': "3", "back\\": "4", "\u007f": "5" },
  "same": { "one": "same", "two": "same", "three": "same" },
  "nested/data": { "x/y/z": "deep" },
};

Deno.test("what add writes is what DVC writes, for 42 kinds of input", async () => {
  using twins = new TwinProjects();
  twins.both((project) => {
    for (const [target, files] of Object.entries(inputs)) {
      for (const [name, content] of Object.entries(files)) {
        project.write(name === "" ? target : `${target}/${name}`, content);
      }
    }
    Deno.mkdirSync(project.at("empty folder"));
    project.write("run.sh", "#!/bin/sh\n");
    Deno.chmodSync(project.at("run.sh"), 0o755);
  });
  const targets = [...Object.keys(inputs), "empty folder"];
  assert.ok(targets.length >= 41);
  await twins.run(["add", "--", ...targets]);
  await twins.dvc.dvc(["add", "run.sh"]);
  await twins.dvt.dvt(["add", "run.sh"]);
  assert.equal(twins.dvt.read("run.sh.dvc"), twins.dvc.read("run.sh.dvc"));
  // DVC makes the file anew and takes the bit away from group and others; dvt leaves it alone.
  assert.equal((Deno.statSync(twins.dvt.at("run.sh")).mode ?? 0) & 0o777, 0o755);
  Deno.chmodSync(twins.dvt.at("run.sh"), 0o744);
  await twins.run(["status"]);
  // Each reads what the other wrote, and sees no change.
  for (const project of [twins.dvc, twins.dvt]) {
    const theirs = await runDvc(["status"], { cwd: project.path });
    const ours = await runDvt(["status"], { cwd: project.path });
    assert.equal(theirs.stdout, "Data and pipelines are up to date.\n");
    assert.equal(ours.stdout, "Data and pipelines are up to date.\n", ours.stderr);
  }
});

Deno.test("a project goes through push, loss, pull, edits and checkout as with DVC", async () => {
  using twins = new TwinProjects();
  const edit = (files: Readonly<Record<string, string>>, gone: readonly string[] = []) =>
    twins.both((project) => {
      project.writeAll(files);
      for (const name of gone) project.remove(name);
    });
  edit({ "data/a": "1", "data/sub/b": "2", "model": "m1", "keep/.gitignore": "" });
  await twins.run(["add", "data", "model"]);
  await twins.run(["remote", "add", "-d", "st", "store"]);
  await twins.run(["push"]);
  await twins.run(["push"]);
  await twins.run(["status", "-c"]);
  edit({}, ["data", "model", ".dvc/cache"]);
  await twins.run(["status"]);
  await twins.run(["pull"]);
  edit({ "data/a": "1 changed", "data/new": "3" }, ["data/sub"]);
  await twins.run(["status"]);
  await twins.run(["status", "--json"]);
  await twins.run(["add", "data/new"]);
  await twins.run(["add", "data"]);
  await twins.run(["status", "-c"]);
  await twins.run(["push"]);
  twins.both((project) => project.commit("one"));
  edit({ "data/a": "lost work" });
  for (const [run, project] of [[runDvc, twins.dvc], [runDvt, twins.dvt]] as const) {
    const { code, stderr } = await run(["checkout"], { cwd: project.path });
    assert.equal(code, 255);
    assert.match(stderr, /Can't remove the following unsaved files[^]*data\/a/);
    assert.equal(project.read("data/a"), "lost work");
  }
  // DVC has taken the other files of the folder away by now; dvt keeps them.
  assert.ok(twins.dvt.exists("data/new"));
  await twins.run(["checkout", "--force"], { stdout: false });
  edit({}, ["model"]);
  await twins.run(["checkout", "model.dvc"]);
  edit({}, ["data/a"]);
  await twins.run(["checkout", "--summary"]);
  await twins.run(["config", "cache.type", "hardlink"]);
  edit({}, ["data"]);
  await twins.run(["checkout"]);
  await twins.run(["status"]);
  await twins.run(["config", "cache.type", "symlink"]);
  edit({}, ["data"]);
  await twins.run(["checkout"]);
  await twins.run(["status"]);
});

/** A registry with two tagged versions, its data pushed to `store` beside it. */
async function registry(parent: TemporaryFolder, by: "dvc" | "dvt"): Promise<void> {
  const at = { cwd: parent.at("reg") };
  const run = async (...args: string[]) => {
    const { code, stderr } = by === "dvc" ? await runDvc(args, at) : await runDvt(args, at);
    assert.equal(code, 0, `${by} ${args.join(" ")}: ${stderr}`);
  };
  const git = (...args: string[]) => parent.git("-C", "reg", ...args);
  parent.git("init", "-q", "reg");
  await run("init", "-q");
  parent.writeAll({
    "reg/data/a": "1",
    "reg/data/sub/b": "2",
    "reg/model.pkl": "m",
    "reg/docs/read.md": "read",
    "reg/docs/deep/x": "x",
  });
  await run("add", "-q", "data", "model.pkl");
  await run("remote", "add", "-d", "st", parent.at("store"));
  await run("push", "-q");
  git("add", "--all");
  git("commit", "-qm", "one");
  git("tag", "data-v1");
  parent.writeAll({ "reg/data/a": "1b", "reg/data/c": "3" });
  await run("add", "-q", "data");
  await run("push", "-q");
  git("add", "--all");
  git("commit", "-qm", "two");
  git("tag", "-am", "two", "data-v2");
}

for (const by of ["dvc", "dvt"] as const) {
  Deno.test(`a registry that ${by} built is used alike by DVC and dvt`, async () => {
    using place = temporaryFolder();
    await registry(place, by);
    for (const url of [place.at("reg"), `file://${place.at("reg")}`]) {
      using twins = new TwinProjects();
      const importing = { stdout: true };
      await twins.run(["import", url, "data", "--rev", "data-v1"], importing);
      await twins.run(["import", url, "data/sub/b", "-o", "one"], importing);
      await twins.run(["import", url, "data/sub", "-o", "part"], importing);
      await twins.run(["import", url, "docs"], importing);
      await twins.run(["import", url, "docs/read.md", "-o", "r.md"], importing);
      await twins.run(["import", url, "model.pkl", "--no-download"], importing);
      await twins.run(["import", url, "model.pkl", "-o", "later", "--no-exec"], importing);
      await twins.run(["status"]);
      await twins.run(["update", "data.dvc"]);
      await twins.run(["update", "--rev", "data-v2", "data.dvc"]);
      await twins.run(["update", "model.pkl.dvc"]);
      await twins.run(["status"]);
      await twins.run(["get", url, "data", "-o", "got"]);
      await twins.run(["get", url, "docs/deep", "--rev", "data-v1"]);
      await twins.run(["list", url]);
      await twins.run(["list", url, "-R", "--json"]);
      await twins.run(["list", url, "data", "--rev", "data-v1", "--size", "--show-hash"]);
      twins.both((project) => {
        for (const name of ["data", "one", "part", "docs", "r.md", ".dvc/cache"]) {
          project.remove(name);
        }
      });
      const pull = ["pull", "data.dvc", "one.dvc", "part.dvc", "docs.dvc", "r.md.dvc"];
      await twins.dvc.dvc(pull);
      await twins.dvt.dvt(pull);
      // What dvt wrote, DVC takes for its own.
      const { code, stdout } = await runDvc(["status", "data.dvc"], { cwd: twins.dvt.path });
      assert.equal(code, 0);
      assert.equal(stdout, "Data and pipelines are up to date.\n");
      // DVC's cache holds listings of folders within Git's folders now, which nothing refers to.
      twins.both((project) => project.remove(".dvc/cache"));
      twins.compare("after pull");
    }
  });
}

Deno.test("dvt never writes where DVC would lose data: edits in an import stop its update", async () => {
  using place = temporaryFolder();
  await registry(place, "dvt");
  using project = temporaryProject();
  await project.dvt(["import", place.at("reg"), "data", "--rev", "data-v1"]);
  project.write("data/a", "work that is saved nowhere");
  const before = project.read("data.dvc");
  const { code, stderr } = await runDvt(["update", "--rev", "data-v2", "data.dvc"], {
    cwd: project.path,
  });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /unsaved/);
  assert.equal(project.read("data/a"), "work that is saved nowhere");
  assert.equal(project.read("data.dvc"), before);
});
