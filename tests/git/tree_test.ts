import assert from "node:assert/strict";
import { type Git, openGit, openGitAt } from "../../src/git/git.ts";
import { ObjectReader, objectsOf } from "../../src/git/object_reader.ts";
import { resolveRevision } from "../../src/git/revisions.ts";
import { GitTree } from "../../src/git/tree.ts";
import { parseTree } from "../../src/git/tree_object.ts";
import { gitContext } from "../support/git_context.ts";
import { runGit } from "../support/git_history.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

function open(folder: TemporaryFolder, signal?: AbortSignal): Git {
  const git = openGit(folder.path, gitContext(folder.path, {}, signal));
  assert(git !== undefined);
  return git;
}

async function treeAt(git: Git, rev = "HEAD"): Promise<GitTree> {
  return new GitTree(git, await resolveRevision(git, rev));
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

const oddNames = [
  ...[
    "a b",
    "-x",
    "--help",
    ":(top)x",
    "ü",
    "日本",
    "𐍈",
    "tab\tname",
    "line\nbreak",
    'quo"te',
    "b\\s",
  ],
  ...["*", "[x]", "~", "%", "#x", "!x", "end ", "0123", "con", "a.lock", ".gitmodules", "x\x7f"],
];

Deno.test("a tree answers as the files that were committed", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({ "top.dvc": "1", "d/e/f.dvc": "2", "d/e/g": "3", "d.x": "4", "d/run.sh": "5" });
  Deno.chmodSync(folder.at("d/run.sh"), 0o755);
  Deno.symlinkSync("../top.dvc", folder.at("d/link"));
  folder.git("add", "--all");
  const submodule = `160000,${"1".repeat(40)},sub`;
  folder.git("update-index", "--add", "--cacheinfo", submodule);
  folder.git("commit", "-q", "-m", "x");
  folder.writeAll({ "top.dvc": "changed", new: "not committed" });
  await using git = open(folder);
  const tree = await treeAt(git);
  const plain = { executable: false };
  assert.deepEqual(await tree.list(""), [
    { name: "d", kind: "directory", ...plain },
    { name: "d.x", kind: "file", ...plain },
    { name: "sub", kind: "submodule", ...plain },
    { name: "top.dvc", kind: "file", ...plain },
  ]);
  assert.deepEqual(await tree.list("d"), [
    { name: "e", kind: "directory", ...plain },
    { name: "link", kind: "link", ...plain },
    { name: "run.sh", kind: "file", executable: true },
  ]);
  assert.deepEqual(await tree.stat(""), { name: "", kind: "directory", ...plain });
  assert.deepEqual(await tree.stat("d/e/g"), { name: "g", kind: "file", ...plain });
  assert.equal(text(await tree.read("top.dvc")), "1");
  assert.equal(text(await tree.read("d/link")), "../top.dvc");
  const stream = await tree.open("d/e/f.dvc");
  assert.equal(await new Response(stream).text(), "2");
  for (const path of ["no", "d/no", "top.dvc/x", "d/link/x", "sub/x", "/", "d/", "d//e", "../x"]) {
    assert.equal(await tree.stat(path), undefined, path);
    assert.equal(await tree.read(path), undefined, path);
    assert.equal(await tree.open(path), undefined, path);
    assert.equal(await tree.list(path), undefined, path);
  }
  for (const path of ["", "d", "sub"]) assert.equal(await tree.read(path), undefined, path);
  assert.equal(await tree.list("top.dvc"), undefined);
  const stageFiles = await tree.findFiles("", (name) => name.endsWith(".dvc"));
  assert.deepEqual(stageFiles.sort(), ["d/e/f.dvc", "top.dvc"]);
  assert.deepEqual((await tree.findFiles("d", () => true)).sort(), [
    ...["d/e/f.dvc", "d/e/g", "d/link", "d/run.sh"],
  ]);
  assert.deepEqual(await tree.findFiles("nowhere", () => true), []);
  const sizes = await tree.sizes(["top.dvc", "d/link", "nowhere", "d"]);
  assert.deepEqual([...sizes], [["top.dvc", 1], ["d/link", 10]]);
  await tree.prefetch(["top.dvc", "nowhere"]);
});

Deno.test("odd names come through whole, and never become options or patterns", async () => {
  using folder = temporaryProject({ dvc: false });
  for (const name of oddNames) folder.write(`dir/${name}/${name}`, name);
  folder.commit("x");
  await using git = open(folder);
  const tree = await treeAt(git);
  const names = (await tree.list("dir"))?.map(({ name }) => name);
  assert.deepEqual(names, [...oddNames].sort());
  for (const name of oddNames) assert.equal(text(await tree.read(`dir/${name}/${name}`)), name);
});

Deno.test("empty commits, empty files and large files are read alike", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.git("commit", "-q", "--allow-empty", "-m", "nothing");
  const large = crypto.getRandomValues(new Uint8Array(65_536));
  const bytes = new Uint8Array(5_000_000);
  for (let at = 0; at < bytes.length; at += large.length) {
    bytes.set(large.subarray(0, Math.min(large.length, bytes.length - at)), at);
  }
  folder.writeAll({ empty: "", large: bytes, small: "s\n\ns" });
  folder.commit("x");
  await using git = open(folder);
  assert.deepEqual(await (await treeAt(git, "HEAD~1")).list(""), []);
  const tree = await treeAt(git);
  assert.equal((await tree.read("empty"))?.length, 0);
  assert.equal(await new Response(await tree.open("empty")).text(), "");
  assert.deepEqual(await tree.read("large"), bytes);
  // A slow reader of a large file keeps nobody waiting.
  const slow = (await tree.open("large"))?.getReader();
  const first = await slow?.read();
  const [small, again] = await Promise.all([tree.read("small"), tree.open("large")]);
  assert.equal(text(small), "s\n\ns");
  assert.equal((await new Response(again).arrayBuffer()).byteLength, bytes.length);
  let rest = first?.value?.length ?? 0;
  for (let next = await slow?.read(); next?.done === false; next = await slow?.read()) {
    rest += next.value.length;
  }
  assert.equal(rest, bytes.length);
  await (await tree.open("large"))?.cancel();
  assert.equal(text(await tree.read("small")), "s\n\ns");
});

Deno.test("many questions at once get their own answers", async () => {
  using folder = temporaryProject({ dvc: false });
  for (let n = 0; n < 300; n++) folder.write(`${n % 7}/f${n}`, `text ${n}`);
  folder.commit("x");
  await using git = open(folder);
  const tree = await treeAt(git);
  const all = await Promise.all(
    Array.from({ length: 600 }, (_, n) => tree.read(`${n % 7}/f${n}`)),
  );
  all.forEach((bytes, n) => assert.equal(text(bytes), n < 300 ? `text ${n}` : undefined));
});

Deno.test("a reader whose child dies starts another, and one that is closed fails", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.write("f", "1");
  folder.commit("x");
  await using git = open(folder);
  const started: { kill(): void }[] = [];
  const watched: Git = {
    ...git,
    start(args) {
      const process = git.start(args);
      started.push(process);
      return process;
    },
  };
  const reader = new ObjectReader(watched);
  assert.equal(text((await reader.read("HEAD:f"))?.bytes), "1");
  started[0]?.kill();
  await assert.rejects(reader.read("HEAD:f"), {
    kind: "git",
    message: "git cat-file ended unexpectedly",
  });
  assert.equal(text((await reader.read("HEAD:f"))?.bytes), "1");
  assert.equal(started.length, 2);
  await reader.close();
  assert.equal(text((await reader.read("HEAD:f"))?.bytes), "1");
  const pending = reader.read("HEAD:f");
  await reader.close();
  await pending.catch(() => {});
  await reader.close();
  await assert.rejects(objectsOf(git).read("HEAD:f", { limit: 0 }), { kind: "git" });
});

Deno.test("an interrupted run ends its children", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.write("f", "1");
  folder.commit("x");
  const controller = new AbortController();
  await using git = open(folder, controller.signal);
  assert.equal(text((await objectsOf(git).read("HEAD:f"))?.bytes), "1");
  controller.abort();
  await assert.rejects(objectsOf(git).read("HEAD:f"), { kind: "interrupted" });
});

Deno.test("a damaged or missing object is named, with git's own words", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({ f: "one", "d/g": "two" });
  folder.commit("x");
  const objectFile = (rev: string) => {
    const id = folder.git("rev-parse", rev).trim();
    return `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`;
  };
  const damaged = objectFile("HEAD:f");
  Deno.chmodSync(folder.at(damaged), 0o644);
  folder.write(damaged, "rubbish");
  folder.remove(objectFile("HEAD:d"));
  await using git = open(folder);
  const tree = await treeAt(git);
  await assert.rejects(tree.read("f"), (error: Error) => {
    return /^git cat-file failed: .*(corrupt|header)/.test(error.message) ||
      error.message === `the content of 'f' is missing from '${folder.path}'`;
  });
  await assert.rejects(tree.list("d"), {
    kind: "git",
    message: `folder 'd' is missing from the Git repository '${folder.path}'`,
  });
  await assert.rejects(new GitTree(git, "0".repeat(40)).list(""), { kind: "git" });
});

Deno.test("repositories that use SHA-256 are read as well", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "--object-format=sha256");
  folder.write("d/f", "1");
  folder.commit("x");
  await using git = open(folder);
  const tree = await treeAt(git);
  assert.equal(tree.commit.length, 64);
  assert.equal(text(await tree.read("d/f")), "1");
});

function rawTree(...entries: [mode: string, name: string, id?: string][]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap(([mode, name, id = "ab".repeat(20)]) => [
    new TextEncoder().encode(`${mode} ${name}\0`),
    Uint8Array.fromHex(id),
  ]);
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

Deno.test("parseTree() refuses names that would leave the folder, and nonsense", () => {
  assert.deepEqual(parseTree(rawTree(["100644", "a"], ["40000", "b"]), 20), [
    { name: "a", kind: "file", executable: false, id: "ab".repeat(20) },
    { name: "b", kind: "directory", executable: false, id: "ab".repeat(20) },
  ]);
  assert.deepEqual(parseTree(new Uint8Array(), 20), []);
  for (const name of ["", ".", "..", ".git", ".GIT", "a/b", "/etc/passwd", "../x"]) {
    assert.throws(() => parseTree(rawTree(["100644", name]), 20), { kind: "git" }, name);
  }
  for (const mode of ["0", "10644", "abc", "20000", "777777"]) {
    assert.throws(() => parseTree(rawTree([mode, "a"]), 20), { kind: "git" }, mode);
  }
  const good = rawTree(["100644", "a"], ["100755", "b"]);
  const random = () => Math.floor(Math.random() * good.length);
  for (let length = 1; length < good.length; length++) {
    if (length !== 29) assert.throws(() => parseTree(good.subarray(0, length), 20));
  }
  for (let round = 0; round < 2000; round++) {
    const bytes = good.slice();
    bytes[random()] = random();
    try {
      parseTree(bytes, 20);
    } catch (error) {
      assert.equal((error as { kind?: string }).kind, "git");
    }
  }
});

/** Stores bytes as an object and gives its name; `git hash-object` checks nothing with these. */
async function store(folder: TemporaryFolder, type: string, bytes: Uint8Array): Promise<string> {
  folder.write("raw", bytes);
  const args = ["hash-object", "-t", type, "-w", "--literally", "raw"];
  return (await runGit(args, folder.path)).trim();
}

Deno.test("hostile trees are refused whole: names that climb, and folders without end", async () => {
  using folder = temporaryProject({ dvc: false });
  const blob = await store(folder, "blob", new TextEncoder().encode("x"));
  const commit = async (tree: string) =>
    (await runGit(["commit-tree", tree, "-m", "x"], folder.path)).trim();
  const climbing = await store(folder, "tree", rawTree(["100644", "a/../../b", blob]));
  await using git = openGitAt(folder.path, gitContext(folder.path), { foreign: true });
  assert(git !== undefined);
  await assert.rejects(new GitTree(git, await commit(climbing)).findFiles("", () => true), {
    kind: "git",
    message: `a folder of the Git repository is not valid: it holds the name "a/../../b"`,
  });
  // Ten folders that hold ten times the same, ten levels deep: 10^10 files in ten objects.
  let level = await store(
    folder,
    "tree",
    rawTree(...[..."0123456789"].map((n): [string, string, string] => ["100644", n, blob])),
  );
  for (let depth = 0; depth < 9; depth++) {
    const entries = [..."0123456789"].map((n): [string, string, string] => ["40000", n, level]);
    level = await store(folder, "tree", rawTree(...entries));
  }
  const bomb = new GitTree(git, await commit(level));
  assert.equal(text(await bomb.read("1/2/3/4/5/6/7/8/9/0")), "x");
  await assert.rejects(bomb.findFiles("", (name) => name === "no"), {
    message: `'${bomb.label}' holds more files or folders than can be read`,
  });
});
