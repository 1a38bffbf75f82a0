import assert from "node:assert/strict";
import { type MirrorRequest, openMirror, remoteCommit, remoteNames } from "../../src/git/mirror.ts";
import { GitTree } from "../../src/git/tree.ts";
import { gitContext } from "../support/git_context.ts";
import { makeHistory, runGit, stagePath, stageText } from "../support/git_history.ts";
import { type GitServer, startGitServer } from "../support/git_server.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** A folder with the repository `r.git`, made by the project in `src`. */
function source(): TemporaryFolder {
  const folder = temporaryFolder();
  folder.git("init", "-q", "src");
  folder.write("src/f", "1");
  commit(folder, "one", "v1");
  folder.git("clone", "-q", "--bare", "src", "r.git");
  folder.git("-C", "src", "remote", "add", "origin", folder.at("r.git"));
  folder.git("-C", "r.git", "config", "uploadpack.allowFilter", "true");
  return folder;
}

function commit(folder: TemporaryFolder, message: string, tag?: string): string {
  folder.git("-C", "src", "add", "--all");
  folder.git("-C", "src", "commit", "-q", "-m", message);
  if (tag !== undefined) folder.git("-C", "src", "tag", tag);
  return folder.git("-C", "src", "rev-parse", "HEAD").trim();
}

function push(folder: TemporaryFolder, ...refs: string[]): void {
  folder.git("-C", "src", "push", "-q", "--force", "origin", ...refs);
}

type Wish = Partial<MirrorRequest> & { readonly path?: string };

/** Opens a mirror, reads a file of it, and gives both back. */
async function look(
  folder: TemporaryFolder,
  url: string,
  { path = "f", ...request }: Wish = {},
): Promise<[commit: string, text: string | undefined]> {
  const { git, commit } = await openMirror(url, { context: gitContext(folder.path), ...request });
  await using _git = git;
  const bytes = await new GitTree(git, commit).read(path);
  return [commit, bytes === undefined ? undefined : new TextDecoder().decode(bytes)];
}

/** The commands that a server has been asked since the last look. */
function commands(server: GitServer): string {
  return server.log.splice(0).map((line) => line.replace(/^\S+ \/\S+\//, "")).join(", ");
}

const names = "refs, git-upload-pack ls-refs";
const fetching = `${names}, git-upload-pack fetch`;

Deno.test("one commit of a long history comes alone, and the second look costs one question", async () => {
  using folder = temporaryFolder();
  const path = folder.at("r.git");
  await makeHistory(path, { commits: 5000, stageFiles: 2000, tags: [2500, 4999] });
  await runGit(["config", "uploadpack.allowFilter", "true"], path);
  await using server = startGitServer(folder.path);
  const url = `${server.url}/r.git`;
  const at = async (rev: string) => (await runGit(["rev-parse", `${rev}^{commit}`], path)).trim();
  const file = { path: stagePath(7) };

  const old = await at("v2500");
  assert.deepEqual(await look(folder, url, { rev: "v2500", ...file }), [old, stageText(7, 2007)]);
  assert.equal(commands(server), `${names}, ${fetching}`);
  const size = server.traffic.bytes;
  assert(size < 200_000, `${size} bytes`);

  assert.deepEqual(await look(folder, url, { rev: "v2500", ...file }), [old, stageText(7, 2007)]);
  assert.equal(commands(server), names);
  assert.deepEqual(await look(folder, url, { rev: old, ...file }), [old, stageText(7, 2007)]);
  assert.equal(commands(server), "", "a commit named by its hash needs no network");

  const newer = await at("v4999");
  assert.deepEqual(await look(folder, url, { rev: "v4999", ...file }), [newer, stageText(7, 4007)]);
  assert.match(commands(server), new RegExp(`^.*${fetching}`));
  server.traffic.bytes = 0;
  assert.deepEqual(await look(folder, url, file), [await at("main"), stageText(7, 4007)]);
  assert(server.traffic.bytes < 3000, "what is here is not sent again");

  server.log.length = 0;
  const before = await at("main~10");
  assert.deepEqual(await look(folder, url, { rev: "main~10", ...file }), [
    before,
    stageText(7, 4007),
  ]);
  assert.deepEqual((await look(folder, url, { rev: "HEAD~1" }))[0], await at("main~1"));
  assert.deepEqual((await look(folder, url, { rev: before.slice(0, 9) }))[0], before);
  assert.deepEqual((await look(folder, url, { rev: "v2500^" }))[0], await at("v2500^"));
});

Deno.test("the server is asked what a name means now", async () => {
  using folder = source();
  await using server = startGitServer(folder.path);
  const url = `${server.url}/r.git`;
  const one = folder.git("-C", "src", "rev-parse", "v1").trim();
  assert.deepEqual(await look(folder, url, { rev: "v1" }), [one, "1"]);
  assert.deepEqual(await look(folder, url), [one, "1"]);

  folder.write("src/f", "2");
  const two = commit(folder, "two");
  folder.git("-C", "src", "tag", "-f", "-a", "-m", "moved", "v1");
  push(folder, "main", "v1");
  assert.deepEqual(await look(folder, url, { rev: "v1" }), [two, "2"]);
  assert.deepEqual(await look(folder, url), [two, "2"]);
  assert.deepEqual(await look(folder, url, { rev: one }), [one, "1"]);

  folder.git("-C", "src", "reset", "-q", "--hard", one);
  folder.write("src/f", "3");
  const three = commit(folder, "three");
  push(folder, "main", ":v1", "main:refs/heads/a");
  assert.deepEqual(await look(folder, url, { rev: "main" }), [three, "3"]);
  await assert.rejects(look(folder, url, { rev: "v1" }), { message: "unknown Git revision 'v1'" });
  assert.deepEqual(await look(folder, url, { rev: "a" }), [three, "3"]);
  push(folder, ":a", "main:refs/heads/a/b");
  assert.deepEqual(await look(folder, url, { rev: "a/b" }), [three, "3"]);
  await assert.rejects(look(folder, url, { rev: "a" }), { kind: "not-found" });
  assert.deepEqual(await look(folder, url, { rev: "main~1" }), [one, "1"]);
  push(folder, ":a/b", "main:refs/heads/a");
  assert.deepEqual(await look(folder, url, { rev: "origin/a" }), [three, "3"]);

  folder.git("-C", "r.git", "symbolic-ref", "HEAD", "refs/heads/a");
  push(folder, `${two}:refs/heads/a`);
  assert.deepEqual(await look(folder, url), [two, "2"]);
});

Deno.test("names of every kind lead to their commits", async () => {
  using folder = source();
  folder.write("src/f", "2");
  commit(folder, "two", "get-started-data@v1.0.0#1");
  folder.git("-C", "src", "tag", "-a", "-m", "note", "heavy");
  folder.git("-C", "src", "tag", "-a", "-m", "note", "50%!x", "heavy");
  const two = folder.git("-C", "src", "rev-parse", "HEAD").trim();
  const one = folder.git("-C", "src", "rev-parse", "v1").trim();
  const tag = folder.git("-C", "src", "rev-parse", "heavy").trim();
  push(folder, "main", "--tags", "main:refs/heads/side/way", "main:refs/pull/1/head");
  push(folder, "v1:refs/heads/deadbeef", "v1:refs/heads/both", "main:refs/tags/both");
  await using server = startGitServer(folder.path);
  const url = `${server.url}/r.git`;
  const wanted: Record<string, string> = {
    "get-started-data@v1.0.0#1": two,
    "heavy": two,
    "50%!x": two,
    "side/way": two,
    "refs/pull/1/head": two,
    "pull/1/head": two,
    "refs/tags/v1": one,
    "refs/heads/both": one,
    "both": two,
    "deadbeef": one,
    "HEAD^": one,
    "heavy~1": one,
    "origin/side/way": two,
    [one.slice(0, 8)]: one,
    [`v1-1-g${two.slice(0, 7)}`]: two,
    [tag]: two,
    [one.toUpperCase().slice(0, 10)]: one,
  };
  for (const [rev, expected] of Object.entries(wanted)) {
    assert.equal((await look(folder, url, { rev }))[0], expected, rev);
  }
  for (const [rev, expected] of Object.entries(wanted)) {
    // Each alone, in a mirror of its own.
    using other = temporaryFolder();
    assert.equal((await look(other, url, { rev }))[0], expected, rev);
    const request = { context: gitContext(other.path), rev };
    assert.equal(await remoteCommit(url, request), expected, rev);
  }
  for (
    const rev of [
      "nope",
      "no/such",
      "",
      "--upload-pack=x",
      "-x",
      "a b",
      "v1:f",
      "0".repeat(40),
      "abcdef",
    ]
  ) {
    await assert.rejects(look(folder, url, { rev }), {
      kind: "not-found",
      message: `unknown Git revision '${rev}'`,
    }, rev);
  }
});

Deno.test("files that are not small come when they are read, many with one question", async () => {
  using folder = source();
  const paths = Array.from({ length: 20 }, (_, n) => `data/large${n}`);
  for (const path of paths) folder.write(`src/${path}`, path.repeat(1000));
  const tip = commit(folder, "large");
  push(folder, "main");
  await using server = startGitServer(folder.path);
  const { git, commit: found } = await openMirror(`${server.url}/r.git`, {
    context: gitContext(folder.path),
  });
  await using _git = git;
  assert.equal(found, tip);
  assert.equal(commands(server), `${names}, ${fetching}`);
  const tree = new GitTree(git, found);
  assert.equal(new TextDecoder().decode(await tree.read("f")), "1");
  assert.equal((await tree.findFiles("data", () => true)).length, 20);
  assert.equal(commands(server), "");
  await tree.prefetch([...paths, "nowhere", "f"]);
  assert.equal(commands(server), "refs, git-upload-pack fetch");
  for (const path of paths) {
    assert.equal((await tree.read(path))?.length, path.length * 1000);
  }
  await tree.prefetch(paths);
  assert.deepEqual((await tree.sizes(paths)).get("data/large3"), 11_000);
  assert.equal(commands(server), "");
});

Deno.test("older servers give more than is asked for, and it is right all the same", async () => {
  for (const age of [undefined, "v0"] as const) {
    for (const filter of ["true", "false"]) {
      using folder = source();
      folder.git("-C", "r.git", "config", "uploadpack.allowFilter", filter);
      // Before version 2 of the protocol a server had to allow this as well.
      folder.git("-C", "r.git", "config", "uploadpack.allowAnySHA1InWant", filter);
      folder.write("src/f", "2".repeat(5000));
      const two = commit(folder, "two", "v2");
      push(folder, "main", "v2");
      folder.git("-C", "r.git", "update-server-info");
      const one = folder.git("-C", "src", "rev-parse", "v1").trim();
      await using server = startGitServer(folder.path, age === undefined ? {} : { age });
      const url = `${server.url}/r.git`;
      const label = `${age} ${filter}`;
      assert.deepEqual(await look(folder, url), [two, "2".repeat(5000)], label);
      assert.deepEqual(await look(folder, url, { rev: one }), [one, "1"], label);
      assert.deepEqual(await look(folder, url, { rev: "v2~1" }), [one, "1"], label);
      folder.write("src/f", "3");
      const three = commit(folder, "three", "v3");
      push(folder, "main", "v3");
      folder.git("-C", "r.git", "update-server-info");
      assert.deepEqual(await look(folder, url, { rev: "v3" }), [three, "3"], label);
      await assert.rejects(look(folder, url, { rev: "nope" }), {
        message: "unknown Git revision 'nope'",
      });
      await assert.rejects(look(folder, url, { rev: "0".repeat(40) }), { kind: "not-found" });
    }
  }
});

Deno.test("offline, what is on this machine must do", async () => {
  using folder = source();
  const one = folder.git("-C", "src", "rev-parse", "v1").trim();
  let url: string;
  {
    await using server = startGitServer(folder.path);
    url = `${server.url}/r.git`;
    await assert.rejects(look(folder, url, { offline: true }), {
      kind: "not-found",
      message: `'${url}' is not on this machine`,
      hint: "run the command once without --offline",
    });
    await look(folder, url, { rev: "v1" });
    await look(folder, url);
  }
  for (const rev of ["v1", undefined, one]) {
    assert.deepEqual(await look(folder, url, { rev, offline: true }), [one, "1"]);
  }
  await assert.rejects(look(folder, url, { rev: "v2", offline: true }), {
    kind: "not-found",
    message: `'v2' of '${url}' is not on this machine`,
  });
  await assert.rejects(look(folder, url, { rev: "0".repeat(40), offline: true }), {
    kind: "not-found",
  });
  await assert.rejects(look(folder, url, { rev: "v1" }), {
    kind: "git",
    message: /^SCM error: Failed to clone repo 'http:.*r\.git' to '.*\.git': /,
  });
});

Deno.test("names and their commits are told without fetching anything", async () => {
  using folder = source();
  folder.git("-C", "src", "tag", "-a", "-m", "note", "heavy");
  push(folder, "heavy", "main:refs/pull/1/head");
  const one = folder.git("-C", "src", "rev-parse", "v1").trim();
  await using server = startGitServer(folder.path);
  const expected = ["HEAD", "refs/heads/main", "refs/tags/heavy", "refs/tags/v1"]
    .map((name) => ({ name, commit: one }));
  for (const url of [`${server.url}/r.git`, folder.at("r.git"), folder.at("src")]) {
    assert.deepEqual(await remoteNames(url, gitContext(folder.path)), expected);
  }
  const url = `${server.url}/r.git`;
  server.log.length = 0;
  const context = gitContext(folder.path);
  for (const rev of ["heavy", "v1", "main", undefined, "heavy"]) {
    assert.equal(await remoteCommit(url, { context, rev }), one);
  }
  assert.equal(commands(server), Array(4).fill(names).join(", "), "and once in a run");
  await assert.rejects(remoteCommit(url, { context, rev: "nope" }), { kind: "not-found" });
});

Deno.test("a repository on this machine is read in place, as DVC would clone it", async () => {
  using folder = source();
  folder.write("src/f", "2");
  const two = commit(folder, "two");
  const one = folder.git("-C", "src", "rev-parse", "v1").trim();
  push(folder, "main:refs/heads/dev");
  assert.deepEqual(await look(folder, "r.git"), [one, "1"]);
  assert.deepEqual(await look(folder, `file://${folder.at("r.git")}`, { rev: "dev" }), [two, "2"]);
  assert.deepEqual(await look(folder, folder.at("src")), [two, "2"]);
  assert.deepEqual(await look(folder, "./src", { rev: "v1" }), [one, "1"]);
  assert.deepEqual(await look(folder, "r.git", { rev: "origin/dev" }), [two, "2"]);
  Deno.mkdirSync(folder.at("src/sub"));
  for (const path of ["../noreg", "src/sub", folder.path]) {
    await assert.rejects(look(folder, path), (error: Error) => {
      const start = `SCM error: Failed to clone repo '${path}' to '`;
      return error.message.startsWith(start) &&
        error.message.endsWith(`': No git repository was found at ${path}`);
    });
  }
  folder.git("init", "-q", "empty");
  await assert.rejects(look(folder, "empty"), {
    message: "unknown Git revision 'refs/remotes/origin/HEAD'",
  });
  await using server = startGitServer(folder.path);
  await assert.rejects(look(folder, `${server.url}/empty/.git`), {
    message: "unknown Git revision 'refs/remotes/origin/HEAD'",
  });
});

Deno.test("a server of plain files is refused in one sentence", async () => {
  using folder = source();
  folder.git("-C", "r.git", "update-server-info");
  await using server = startGitServer(folder.path, { age: "dumb" });
  await assert.rejects(look(folder, `${server.url}/r.git`), {
    kind: "git",
    message: /plain files/,
  });
});
