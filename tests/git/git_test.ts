import assert from "node:assert/strict";
import { type Git, openGit, openGitAt } from "../../src/git/git.ts";
import { textOf } from "../../src/git/repository.ts";
import { gitContext } from "../support/git_context.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

function open(folder: TemporaryFolder, at = "", variables: Record<string, string> = {}): Git {
  const git = openGit(at === "" ? folder.path : folder.at(at), gitContext(folder.path, variables));
  assert(git !== undefined);
  return git;
}

Deno.test("openGit() finds the repository around a folder, and none where none is", () => {
  using folder = temporaryProject({ dvc: false });
  folder.write("a/b/c", "");
  assert.equal(open(folder, "a/b").root, folder.path);
  assert.equal(open(folder).gitDirectory, folder.at(".git"));
  Deno.mkdirSync(folder.at("a/.git"));
  assert.equal(open(folder, "a/b").root, folder.path, "an empty .git is no repository");
  using empty = temporaryFolder();
  assert.equal(openGit(empty.path, gitContext(empty.path)), undefined);
});

Deno.test("linked work trees, submodules and bare repositories are found as git finds them", () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "one");
  folder.git("-C", "one", "commit", "-q", "--allow-empty", "-m", "x");
  folder.git("-C", "one", "worktree", "add", "-q", "../two");
  folder.git("clone", "-q", "--bare", "one", "bare.git");
  folder.git("init", "-q", "three");
  const allowed = ["-c", "protocol.file.allow=always"];
  folder.git("-C", "three", ...allowed, "submodule", "--quiet", "add", "../one", "sub");
  for (const name of ["one", "two", "three", "three/sub"]) {
    const git = open(folder, name);
    const told = (what: string) => folder.git("-C", name, "rev-parse", what).trim();
    assert.equal(git.root, told("--show-toplevel"), name);
    assert.equal(git.gitDirectory, told("--absolute-git-dir"), name);
    const common = Deno.realPathSync(`${folder.at(name)}/${told("--git-common-dir")}`.replace(
      /^.*\/\//,
      "/",
    ));
    assert.equal(git.commonDirectory, common, name);
  }
  const bare = openGitAt(folder.at("bare.git"), gitContext(folder.path));
  assert.deepEqual([bare?.root, bare?.gitDirectory], [undefined, folder.at("bare.git")]);
  assert.equal(openGitAt(folder.at("one/.git"), gitContext(folder.path))?.root, folder.at("one"));
  assert.equal(openGitAt(folder.path, gitContext(folder.path)), undefined);
});

Deno.test("variables that lead git elsewhere are not heeded", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "one");
  folder.git("init", "-q", "two");
  folder.git("-C", "two", "commit", "-q", "--allow-empty", "-m", "x");
  const astray = {
    GIT_DIR: folder.at("two/.git"),
    GIT_WORK_TREE: folder.at("two"),
    GIT_COMMON_DIR: folder.at("two/.git"),
    GIT_INDEX_FILE: folder.at("two/.git/index"),
    GIT_OBJECT_DIRECTORY: folder.at("two/.git/objects"),
    GIT_NAMESPACE: "other",
  };
  await using git = open(folder, "one", astray);
  const answer = await git.run(["rev-parse", "--show-toplevel", "--absolute-git-dir"]);
  assert.equal(textOf(answer), `${folder.at("one")}\n${folder.at("one/.git")}\n`);
  const head = await git.run(["rev-parse", "--verify", "-q", "HEAD"], { okCodes: [1] });
  assert.equal(head.code, 1);
});

Deno.test("a hook's own index is used, in the repository that it belongs to", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.write("f", "");
  await using git = open(folder, "", { GIT_INDEX_FILE: ".git/next-index" });
  await git.run(["add", "f"]);
  assert(folder.exists(".git/next-index") && !folder.exists(".git/index"));
});

Deno.test("a failure quotes git in one line, without secrets", async () => {
  using folder = temporaryProject({ dvc: false });
  await using git = open(folder);
  await assert.rejects(git.run(["cat-file", "-p", "nope"]), {
    kind: "git",
    message: "git cat-file failed: Not a valid object name nope",
  });
  const url = "http://user:tok3n@127.0.0.1:1/r.git";
  for (const args of [["ls-remote", url], ["clone", "-q", url, "x"]]) {
    await assert.rejects(git.run(args), (error: Error) => {
      assert(!error.message.includes("tok3n") && !JSON.stringify(error).includes("tok3n"));
      return error.message.includes("127.0.0.1");
    });
  }
  assert.throws(() => git.runSync(["no-such-verb"]), { kind: "git" });
});

Deno.test("a machine without git is told so", async () => {
  using folder = temporaryProject({ dvc: false });
  const git = open(folder, "", { PATH: folder.path });
  const expected = {
    kind: "git",
    message: "Git cannot be run: program 'git' was not found",
    hint: "install Git and make sure that it is on PATH",
  };
  await assert.rejects(git.run(["version"]), expected);
  assert.throws(() => git.runSync(["version"]), expected);
  assert.throws(() => git.start(["cat-file", "--batch"]), expected);
});

Deno.test("a variable that Deno refuses to pass on does not stop git", async () => {
  using folder = temporaryProject({ dvc: false });
  await using git = open(folder, "", { LD_LIBRARY_PATH: "/nowhere" });
  assert.match(textOf(git.runSync(["version"])), /^git version/);
});

Deno.test("settings from the environment of a CI system still hold", () => {
  using folder = temporaryProject({ dvc: false });
  const git = open(folder, "", {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "dvt.test",
    GIT_CONFIG_VALUE_0: "yes",
  });
  assert.equal(textOf(git.runSync(["config", "dvt.test"])), "yes\n");
});

Deno.test("nothing that a foreign repository configures is run", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({ f: "1", ".gitattributes": "* filter=evil diff=evil\n" });
  folder.commit("x");
  const marker = folder.at("ran");
  const evil = `touch ${marker}; false`;
  for (
    const key of [
      ...["core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "gpg.program"],
      ...["filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "credential.helper"],
      ...["core.askPass", "core.editor", "alias.cat-file"],
    ]
  ) {
    folder.git("config", key, key === "credential.helper" ? `!${evil}` : evil);
  }
  const hook = folder.at("hooks/reference-transaction");
  folder.write("hooks/reference-transaction", `#!/bin/sh\n${evil}\n`);
  Deno.chmodSync(hook, 0o755);
  folder.git("config", "core.hooksPath", folder.at("hooks"));
  // A promisor remote is asked for what is missing, by whatever way it names.
  folder.git("config", "protocol.ext.allow", "always");
  folder.write("helper", `#!/bin/sh\n${evil}\n`);
  Deno.chmodSync(folder.at("helper"), 0o755);
  folder.git("config", "remote.evil.url", `ext::${folder.at("helper")}`);
  folder.git("config", "remote.evil.promisor", "true");
  folder.git("config", "core.repositoryformatversion", "1");
  folder.git("config", "extensions.partialClone", "evil");
  const context = gitContext(folder.path);
  await using git = openGitAt(folder.path, context, { foreign: true });
  assert(git !== undefined);
  const missing = "0123456789012345678901234567890123456789";
  for (
    const args of [
      ...[["cat-file", "-p", "HEAD:f"], ["cat-file", "-p", missing], ["ls-tree", "-r", "HEAD"]],
      ...[["for-each-ref"], ["rev-list", "--all"], ["rev-parse", "HEAD"], ["ls-files"]],
    ]
  ) {
    await git.run(args, { okCodes: "any" });
  }
  assert(!folder.exists("ran"));
  // In a repository of one's own the same question does run what it configures.
  await using own = openGitAt(folder.path, context);
  await own?.run(["cat-file", "-p", missing], { okCodes: "any" });
  assert(folder.exists("ran"));
});

Deno.test("the owner of a repository must be trusted, as git wants it", () => {
  using folder = temporaryProject({ dvc: false });
  if (Deno.uid() !== 0) return; // only root can give a folder away
  Deno.chownSync(folder.at(".git"), 12345, 12345);
  Deno.chownSync(folder.path, 12345, 12345);
  for (const foreign of [false, true]) {
    const git = openGitAt(folder.path, gitContext(folder.path), { foreign });
    assert.throws(() => git?.runSync(["rev-parse", "--git-dir"]), {
      message: `git rev-parse failed: detected dubious ownership in repository at '${folder.path}'`,
      hint: `if you trust its owner, run "git config --global --add safe.directory ${folder.path}"`,
    });
  }
});
