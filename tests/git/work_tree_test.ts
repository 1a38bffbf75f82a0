import assert from "node:assert/strict";
import { type Git, openGit } from "../../src/git/git.ts";
import {
  configValue,
  hooksDirectory,
  isDirty,
  pathInWorkTree,
  setConfig,
  stageFiles,
} from "../../src/git/work_tree.ts";
import { gitContext } from "../support/git_context.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

function open(folder: TemporaryFolder): Git {
  const git = openGit(folder.path, gitContext(folder.path));
  assert(git !== undefined);
  return git;
}

function staged(folder: TemporaryFolder): string[] {
  return folder.git("diff", "--cached", "--name-status", "-z").split("\0").slice(0, -1);
}

Deno.test("stageFiles() stages what changed, deletions included, and passes over the rest", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({ gone: "1", kept: "1", ".gitignore": "/ignored\n" });
  folder.commit("x");
  folder.git("init", "-q", "inner");
  const names = ["a.dvc", ":(top)b", "-n", "*", "ü/c", "inner/f", "ignored", "kept"];
  for (const name of names) folder.write(name, "2");
  folder.remove("gone");
  await using git = open(folder);
  const asked = [...names, "gone", "never-there"].map((name) => folder.at(name));
  await stageFiles(git, [...asked, "/etc/passwd", folder.path, folder.at("a.dvc")]);
  assert.deepEqual(staged(folder), [
    ...["A", "*", "A", "-n", "A", ":(top)b", "A", "a.dvc", "D", "gone", "M", "kept", "A", "ü/c"],
  ]);
  folder.git("reset", "-q");
  await stageFiles(git, [folder.at("ignored")]);
  assert.deepEqual(staged(folder), []);
  await stageFiles(git, []);
  folder.write(".git/index.lock", "");
  await assert.rejects(stageFiles(git, [folder.at("kept")]), {
    kind: "git",
    message: /^git add failed: Unable to create '.*index\.lock': File exists/,
  });
});

Deno.test("pathInWorkTree() knows what belongs to the repository", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.git("init", "-q", "inner");
  await using git = open(folder);
  const cases: [string, string | undefined][] = [
    ["a", "a"],
    ["a/b c", "a/b c"],
    ["..a", "..a"],
    ["inner/x", undefined],
    ["inner", "inner"],
  ];
  for (const [name, expected] of cases) {
    assert.equal(pathInWorkTree(git, folder.at(name)), expected);
  }
  assert.equal(pathInWorkTree(git, folder.path), undefined);
  assert.equal(pathInWorkTree(git, folder.path + "-b/x"), undefined);
  assert.equal(pathInWorkTree(git, "/"), undefined);
});

Deno.test("isDirty() looks at index and work tree, and at new files if asked to", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.write("f", "1");
  folder.commit("x");
  await using git = open(folder);
  assert.equal(await isDirty(git), false);
  folder.write("new", "1");
  assert.deepEqual([await isDirty(git), await isDirty(git, { untracked: true })], [false, true]);
  folder.write("f", "22");
  assert.equal(await isDirty(git), true);
  folder.git("add", "f");
  assert.equal(await isDirty(git), true);
});

Deno.test("settings are read with their meaning and written as they are", async () => {
  using folder = temporaryProject({ dvc: false });
  await using git = open(folder);
  folder.git("config", "core.excludesFile", "~/ignore");
  folder.git("config", "x.empty", "");
  const home = folder.path.replace(/\/work$/, "/.home");
  assert.equal(configValue(git, "core.excludesFile", "path"), `${home}/ignore`);
  assert.equal(configValue(git, "x.empty"), "");
  assert.equal(configValue(git, "x.none"), undefined);
  for (const value of ["--global", "a\nb", 'q"uo\\te', " x ", "-c", "ü"]) {
    await setConfig(git, "merge.dvc.driver", value);
    assert.equal(configValue(git, "merge.dvc.driver"), value);
  }
  for (const key of ["--global", "x", "-x.y", "x.y\n", ""]) {
    await assert.rejects(setConfig(git, key, "1"), { kind: "git" });
    assert.throws(() => configValue(git, key), { kind: "git" });
  }
});

Deno.test("hooksDirectory() heeds core.hooksPath", async () => {
  using folder = temporaryProject({ dvc: false });
  await using git = open(folder);
  assert.equal(hooksDirectory(git), folder.at(".git/hooks"));
  folder.git("config", "core.hooksPath", "my hooks");
  assert.equal(hooksDirectory(git), folder.at("my hooks"));
});
