/** What people reported of names, rules and stage files; the numbers are those of the reports. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";

Deno.test("C01: a pattern that ends in a slash means folders only", async () => {
  using project = temporaryProject();
  project.writeAll({
    ".dvcignore": "1/**\n!1/**/\n!1/**/3/**\n",
    "1/2/hide.txt": "",
    "1/2/3/keep.txt": "k",
  });
  const hidden = await project.dvt(["check-ignore", "-d", "1/2/hide.txt"]);
  assert.equal(hidden.stdout, ".dvcignore:1:1/**\t1/2/hide.txt\n");
  const kept = await runDvt(["check-ignore", "-d", "1/2/3/keep.txt"], { cwd: project.path });
  assert.match(kept.stdout, /^\.dvcignore:3:!1\/\*\*\/3\/\*\*\t/);
  await project.dvt(["add", "1/2/3/keep.txt"]);
});

Deno.test("C03: check-ignore does not print what is let in again", async () => {
  using project = temporaryProject();
  project.writeAll({ ".dvcignore": "*.txt\n!keep.txt\n", "drop.txt": "", "keep.txt": "" });
  const both = await project.dvt(["check-ignore", "drop.txt", "keep.txt"]);
  assert.equal(both.stdout, "drop.txt\n");
  const visible = await runDvt(["check-ignore", "keep.txt"], { cwd: project.path });
  assert.deepEqual([visible.code, visible.stdout], [1, ""]);
  await project.dvt(["add", "keep.txt"]);
});

Deno.test("C05: names that are patterns are hidden from Git literally", async () => {
  using project = temporaryProject();
  for (const name of ["[4] x", "#h", "!b", "st*r", "q?m", " lead", "trail "]) {
    project.write(name, "1");
    await project.dvt(["add", `./${name}`]);
  }
  const seen = project.git("status", "--porcelain", "-z", "--untracked-files=all").split("\0")
    .filter((line) => line.startsWith("??")).map((line) => line.slice(3));
  assert.deepEqual(seen.filter((name) => !name.endsWith(".dvc") && name !== ".gitignore"), []);
});

Deno.test("C11: names and listings do not depend on the locale", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/naïve.txt": "1", "d/数据.csv": "2" });
  await project.dvt(["add", "d"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push"]);
  for (const name of ["d", ".dvc/cache"]) project.remove(name);
  const env = { LC_ALL: "C", LANG: undefined };
  await project.dvt(["pull"], { env });
  assert.deepEqual(project.files("d"), ["naïve.txt", "数据.csv"]);
  const { stdout } = await project.dvt(["list", ".", "-R", "--dvc-only"], { env });
  assert.equal(stdout, "d/naïve.txt\nd/数据.csv\n");
  const json = await project.dvt(["list", ".", "-R", "--json"], { env });
  assert.ok(JSON.parse(json.stdout).some(({ path }: { path: string }) => path === "d/数据.csv"));
});

Deno.test("C13: conflict markers are called a merge conflict, with file and line", async () => {
  using project = temporaryProject();
  project.write("f", "f");
  await project.dvt(["add", "f"]);
  project.write("f.dvc", `<<<<<<< HEAD\n${project.read("f.dvc")}`);
  const cache = project.files(".dvc/cache");
  for (const args of [["status"], ["pull"], ["gc", "-w", "-f"], ["checkout"], ["push"]]) {
    const { code, stderr } = await runDvt(args, { cwd: project.path });
    assert.notEqual(code, 0, args.join(" "));
    assert.match(stderr, /f\.dvc/);
    assert.match(stderr, /merge conflict/);
    assert.match(stderr, /line \d/);
  }
  assert.deepEqual(project.files(".dvc/cache"), cache);
});

Deno.test("C15: a backslash in a stage file from Windows is a separator, and that is said", async () => {
  for (const written of [".\\f", "inner\\f"]) {
    using project = temporaryProject();
    const path = written === ".\\f" ? "sub/f" : "sub/inner/f";
    project.write(path, "data");
    await project.dvt(["add", path]);
    const text = project.read(`${path}.dvc`).replace("path: f", `path: ${written}`);
    project.remove(`${path}.dvc`);
    project.write("sub/f.dvc", text);
    project.remove(path);
    const { stderr } = await project.dvt(["checkout"]);
    assert.match(stderr, /'sub\/f\.dvc' was written on Windows/);
    assert.equal(project.read(path), "data");
    assert.deepEqual(project.files("sub").filter((name) => name.includes("\\")), []);
  }
  using literal = temporaryProject();
  literal.write("back\\slash", "1");
  await literal.dvt(["add", "back\\slash"]);
  const { stdout } = await literal.dvt(["status"]);
  assert.equal(stdout, "Data and pipelines are up to date.\n");
});

Deno.test("C55: a dead link is named with what it points to, and nothing else is touched", async () => {
  using project = temporaryProject();
  project.write("t/a", "1");
  Deno.symlinkSync("nowhere", project.at("t/l"));
  const { code, stderr } = await runDvt(["add", "t"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /t\/l' is a link to 'nowhere', which does not exist/);
  assert.deepEqual(project.files("t"), ["a", "l"]);
  assert.equal(Deno.lstatSync(project.at("t/a")).isFile, true);
  assert.equal(project.exists("t.dvc"), false);
});

Deno.test("an import that is added again stays an import", async () => {
  using folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  folder.write("reg/f", "one");
  await folder.dvt(["add", "-q", "f"], { cwd: folder.at("reg") });
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  const cwd = folder.at("w");
  await folder.dvt(["import", "-q", "../reg", "f"], { cwd });
  const before = folder.read("w/f.dvc");
  folder.write("w/f", "two!");
  await folder.dvt(["add", "-q", "f"], { cwd });
  const after = folder.read("w/f.dvc");
  assert.equal(
    after,
    before.replace(/md5: \w+\n {2}size: 3/, "md5: 9f5b6d9a034d175868bf593885b7dc4e\n  size: 4"),
  );
});

Deno.test("add warns where git would read a rule otherwise, and only there", async () => {
  using project = temporaryProject();
  project.write(".dvcignore", "d/sub/**\n!d/sub/keep\n");
  project.writeAll({ "d/a": "a", "d/sub/keep": "keep", "e/a": "a" });
  const { stderr } = await project.dvt(["add", "d"]);
  assert.match(stderr, /^WARNING: git would not ignore 'd\/sub', see \.dvcignore:1: 'name\/\*\*'/m);
  assert.doesNotMatch(project.read("d.dvc"), /nfiles: 2/);
  assert.equal((await project.dvt(["add", "e"])).stderr, "");
});
