import assert from "node:assert/strict";
import { type Git, openGit } from "../../src/git/git.ts";
import { isRefName, listRefs, parsePackedRefs, readHead, readRef } from "../../src/git/refs.ts";
import { gitContext } from "../support/git_context.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

function open(folder: TemporaryFolder, name = ""): Git {
  const git = openGit(name === "" ? folder.path : folder.at(name), gitContext(folder.path));
  assert(git !== undefined);
  return git;
}

Deno.test("readHead() tells branch and commit in every state that HEAD can be in", () => {
  using folder = temporaryProject({ dvc: false });
  assert.deepEqual(readHead(open(folder)), { branch: "main", commit: undefined });
  folder.commit("one");
  const commit = folder.git("rev-parse", "HEAD").trim();
  assert.deepEqual(readHead(open(folder)), { branch: "main", commit });
  folder.git("checkout", "-q", "-b", "feature/x");
  folder.git("pack-refs", "--all");
  assert.deepEqual(readHead(open(folder)), { branch: "feature/x", commit });
  folder.git("checkout", "-q", "--detach");
  assert.deepEqual(readHead(open(folder)), { branch: undefined, commit });
  folder.git("worktree", "add", "-q", "-b", "other", "tree");
  assert.deepEqual(readHead(open(folder, "tree")), { branch: "other", commit });
});

Deno.test("listRefs() and readRef() agree with git, loose, packed and both", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.commit("one");
  folder.git("tag", "light");
  folder.git("tag", "-a", "-m", "note", "heavy");
  folder.git("tag", "-a", "-m", "note", "heavier", "heavy");
  folder.git("branch", "a/b/c");
  folder.git("branch", "zoë");
  folder.git("tag", "get-started-data@v1.0.0#1");
  folder.git("tag", "50%,!{}'\"&|$");
  folder.git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
  const check = async () => {
    const format = "--format=%(refname) %(objectname)";
    const told = folder.git("for-each-ref", format).trim().split("\n");
    const git = open(folder);
    const refs = await listRefs(git, "refs/");
    assert.deepEqual(refs.map(({ name, id }) => `${name} ${id}`), told);
    for (const { name, id, peeled } of refs) {
      assert.equal(readRef(git, name)?.id, id);
      if (peeled !== undefined) assert.equal(folder.git("rev-parse", `${name}^{}`).trim(), peeled);
    }
    return refs;
  };
  assert((await check()).every(({ peeled }) => peeled === undefined));
  folder.git("pack-refs", "--all");
  const packed = (await check()).filter(({ name }) => name !== "refs/heads/alias");
  assert(packed.every(({ peeled }) => peeled !== undefined));
  folder.commit("two");
  folder.git("tag", "-f", "light");
  await check();
});

Deno.test("names that would leave the folder of refs are no names", () => {
  const good = ["HEAD", "refs/heads/a", "a/b@c", "v1.0", "-x", "ü", "a{b", "%2e", "a@", "'\""];
  const bad = ["", "@", "..", "../x", "a/../b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a."];
  bad.push(
    "a b",
    "a~1",
    "a^",
    "a:b",
    "a?b",
    "a*",
    "a[b",
    "a\\b",
    "a@{0}",
    "a\0b",
    "a\nb",
    "x/y.lock",
  );
  for (const name of good) assert(isRefName(name), name);
  for (const name of bad) assert(!isRefName(name), name);
  using folder = temporaryProject({ dvc: false });
  for (const name of [...good, ...bad]) {
    if (name.includes("\0") || name === "HEAD" || name === "refs/heads/a") continue;
    const valid = new Deno.Command("git", { args: ["check-ref-format", `refs/x/${name}`] })
      .outputSync().success;
    if (name !== "@") assert.equal(isRefName(`refs/x/${name}`), valid, name);
  }
  folder.write(".git/HEAD", "ref: ../../../etc/passwd\n");
  assert.deepEqual(readHead(open(folder)), { branch: undefined, commit: undefined });
  folder.write(".git/HEAD", "ref: refs/heads/a\n");
  folder.write(".git/refs/heads/a", "ref: refs/heads/b\n");
  folder.write(".git/refs/heads/b", "ref: refs/heads/a\n");
  assert.equal(readHead(open(folder)).commit, undefined);
});

Deno.test("parsePackedRefs() passes over what is no ref", () => {
  const id = "a".repeat(40);
  const other = "b".repeat(40);
  const text = `# pack-refs with: peeled fully-peeled sorted \n${id} refs/tags/x\n^${other}\n` +
    `^${id}x\nshort refs/heads/y\n${id} refs/../z\n${id} refs/heads/w\n\n^`;
  assert.deepEqual([...parsePackedRefs(text).values()], [
    { name: "refs/tags/x", id, peeled: other },
    { name: "refs/heads/w", id, peeled: id },
  ]);
  assert.equal(parsePackedRefs("").size, 0);
});
