/** What verbs tell programs. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("with --json, stdout is one object of a known schema, words go to stderr", async () => {
  using folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  const run = async (name: string, ...args: string[]) => {
    const { code, stdout, stderr } = await runDvt([...args, "--json"], { cwd: folder.at(name) });
    assert.equal(code, 0, stderr);
    const { schema, ...answer } = JSON.parse(stdout);
    assert.equal(schema, 1);
    assert.equal(stdout.trim().split("\n").length, 1);
    return answer;
  };
  folder.writeAll({ "reg/d/a": "one", "reg/d/b": "two", "reg/f": "three" });
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], {
    cwd: folder.at("reg"),
  });
  assert.deepEqual(await run("reg", "add", "d", "f"), {
    command: "add",
    stages: ["d.dvc", "f.dvc"],
  });
  const pushed = await run("reg", "push");
  assert.deepEqual([pushed.command, pushed.pushed, pushed.failed], ["push", 4, []]);
  assert.ok(pushed.bytes > 11);
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  for (const name of ["d", "f", ".dvc/cache"]) folder.remove(`reg/${name}`);
  assert.equal((await run("reg", "fetch", "f")).fetched, 1);
  assert.deepEqual((await run("reg", "checkout", "f")).outs, [
    { path: "f", change: "added", folder: false },
  ]);
  const pulled = await run("reg", "pull");
  assert.deepEqual([pulled.fetched, pulled.outs, pulled.missing], [
    3,
    [{ path: "d", change: "added", folder: true }],
    [],
  ]);
  assert.deepEqual(await run("w", "get", "../reg", "d"), {
    command: "get",
    out: folder.at("w/d"),
    files: 2,
  });
  assert.deepEqual(await run("w", "import", "../reg", "f"), {
    command: "import",
    stage: "f.dvc",
    objects: 1,
    bytes: 5,
  });
  assert.deepEqual(await run("w", "update", "f.dvc"), {
    command: "update",
    imports: [{ stage: "f.dvc", changed: false, objects: 0, bytes: 0 }],
  });
  folder.remove("reg/f.dvc");
  const swept = await run("reg", "gc", "-w", "-f");
  assert.deepEqual(swept.places[0], { place: "repo", objects: 1, bytes: 5 });
});

Deno.test("with --json, a failure in part is told in the object and by the exit code", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "reg");
  const cwd = folder.at("reg");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], { cwd });
  folder.writeAll({ "reg/f": "f", "reg/g": "g" });
  await folder.dvt(["add", "-q", "f", "g"], { cwd });
  const [object = ""] = folder.files("reg/.dvc/cache/files/md5");
  folder.remove(`reg/.dvc/cache/files/md5/${object}`);
  const { code, stdout, stderr } = await runDvt(["push", "--json"], { cwd });
  assert.equal(code, 1);
  const { pushed, failed } = JSON.parse(stdout);
  assert.equal(pushed, 1);
  assert.deepEqual(failed.map((one: { object: string; kind: string }) => [one.object, one.kind]), [
    [object.replace("/", ""), "missing-data"],
  ]);
  assert.match(stderr, /failed to transfer/);
  const nothing = await runDvt(["get", "nowhere", "x", "--json"], { cwd });
  assert.notEqual(nothing.code, 0);
  assert.equal(nothing.stdout, "");
});
