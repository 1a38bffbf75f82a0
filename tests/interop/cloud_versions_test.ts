import assert from "node:assert/strict";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { type S3Server, startS3Server, startVersionedS3Server } from "../support/s3_server.ts";
import { storageContext } from "../support/storage_context.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

function configOf(server: S3Server, folder: string, kind: string): string {
  const options = Object.entries({ ...server.options, [kind]: "true" });
  const lines = options.map(([name, value]) => `    ${name} = ${value}\n`);
  return `[core]\n    remote = s\n['remote "s"']\n    url = s3://${server.bucket}/${folder}\n` +
    lines.join("");
}

/** Does work with a server that keeps versions. */
async function withServer(work: (server: S3Server) => Promise<void>): Promise<void> {
  const server = await startVersionedS3Server();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

async function open(server: S3Server, folder: string): Promise<Storage> {
  const remote = { url: `s3://${server.bucket}/${folder}`, options: server.options };
  return await openStorage(remote, storageContext());
}

/** Versions are random; everything else in a stage file is not. */
function withoutVersions(text: string): string {
  return text.replaceAll(/version_id: .+/g, "version_id: V");
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test("a registry on a cloud-versioned remote is written as DVC writes it, step by step", async () => {
  await withServer(async (server) => {
    using theirs = temporaryProject();
    using ours = temporaryProject();
    theirs.write(".dvc/config", configOf(server, "theirs", "version_aware"));
    ours.write(".dvc/config", configOf(server, "ours", "version_aware"));
    const compare = (label: string) => {
      for (const name of ["dir.dvc", "f.dvc"]) {
        assert.equal(withoutVersions(ours.read(name)), withoutVersions(theirs.read(name)), label);
      }
    };
    const step = async (...args: string[]) => {
      const wanted = await runDvc(args, { cwd: theirs.path });
      const found = await runDvt(args, { cwd: ours.path });
      const label = args.join(" ");
      assert.equal(found.code, wanted.code, `${label}: ${found.stderr}${wanted.stderr}`);
      assert.deepEqual(found.stdout.split("\n").sort(), wanted.stdout.split("\n").sort(), label);
      const error = /^ERROR: .*$/m;
      assert.equal(error.exec(found.stderr)?.[0], error.exec(wanted.stderr)?.[0], label);
      compare(label);
    };
    const both = (work: (project: TemporaryFolder) => void) => [theirs, ours].forEach(work);

    both((project) => project.writeAll({ "dir/a": "1", "dir/sub/ü b": "2", "f": "4" }));
    await step("add", "-q", "dir", "f");
    await step("push");
    await step("push");
    await step("status");
    await step("status", "-c");
    await step("push", "-a");
    both((project) => {
      project.commit("one");
      for (const name of [".dvc/cache", "dir", "f"]) project.remove(name);
    });
    await step("status");
    await step("pull");
    assert.deepEqual(ours.files("dir"), ["a", "sub/ü b"]);
    both((project) => {
      project.writeAll({ "dir/a": "changed", "dir/new": "n", "f": "x" });
      project.remove("dir/sub/ü b");
    });
    await step("add", "-q", "dir");
    await step("commit", "-q", "-f", "f");
    await step("push", "dir");
    await step("push");
    both((project) => project.write("dir/later", "later"));
    await step("add", "-q", "dir/later");
    await step("push");

    // Each takes up what the other made.
    for (const [author, run] of [[ours, runDvc], [theirs, runDvt]] as const) {
      author.commit("two");
      for (const name of [".dvc/cache", "dir", "f"]) author.remove(name);
      const { code, stderr } = await run(["pull"], { cwd: author.path });
      assert.equal(code, 0, stderr);
      assert.deepEqual(author.files("dir"), ["a", "later", "new"]);
      assert.equal(author.read("dir/a"), "changed");
      const { stdout } = await run(["status"], { cwd: author.path });
      assert.equal(stdout, "Data and pipelines are up to date.\n");
      const again = await run(["push"], { cwd: author.path });
      assert.equal(again.stdout, "Everything is up to date.\n", again.stderr);
    }
  });
});

test("consumers take any version from a cloud-versioned registry", async () => {
  await withServer(async (server) => {
    using registry = temporaryProject();
    registry.write(".dvc/config", configOf(server, "registry", "version_aware"));
    registry.writeAll({ "dir/a": "1", "dir/twin": "1", "f": "one" });
    await registry.dvt(["add", "dir", "f"]);
    await registry.dvt(["push"]);
    registry.commit("one", "v1");
    registry.writeAll({ "dir/a": "2", "f": "two" });
    await registry.dvt(["add", "dir", "f"]);
    await registry.dvt(["push"]);
    registry.commit("two", "v2");
    registry.remove(".dvc/cache");

    using consumer = temporaryProject();
    await consumer.dvt(["get", registry.path, "f", "--rev", "v1", "-o", "old"]);
    await consumer.dvt(["get", registry.path, "dir", "--rev", "v1", "-o", "old-dir"]);
    assert.deepEqual([consumer.read("old"), consumer.read("old-dir/a")], ["one", "1"]);
    for (const path of ["f", "dir/twin", "dir/a"]) {
      const args = ["get", registry.path, path, "--rev", "v1", "--show-url"];
      const wanted = await runDvc(args, { cwd: consumer.path });
      const found = await runDvt(args, { cwd: consumer.path });
      assert.equal(found.stdout, wanted.stdout);
    }
    await consumer.dvt(["import", "--rev", "v1", registry.path, "dir"]);
    using other = temporaryProject();
    await other.dvc(["import", "--rev", "v1", registry.path, "dir"]);
    assert.equal(consumer.read("dir.dvc"), other.read("dir.dvc"));
    await consumer.dvt(["update", "--rev", "v2", "dir.dvc"]);
    assert.equal(consumer.read("dir/a"), "2");
  });
});

test("a push that fails loses nothing of what was recorded", async () => {
  await withServer(async (server) => {
    using project = temporaryProject();
    project.write(".dvc/config", configOf(server, "project", "version_aware"));
    project.writeAll({ "dir/a": "1", "dir/b": "2" });
    await project.dvt(["add", "dir"]);
    project.remove(".dvc/cache/files/md5/c4"); // the object of "1"
    const { code, stderr } = await runDvt(["push"], { cwd: project.path });
    assert.equal(code, 1);
    assert.match(stderr, /c4ca4238a0b923820dcc509a6f75849b/);
    const text = project.read("dir.dvc");
    assert.match(text, /relpath: a\n {4}md5: c4ca4238a0b923820dcc509a6f75849b\n {2}- relpath: b/);
    assert.match(text, /relpath: b\n {4}md5: \w+\n {4}size: 1\n {4}cloud:/);

    // What the first push sent is known again, even if its versions were never noted.
    project.write("dir/a", "1");
    await project.dvt(["commit", "-f"]);
    project.write("dir.dvc", text.replaceAll(/ {4}cloud:\n(?: {6,}.*\n)+/g, ""));
    const again = await project.dvt(["push"]);
    assert.equal(again.stdout, "1 file pushed\n");

    // What the remote lost is sent again.
    const storage = await open(server, "project");
    const versionId = /version_id: (\S+)/.exec(project.read("dir.dvc"))?.[1] ?? "";
    await storage.remove("dir/a", { versionId });
    await storage.close?.();
    assert.equal((await project.dvt(["push"])).stdout, "1 file pushed\n");
    assert.notEqual(/version_id: (\S+)/.exec(project.read("dir.dvc"))?.[1], versionId);
  });
});

test("a bucket that keeps no versions is refused, and nothing is noted", async () => {
  const server = await startS3Server();
  try {
    using project = temporaryProject();
    project.write(".dvc/config", configOf(server, "project", "version_aware"));
    project.write("f", "f");
    await project.dvt(["add", "f"]);
    const before = project.read("f.dvc");
    const { code, stderr } = await runDvt(["push"], { cwd: project.path });
    assert.equal(code, 1);
    assert.match(stderr, /support for versioning could not be detected/);
    assert.equal(project.read("f.dvc"), before);
  } finally {
    await server.stop();
  }
});

test("files that a stage file puts outside of their folder are refused", async () => {
  using project = temporaryProject();
  project.write(
    "dir.dvc",
    "outs:\n- hash: md5\n  path: dir\n  files:\n  - relpath: ../../escaped\n" +
      "    md5: c4ca4238a0b923820dcc509a6f75849b\n    size: 1\n",
  );
  const { code, stderr } = await runDvt(["checkout"], { cwd: project.path });
  assert.equal(code, 255);
  assert.match(
    stderr,
    /^ERROR: 'dir\.dvc' names the file '\.\.\/\.\.\/escaped', which is refused/m,
  );
  using around = temporaryFolder();
  assert.equal(around.exists("escaped"), false);
});

test("data status finds what is on a cloud-versioned remote, where DVC finds nothing", async () => {
  await withServer(async (server) => {
    using project = temporaryProject();
    project.write(".dvc/config", configOf(server, "project", "version_aware"));
    project.writeAll({ "dir/a": "1", "f": "one", "g": "two" });
    await project.dvt(["add", "dir", "f", "g"]);
    await project.dvt(["push", "dir", "f"]);
    const line = ["data", "status", "--not-in-remote", "--granular", "--json"];
    const { stdout } = await project.dvt(line);
    assert.deepEqual(JSON.parse(stdout).not_in_remote, ["g"]);
  });
});

test("update takes up what others put into a worktree remote, such that DVC reads it", async () => {
  await withServer(async (server) => {
    using project = temporaryProject();
    project.write(".dvc/config", configOf(server, "project", "worktree"));
    project.writeAll({ "d/a": "1", "d/sub/b": "2", "d/same": "3", "f": "f", "g": "g" });
    await project.dvt(["add", "d", "f", "g"]);
    const unpushed = await project.dvt(["update", "g"]);
    assert.match(unpushed.stderr, /Could not update 'g', it was never pushed to a remote/);
    await project.dvt(["push"]);
    const same = /relpath: same\n(?: {4,}.*\n)+/.exec(project.read("d.dvc"))?.[0] ?? "";

    const storage = await open(server, "project");
    const put = (path: string, text: string) => storage.write(path, new TextEncoder().encode(text));
    await put("d/a", "changed");
    await put("d/new", "new");
    await put("d/same", "3");
    await storage.remove("d/sub/b");
    await put("f", "f2");
    await storage.remove("g");
    const { stderr } = await project.dvt(["update", "d", "f", "g"]);
    assert.match(stderr, /Could not update 'g', it does not exist in the remote/);
    assert.deepEqual(project.files("d"), ["a", "new", "same"]);
    assert.deepEqual([project.read("d/a"), project.read("f")], ["changed", "f2"]);
    assert.ok(project.read("d.dvc").includes(same), "what did not change keeps its version");
    assert.equal((await project.dvc(["status"])).stdout, "Data and pipelines are up to date.\n");
    for (const name of [".dvc/cache", "d"]) project.remove(name);
    await project.dvc(["pull", "d"]);
    assert.equal(project.read("d/a"), "changed");

    project.write("d/a", "a local edit");
    await put("d/a", "again");
    const refused = await runDvt(["update", "d"], { cwd: project.path });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /unsaved files/);
    assert.equal(project.read("d/a"), "a local edit");
    await storage.close?.();
  });
});
