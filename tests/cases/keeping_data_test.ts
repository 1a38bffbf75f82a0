/** What people reported of data lost, wrong or in the way. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";

Deno.test("C38: an incomplete folder is pushed without its listing, and the push fails", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/a": "1", "d/b": "2" });
  await project.dvt(["add", "d"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  project.remove(".dvc/cache/files/md5/c4/ca4238a0b923820dcc509a6f75849b");
  const { code, stderr } = await runDvt(["push"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /c4ca4238a0b923820dcc509a6f75849b/);
  assert.deepEqual(project.files("../store/files/md5"), ["c8/1e728d9d4c2f636f067f89cc14862c"]);
});

Deno.test("a part of a folder is pushed without the listing, which says that all is there", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/a": "1", "d/sub/b": "2" });
  await project.dvt(["add", "d"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push", "d/sub"]);
  assert.deepEqual(project.files("../store/files/md5"), ["c8/1e728d9d4c2f636f067f89cc14862c"]);
  await project.dvt(["push"]);
  assert.equal(project.files("../store/files/md5").length, 3);
});

Deno.test("a file added to a folder whose listing is damaged does not lose the other files", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/a": "1", "d/b": "2" });
  await project.dvt(["add", "d"]);
  const recorded = project.read("d.dvc");
  const id = /md5: (\w+)\.dir/.exec(recorded)?.[1] ?? "";
  const listing = `.dvc/cache/files/md5/${id.slice(0, 2)}/${id.slice(2)}.dir`;
  project.remove(listing);
  project.write(listing, '[{"md5": "c4ca4238a0b923820dcc509a6f75849b", "relpath": "a"}]');
  Deno.chmodSync(project.at(listing), 0o444);
  project.write("d/c", "3");
  const { code, stderr } = await runDvt(["add", "d/c"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /object \w+\.dir from .* has the wrong content/);
  assert.equal(project.read("d.dvc"), recorded);
});

Deno.test("an import that cannot be recorded whole leaves no part of the record", async () => {
  using folder = temporaryFolder();
  for (const name of ["source", "target"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  folder.writeAll({ "source/d/a": "1", "target/.gitignore/x": "a folder in the way" });
  await folder.dvt(["add", "-q", "d"], { cwd: folder.at("source") });
  folder.git("-C", "source", "add", "--all");
  folder.git("-C", "source", "commit", "-q", "-m", "one");
  const { code } = await runDvt(["import", "../source", "d"], { cwd: folder.at("target") });
  assert.notEqual(code, 0);
  assert.ok(!folder.exists("target/d.dvc"));
  assert.ok(!folder.exists("target/d"));
});

Deno.test("move writes over nothing", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "tracked", other: "the only copy" });
  await project.dvt(["add", "f"]);
  const { code, stderr } = await runDvt(["move", "f", "other"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /'other' already exists/);
  assert.deepEqual([project.read("f"), project.read("other")], ["tracked", "the only copy"]);
});

Deno.test("C40: all branches are fetched from a remote with a relative path", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "one");
  const cwd = folder.at("one");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-d", "m", "../remote"], { cwd });
  for (const branch of ["main", "other"]) {
    if (branch !== "main") folder.git("-C", "one", "checkout", "-q", "-b", branch);
    folder.write("one/f", branch);
    await folder.dvt(["add", "-q", "f"], { cwd });
    folder.git("-C", "one", "add", "--all");
    folder.git("-C", "one", "commit", "-q", "-m", branch);
  }
  await folder.dvt(["push", "-A"], { cwd });
  folder.git("clone", "-q", "one", "two");
  folder.git("-C", "two", "branch", "main", "origin/main");
  await folder.dvt(["fetch", "-a"], { cwd: folder.at("two") });
  assert.equal(folder.files("two/.dvc/cache/files/md5").length, 2);
});

Deno.test("C42: a damaged object is not checked out, even a read-only one", async () => {
  using project = temporaryProject();
  project.write("f", "data");
  await project.dvt(["add", "f"]);
  project.remove("f");
  const [name = ""] = project.files(".dvc/cache/files/md5");
  const object = project.at(`.dvc/cache/files/md5/${name}`);
  Deno.chmodSync(object, 0o644);
  Deno.writeTextFileSync(object, "datax");
  Deno.chmodSync(object, 0o444);
  const { code, stderr } = await runDvt(["checkout"], { cwd: project.path });
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(name.replace("/", "")));
  assert.match(stderr, /set aside/);
  assert.equal(project.exists("f"), false);
});

Deno.test("C42: pull fetches a damaged object anew, of a folder, too", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "data", "d/a": "one", "d/b": "two" });
  await project.dvt(["add", "f", "d"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push"]);
  for (const name of ["f", "d"]) project.remove(name);
  for (const name of project.files(".dvc/cache/files/md5").filter((one) => !one.endsWith(".dir"))) {
    const object = project.at(`.dvc/cache/files/md5/${name}`);
    Deno.chmodSync(object, 0o644);
    Deno.writeTextFileSync(object, "damage");
    Deno.chmodSync(object, 0o444);
  }
  const { stderr } = await project.dvt(["pull"]);
  assert.match(stderr, /WARNING: object \w+ from .* has the wrong content; the damaged copy was/);
  assert.deepEqual(["f", "d/a", "d/b"].map((name) => project.read(name)), ["data", "one", "two"]);
  assert.equal((await project.dvt(["status"])).stdout, "Data and pipelines are up to date.\n");
});

Deno.test("C44: several commands in one clone wait for each other", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/a": "1", "d/b": "2" });
  await project.dvt(["add", "d"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push"]);
  for (const name of ["d", ".dvc/cache"]) project.remove(name);
  const runs = await Promise.all(
    Array.from({ length: 4 }, () => runDvt(["pull"], { cwd: project.path })),
  );
  assert.deepEqual(runs.map(({ code }) => code), [0, 0, 0, 0]);
  assert.deepEqual(project.files("d"), ["a", "b"]);
});

Deno.test("C57: nobody is asked where nobody can answer, and the edit stays", async () => {
  using project = temporaryProject();
  for (const text of ["one", "two"]) {
    project.write("f", text);
    await project.dvt(["add", "f"]);
    project.commit(text);
  }
  project.write("f", "edited");
  project.git("checkout", "-q", "HEAD~1");
  const { code, stderr } = await runDvt(["checkout"], { cwd: project.path });
  assert.notEqual(code, 0);
  assert.match(stderr, /\/f$/m);
  assert.equal(project.read("f"), "edited");
  await project.dvt(["checkout", "--force"]);
  assert.equal(project.read("f"), "one");
});

Deno.test("C59: stdout holds one JSON value, messages go elsewhere, an error is no answer", async () => {
  using project = temporaryProject();
  project.write("f", "f");
  await project.dvt(["add", "f"]);
  project.commit("one");
  const lines = [["data", "status"], ["diff"], ["list", "."], ["status"]];
  for (const state of ["clean", "changed"]) {
    if (state === "changed") project.write("f", "changed");
    for (const args of lines) {
      const { stdout } = await project.dvt([...args, "--json"]);
      JSON.parse(stdout);
    }
    const quiet = await runDvt(["status", "-q"], { cwd: project.path });
    assert.deepEqual([quiet.code, quiet.stdout], [state === "clean" ? 0 : 1, ""]);
  }
  project.write("f.dvc", "outs: [");
  for (const args of [["data", "status"], ["diff"], ["status"]]) {
    const { code, stdout } = await runDvt([...args, "--json"], { cwd: project.path });
    assert.notEqual(code, 0, args.join(" "));
    assert.equal(stdout, "");
  }
});

// The classes of tests/support/differential.ts in which dvt does not follow DVC.

Deno.test("data that is as recorded stays, though the cache lacks it", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "f", "d/a": "a" });
  await project.dvt(["add", "f", "d"]);
  project.remove(".dvc/cache/files");
  for (const args of [["checkout"], ["checkout", "-f"], ["commit", "-f"]]) {
    await runDvt(args, { cwd: project.path });
    assert.deepEqual([project.read("f"), project.read("d/a")], ["f", "a"], args.join(" "));
  }
  project.remove("f");
  assert.equal((await project.dvt(["checkout"])).stderr, "", "commit saved it");
});

Deno.test("a file stays executable, for group and others, too, whatever tracks it", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "f", "d/a": "a", "d/b": "b" });
  for (const name of ["f", "d/a"]) Deno.chmodSync(project.at(name), 0o755);
  for (const args of [["add", "f", "d"], ["commit", "-f"], ["checkout", "-f"], ["add", "d"]]) {
    await project.dvt(args);
    const modes = ["f", "d/a", "d/b"].map((name) => (Deno.statSync(project.at(name)).mode ?? 0));
    assert.deepEqual(modes.map((mode) => mode & 0o777), [0o755, 0o755, 0o644], args.join(" "));
  }
});

Deno.test("move takes edited data along and saves no version that nobody asked for", async () => {
  using project = temporaryProject();
  project.write("f", "one");
  await project.dvt(["add", "f"]);
  const objects = project.files(".dvc/cache/files");
  project.remove("f");
  project.write("f", "edited");
  await project.dvt(["move", "f", "g"]);
  assert.equal(project.read("g"), "edited");
  assert.deepEqual(project.files(".dvc/cache/files"), objects);
  assert.match((await project.dvt(["status"])).stdout, /modified: +g/);
});

Deno.test("checkout removes nothing of an output that took a former one's place", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/x": "x", "d/y": "y" });
  await project.dvt(["add", "d/x"]);
  await project.dvt(["checkout"]);
  await project.dvt(["remove", "d/x.dvc"]);
  await project.dvt(["add", "d"]);
  await project.dvt(["checkout"]);
  assert.deepEqual(project.files("d"), ["x", "y"]);
});

Deno.test("checkout fails for a link whose object is lost, where DVC calls it modified", async () => {
  using project = temporaryProject();
  await project.dvt(["config", "cache.type", "symlink"]);
  project.write("f", "x");
  await project.dvt(["add", "f"]);
  project.remove(".dvc/cache/files/md5");
  const dvcs = await project.dvc(["checkout", "-f"]);
  assert.match(dvcs.stdout, /^M/);
  for (const args of [["checkout"], ["checkout", "-f"]]) {
    const { code, stderr } = await runDvt(args, { cwd: project.path });
    assert.equal(code, 255);
    assert.match(stderr, /Checkout failed for following targets:\nf\n/);
  }
  project.write("other", "x");
  await project.dvt(["add", "other"]);
  await project.dvt(["checkout"]);
  assert.equal(project.read("f"), "x");
});

Deno.test("what runs that died left in a shared cache goes with gc, after a day", async () => {
  using project = temporaryProject();
  await project.dvt(["cache", "dir", project.at("../cache")]);
  project.write("f", "f");
  await project.dvt(["add", "f"]);
  const names = ["old", "new"].map((name) => `.${name.padEnd(22, "x")}.tmp`);
  const left = names.flatMap((name) => [`../cache/${name}`, `../cache/files/md5/aa/${name}`]);
  for (const path of left) {
    project.write(path, "part");
    const age = path.includes(".old") ? 25 : 1;
    const time = new Date(Date.now() - age * 3_600_000);
    Deno.utimeSync(project.at(path), time, time);
  }
  await project.dvt(["gc", "-w", "-f"]);
  assert.deepEqual(left.filter((path) => project.exists(path)), left.slice(2));
});

Deno.test("other content of the same size is noticed, though its time was set back", async () => {
  for (const wait of [0, 1500]) {
    using project = temporaryProject();
    project.write("f", "one");
    await project.dvt(["add", "f"]);
    const { atime, mtime } = Deno.statSync(project.at("f"));
    await new Promise((resolve) => setTimeout(resolve, wait));
    await project.dvt(["status"]);
    Deno.writeTextFileSync(project.at("f"), "two");
    Deno.utimeSync(project.at("f"), atime ?? 0, mtime ?? 0);
    const { stdout } = await runDvt(["status"], { cwd: project.path });
    assert.match(stdout, /modified: +f/, `after ${wait} ms`);
  }
});
