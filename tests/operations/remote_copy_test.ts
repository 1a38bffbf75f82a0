/** From remote to remote, and to several at once. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { startS3Server } from "../support/s3_server.ts";
import { startWebServer } from "../support/web_server.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

async function withRemotes(
  remotes: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<TemporaryFolder> {
  const project = temporaryProject();
  project.writeAll({ "d/a": "1", "d/b": "2", f: "3" });
  await project.dvt(["add", "d", "f"]);
  const [first] = Object.keys(remotes);
  for (const [name, { url = "", ...options }] of Object.entries(remotes)) {
    const place = url.includes("://") ? url : project.at(url);
    await project.dvt(["remote", "add", ...(name === first ? ["-d"] : []), name, place]);
    for (const [option, value] of Object.entries(options)) {
      await project.dvt(["remote", "modify", name, option, value]);
    }
  }
  project.commit("one");
  return project;
}

Deno.test("what all commits name goes from a bucket to a web server and to a disk, and only once", {
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const bucket = await startS3Server();
  const web = startWebServer();
  try {
    using project = await withRemotes({
      bucket: { url: `s3://${bucket.bucket}/x`, ...bucket.options },
      web: { url: `${web.url}/data`, method: "PUT" },
      disk: { url: "../disk" },
    });
    project.write("f", "x".repeat(9 << 20));
    await project.dvt(["add", "f"]);
    project.commit("two");
    await project.dvt(["push", "-A"]);
    for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
    for (const to of ["web", "disk"]) {
      const { stdout } = await project.dvt(["remote", "copy", "bucket", to, "-A"]);
      assert.equal(stdout, "5 files copied\n");
      const again = await project.dvt(["remote", "copy", "bucket", to, "-A"]);
      assert.equal(again.stdout, "Everything is up to date.\n");
    }
    assert.equal(project.exists(".dvc/cache/files"), false, "nothing goes through the cache");
    assert.deepEqual(
      [...web.files.keys()].map((path) => path.replace("/data/", "")).sort(),
      project.files("../disk"),
    );
    await project.dvc(["pull", "-r", "disk"]);
    assert.equal(project.read("f").length, 9 << 20);
    await project.dvt(["verify", "-r", "web", "--contents", "-A"]);
  } finally {
    await web.stop();
    await bucket.stop();
  }
});

Deno.test("a folder whose parts are damaged or lost is not said to be there", async () => {
  using project = await withRemotes({ one: { url: "../one" }, two: { url: "../two" } });
  await project.dvt(["push"]);
  const [a = "", b = ""] = [
    "c4/ca4238a0b923820dcc509a6f75849b",
    "c8/1e728d9d4c2f636f067f89cc14862c",
  ];
  const object = project.at(`../one/files/md5/${a}`);
  Deno.chmodSync(object, 0o644);
  Deno.writeTextFileSync(object, "damage");
  project.remove(`../one/files/md5/${b}`);
  const args = ["remote", "copy", "one", "two"];
  const { code, stderr } = await runDvt(args, { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /2 files failed to upload/);
  const arrived = project.files("../two/files/md5").filter((name) => !name.endsWith("/"));
  assert.deepEqual(arrived, ["ec/cbc87e4b5ce2fe28308fd9f2a7baf3"]);
  const json = await runDvt([...args, "--json"], { cwd: project.path });
  assert.equal(JSON.parse(json.stdout).failed.length, 2);
  assert.notEqual((await runDvt(["remote", "copy", "one", "one"], { cwd: project.path })).code, 0);
});

Deno.test("one push to several remotes: one that fails keeps none of the others from its data", async () => {
  using project = await withRemotes({
    one: { url: "../one" },
    gone: { url: "http://127.0.0.1:9/x", method: "PUT", connect_timeout: "1" },
    two: { url: "../two" },
  });
  const { stdout } = await project.dvt(["push", "--also", "two"]);
  assert.equal(stdout, "8 files pushed\n");
  project.remove("../two");
  const args = ["push", "--also", "gone", "--also", "two", "--json"];
  const outcome = await runDvt(args, { cwd: project.path });
  assert.equal(outcome.code, 1);
  const { remotes, pushed } = JSON.parse(outcome.stdout);
  assert.equal(pushed, 4);
  assert.deepEqual(
    remotes.map((one: Record<string, unknown>) => [one.remote, one.pushed, "error" in one]),
    [[null, 0, false], ["gone", 0, true], ["two", 4, false]],
  );
  assert.match(outcome.stderr, /127\.0\.0\.1:9/);
});
