import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";

/** Names whose order by code point is not that of UTF-16, and not that of folders by name. */
const tracked = ["a", "s/x", "s-x", "s.y/z", "\u{1F600}", "\u{1F600}d/y", "\uFB01", "\uFB01d/q"];

Deno.test("a work tree is listed as DVC does, with files that nobody added among tracked ones", async () => {
  await using project = await temporaryProject();
  for (const name of tracked) project.write(`data/${name}`, name);
  project.write("note.txt", "in Git");
  project.write("other/one.bin", "1");
  Deno.mkdirSync(project.at("empty"));
  await project.dvt(["add", "data", "other/one.bin", "empty"]);
  project.write("empty/new/foo", "untracked");
  project.write(".dvcignore", "hidden\n");
  await project.git("add", "-A");
  await project.git("commit", "-qm", "data");
  for (const name of ["new", "s/new", "s/a", "s.y/new/er", "hidden/one", "\uFFFDm", "zz"]) {
    project.write(`data/${name}`, "untracked");
  }
  project.write("other/two.bin", "2");
  project.remove("data/a");
  const asked = [
    ["-R", "."],
    ["-R", ".", "data"],
    [".", "data"],
    ["-R", ".", "data/s"],
    [".", "data/s.y"],
    ["-R", ".", "other"],
    ["-R", ".", "--dvc-only"],
    [".", "data", "--dvc-only"],
    ["-R", ".", "--json"],
    [".", "data", "--json"],
    ["-R", ".", "data", "--size", "--show-hash"],
    ["-R", "-L", "1", ".", "data"],
    ["-T", ".", "data"],
    ["-R", ".", "--rev", "HEAD"],
    ["-R", ".", "data", "--rev", "HEAD", "--json"],
    ["-R", ".", "data/s.y/new", "--json"],
    [".", "data/s.y/new", "--json"],
    [".", "data/new", "--json"],
    ["-R", ".", "empty/new", "--json"],
  ];
  for (const args of asked) {
    const [ours, theirs] = await Promise.all([
      runDvt(["list", ...args], { cwd: project.path }),
      runDvc(["list", ...args], { cwd: project.path }),
    ]);
    assert.equal(ours.code, theirs.code, args.join(" "));
    assert.equal(ours.stdout, theirs.stdout, args.join(" "));
    assert.notEqual(ours.stdout, "");
  }
});

Deno.test("links to folders are shown, never entered: they may lead in a circle", async () => {
  await using folder = temporaryFolder();
  await using source = await temporaryProject();
  source.writeAll({ "x/y": "1", "other/f": "2", "other/g.bin": "3" });
  await source.dvt(["add", "other/g.bin"]);
  for (
    const [name, target] of Object.entries({
      "x/loop": ".",
      "x/up": "../x",
      "x/out": "../other",
      "x/file": "y",
      "dead": "nowhere",
      "stages.dvc": "x",
    })
  ) Deno.symlinkSync(target, source.at(name));
  const url = source.path;
  for (
    const args of [
      ["list", "-R", url],
      ["list", "-R", url, "--json"],
      ["list", "-T", url],
      ["list", url, "--json"],
      ["list", "-R", url, "x/out", "--json"],
      ["--cd", url, "status"],
    ]
  ) {
    const [ours, theirs] = await Promise.all([
      runDvt(args, { cwd: folder.path }),
      runDvc(args, { cwd: folder.path }),
    ]);
    assert.equal(ours.stdout, theirs.stdout, args.join(" "));
    assert.equal(ours.code, theirs.code, args.join(" "));
  }
  await folder.dvt(["get", url, "x", "-o", "got"]);
  assert.deepEqual(folder.files("got"), ["file", "y"]);
  await folder.dvt(["get", url, "x/out", "-o", "ours"]);
  await folder.dvc(["get", url, "x/out", "-o", "theirs"]);
  assert.deepEqual(folder.files("ours"), folder.files("theirs"));
});

Deno.test("what .dvcignore hides is not there, whoever asks and by whichever way", async () => {
  await using folder = temporaryFolder();
  await using source = await temporaryProject();
  source.writeAll({
    "hidden/below/f": "1",
    "note.txt": "2",
    "seen/f": "3",
    ".dvcignore": "hidden\nnote.txt\n",
  });
  await source.git("add", "-A");
  await source.git("commit", "-qm", "files");
  for (const url of [source.path, `file://${source.path}`]) {
    for (const path of ["", "hidden", "hidden/below", "hidden/below/f", "note.txt", "seen"]) {
      const args = ["list", url, path];
      const [ours, theirs] = await Promise.all([
        runDvt(args, { cwd: folder.path }),
        runDvc(args, { cwd: folder.path }),
      ]);
      assert.deepEqual([ours.code, ours.stdout], [theirs.code, theirs.stdout], args.join(" "));
    }
    for (const path of ["hidden", "hidden/below"]) {
      const ours = await runDvt(["get", url, path, "-o", "got"], { cwd: folder.path });
      const theirs = await runDvc(["get", url, path, "-o", "got"], { cwd: folder.path });
      assert.deepEqual([ours.code, folder.exists("got")], [theirs.code, false], path);
    }
  }
});

Deno.test("files that nobody added to a tracked folder come with it from a work tree, as in DVC", async () => {
  await using folder = temporaryFolder();
  await using source = await temporaryProject();
  source.writeAll({ "data/a": "1", "data/sub/b": "2", "note.txt": "3" });
  await source.dvt(["add", "data"]);
  await source.git("add", "-A");
  await source.git("commit", "-qm", "data");
  source.writeAll({ "data/sub/new": "4", "data/more/new": "5", "data/x.dvc": "", "other/o": "6" });
  source.remove("data/a");
  const url = source.path;
  for (const path of ["data/sub", "data/more", "data/sub/new", ".", "data/a"]) {
    folder.writeAll({ "ours/here": "", "theirs/here": "" });
    await folder.dvt(["get", url, path, "-o", "ours/got"]);
    await folder.dvc(["get", url, path, "-o", "theirs/got"]);
    assert.deepEqual(folder.files("ours"), folder.files("theirs"), path);
    for (const name of ["ours", "theirs"]) folder.remove(name);
  }
  for (const path of ["data/sub", "data/sub/new"]) {
    await using ours = await temporaryProject();
    await using theirs = await temporaryProject();
    await ours.dvt(["import", url, path, "-o", "got"]);
    await theirs.dvc(["import", url, path, "-o", "got"]);
    assert.equal(ours.read("got.dvc"), theirs.read("got.dvc"), path);
  }
  // At a commit, they are not there.
  assert.notEqual(
    (await runDvt(["get", url, "data/more", "--rev", "HEAD"], { cwd: folder.path })).code,
    0,
  );
  // Changed in the work tree: DVC gives the new bytes, and an import keeps them in its cache under
  // the old hash. What is recorded is what comes.
  source.write("data/sub/b", "changed");
  await folder.dvt(["get", url, "data/sub/b", "-o", "b"]);
  assert.equal(folder.read("b"), "2");
});
