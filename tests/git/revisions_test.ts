import assert from "node:assert/strict";
import { type Git, openGit } from "../../src/git/git.ts";
import { listRevisions, resolveRevision } from "../../src/git/revisions.ts";
import { createTag, deleteTag, listTags, pushTags } from "../../src/git/tags.ts";
import { gitContext } from "../support/git_context.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

function open(folder: TemporaryFolder, name = ""): Git {
  const git = openGit(name === "" ? folder.path : folder.at(name), gitContext(folder.path));
  assert(git !== undefined);
  return git;
}

/** A few commits with names of all kinds. */
function history(): TemporaryFolder {
  const folder = temporaryProject({ dvc: false });
  for (const n of [1, 2, 3, 4]) {
    folder.write("f", String(n));
    folder.commit(`commit ${n}`, `v${n}`);
  }
  folder.git("tag", "-a", "-m", "note", "heavy", "v2");
  folder.git("tag", "-a", "-m", "note", "heavier", "heavy");
  folder.git("branch", "both", "v1");
  folder.git("tag", "both", "v2");
  folder.git("branch", "side/way", "v3");
  folder.git("tag", "data@v1.0.0#1", "v1");
  folder.git("tag", "blob", "v1:f");
  folder.git("update-ref", "refs/custom/x", "v3");
  return folder;
}

Deno.test("resolveRevision() agrees with git rev-parse", async () => {
  using folder = history();
  const full = folder.git("rev-parse", "v2").trim();
  const names = [
    ...["HEAD", "main", "v1", "heavy", "heavier", "both", "heads/both", "tags/both", "side/way"],
    ...["refs/heads/side/way", "refs/tags/heavy", "refs/custom/x", "custom/x", "data@v1.0.0#1"],
    ...[full, full.slice(0, 7), full.toUpperCase(), "@", "HEAD~1", "HEAD~2^", "v3^", "main@{0}"],
    ...["HEAD^{/commit 2}", ":/commit 3", "heavy^{}", "v3-0-g" + full.slice(0, 8), "HEAD~0"],
  ];
  for (const packed of [false, true]) {
    if (packed) folder.git("pack-refs", "--all");
    await using git = open(folder);
    for (const name of names) {
      // A search for words has no end but the name's.
      const whole = name.startsWith(":/") ? name : `${name}^{commit}`;
      const expected = folder.git("rev-parse", "--verify", "--end-of-options", whole);
      assert.equal(await resolveRevision(git, name), expected.trim(), name);
    }
  }
});

Deno.test("what is no commit is an unknown revision, whatever it looks like", async () => {
  using folder = history();
  await using git = open(folder);
  const names = ["nope", "", "blob", "HEAD:f", "HEAD~9", "v1..v2", "--help", "-h", "--all", "a\nb"];
  names.push(
    "HEAD\0x",
    "f",
    "../v1",
    "refs/heads/../tags/v1",
    "x".repeat(5000),
    "0".repeat(40),
    "^v1",
  );
  for (const name of names) {
    await assert.rejects(resolveRevision(git, name), {
      kind: "not-found",
      message: `unknown Git revision '${name}'`,
    });
  }
  assert.equal(await resolveRevision(git, "HEAD"), folder.git("rev-parse", "HEAD").trim());
});

Deno.test("a branch of a remote is found by its own name, if one remote alone has it", async () => {
  using folder = history();
  folder.git("clone", "-q", ".", "copy");
  folder.git("-C", "copy", "remote", "add", "other", "..");
  folder.git("-C", "copy", "update-ref", "refs/remotes/other/only", "v1");
  const tip = folder.git("rev-parse", "v3").trim();
  {
    await using git = open(folder, "copy");
    assert.equal(await resolveRevision(git, "side/way"), tip);
    assert.equal(await resolveRevision(git, "origin/side/way"), tip);
    assert.equal(
      await resolveRevision(git, "side/way~1"),
      folder.git("rev-parse", "v2").trim(),
    );
    assert.equal(await resolveRevision(git, "only"), folder.git("rev-parse", "v1").trim());
    await assert.rejects(resolveRevision(git, "way"), { kind: "not-found" });
  }
  folder.git("-C", "copy", "update-ref", "refs/remotes/other/side/way", "v1");
  await using git = open(folder, "copy");
  await assert.rejects(resolveRevision(git, "side/way"), {
    message: "ambiguous Git revision 'side/way'",
  });
});

Deno.test("a part of a hash that commits share is ambiguous", async () => {
  using folder = temporaryProject({ dvc: false });
  // Enough commits that two of them start with the same four digits.
  const lines = Array.from(
    { length: 1200 },
    (_, n) => `commit refs/heads/main\ncommitter T <t@e> ${n} +0000\ndata 0\n`,
  ).join("");
  folder.write("history", lines);
  folder.git("init", "-q", "deep");
  const child = new Deno.Command("sh", {
    args: ["-c", "git -C deep fast-import --quiet < history"],
    cwd: folder.path,
  }).outputSync();
  assert(child.success);
  const hashes = folder.git("-C", "deep", "rev-list", "main").trim().split("\n");
  const seen = new Set<string>();
  const shared = hashes.map((hash) => hash.slice(0, 4)).find((start) =>
    seen.size === seen.add(start).size
  );
  assert(shared !== undefined);
  await using git = open(folder, "deep");
  await assert.rejects(resolveRevision(git, shared), {
    message: `ambiguous Git revision '${shared}'`,
  });
});

Deno.test("listRevisions() groups names by commit, as -a, -T and -A do", async () => {
  using folder = history();
  await using git = open(folder);
  const at = (name: string) => folder.git("rev-parse", `${name}^{commit}`).trim();
  assert.deepEqual(await listRevisions(git, { branches: true }), [
    { commit: at("v1"), names: ["both"] },
    { commit: at("v4"), names: ["main"] },
    { commit: at("v3"), names: ["side/way"] },
  ]);
  assert.deepEqual(
    await listRevisions(git, { branches: true, tags: true }),
    [
      { commit: at("v1"), names: ["both", "data@v1.0.0#1", "v1"] },
      { commit: at("v4"), names: ["main", "v4"] },
      { commit: at("v3"), names: ["side/way", "v3"] },
      { commit: at("v2"), names: ["both", "heavier", "heavy", "v2"] },
    ].map((entry) => entry.commit === at("v2") ? entry : entry),
  );
  const all = await listRevisions(git, { commits: true });
  assert.deepEqual(all.map(({ commit }) => commit), ["v4", "v3", "v2", "v1"].map(at));
  using empty = temporaryProject({ dvc: false });
  await using none = open(empty);
  const request = { branches: true, tags: true, commits: true };
  assert.deepEqual(await listRevisions(none, request), []);
});

Deno.test("tags are made, listed with their words, sent and removed", async () => {
  using folder = history();
  folder.git("init", "-q", "--bare", "remote.git");
  folder.git("remote", "add", "origin", "remote.git");
  await using git = open(folder);
  const commit = await resolveRevision(git, "v1");
  const message = '# one\n\nline with "quotes" and ü  \n-- ';
  await createTag(git, { name: "model@v1.0.0", commit, message });
  await createTag(git, { name: "light#1", commit });
  const tags = new Map((await listTags(git)).map((tag) => [tag.name, tag]));
  assert.deepEqual(
    [...tags.keys()].sort(),
    folder.git("tag").trim().split("\n").filter((name) => name !== "blob").sort(),
  );
  const made = tags.get("model@v1.0.0");
  assert.equal(made?.message, message);
  assert.equal(made?.author, "Tester <tester@example.org>");
  assert.equal(made?.commit, commit);
  assert(made?.annotated === true && Math.abs(made.time - Date.now() / 1000) < 600);
  const light = tags.get("light#1");
  assert.equal(light?.time, Number(folder.git("log", "-1", "--format=%ct", "v1")));
  assert.deepEqual([light?.annotated, light?.author, light?.message], [
    false,
    undefined,
    undefined,
  ]);
  assert.equal(tags.get("heavier")?.commit, await resolveRevision(git, "v2"));
  await assert.rejects(createTag(git, { name: "v1", commit }), {
    kind: "conflict",
    message: "tag 'v1' already exists",
  });
  for (const name of ["-d", "--list", "a b", "../x", ""]) {
    await assert.rejects(createTag(git, { name, commit }), { kind: "failed" });
  }
  await pushTags(git, ["model@v1.0.0"], { remote: "origin" });
  assert.equal(folder.git("-C", "remote.git", "tag"), "model@v1.0.0\n");
  await pushTags(git, ["model@v1.0.0"], { remote: "origin", remove: true });
  assert.equal(folder.git("-C", "remote.git", "tag"), "");
  await deleteTag(git, "model@v1.0.0");
  await assert.rejects(deleteTag(git, "model@v1.0.0"), {
    kind: "not-found",
    message: "tag 'model@v1.0.0' does not exist",
  });
});
