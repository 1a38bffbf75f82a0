import assert from "node:assert/strict";
import { sendToRemote } from "../../src/operations/to_remote.ts";
import { lookAtSource } from "../../src/operations/url_source.ts";
import { openProjectAt } from "../../src/registry/project.ts";
import { openUrl } from "../../src/registry/url_place.ts";
import { openStorage } from "../../src/storage/open.ts";
import { runDvt } from "../support/cli.ts";
import { type S3Server, startS3Server } from "../support/s3_server.ts";
import { someBytes, storageContext } from "../support/storage_context.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

const servers = { sanitizeOps: false, sanitizeResources: false };

/** A folder beside the project, seen from within it. */
function beside(project: TemporaryFolder, files: Readonly<Record<string, string>>): string {
  const folder = project.path.replace(/\/work$/, "/source");
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, content);
  }
  return folder;
}

Deno.test("a relative source is found from the stage file's folder, by DVC as well", async () => {
  using project = temporaryProject();
  beside(project, { foo: "foo" });
  project.write("sub/deep/keep", "");
  await project.dvt(["import-url", "../source/foo", "sub/deep/foo"]);
  assert.match(project.read("sub/deep/foo.dvc"), /path: \.\.\/\.\.\/\.\.\/source\/foo\n/);
  assert.match((await project.dvc(["update", "sub/deep/foo.dvc"])).stdout, /didn't change/);
  beside(project, { foo: "changed" });
  await project.dvt(["update", "foo.dvc"], { cwd: project.at("sub/deep") });
  assert.equal(project.read("sub/deep/foo"), "changed");
});

Deno.test("a file: address is recorded as a path, which DVC can read", async () => {
  using project = temporaryProject();
  const folder = beside(project, { "a folder/foo": "foo" });
  await project.dvt(["import-url", `file://${folder}/a%20folder`]);
  assert.match(project.read("a folder.dvc"), /path: \/.*\/source\/a folder\n/);
  assert.match((await project.dvc(["update", "a folder.dvc"])).stdout, /didn't change/);
});

Deno.test("secrets among the options of a storage are not recorded", async () => {
  using project = temporaryProject();
  const url = "s3://bucket/x";
  const { stderr } = await project.dvt([
    "import-url",
    "--no-exec",
    url,
    "--fs-config",
    "region=here",
    "secret_access_key=s3cr3t",
  ]);
  assert.match(stderr, /does not record 'secret_access_key'/);
  assert.match(project.read("x.dvc"), /fs_config:\n {4}region: here\n/);
  assert.ok(!(stderr + project.read("x.dvc")).includes("s3cr3t"));
});

Deno.test("what .dvcignore hides in an output does not come into it", async () => {
  using project = temporaryProject();
  const folder = beside(project, { "d/keep": "1", "d/drop.tmp": "2", "d/in/drop.tmp": "3" });
  project.write(".dvcignore", "*.tmp\n");
  await project.dvt(["import-url", `${folder}/d`]);
  assert.deepEqual(project.files("d"), ["keep"]);
  assert.match((await project.dvt(["update", "d.dvc"])).stdout, /didn't change/);
  assert.doesNotMatch((await project.dvt(["status"])).stdout, /changed/);
});

Deno.test("links that lead in a circle end no walk", async () => {
  using project = temporaryProject();
  const folder = beside(project, { "d/file": "1" });
  Deno.symlinkSync("..", `${folder}/d/loop`);
  for (const [i, verb] of ["import-url", "get-url"].entries()) {
    await project.dvt([verb, `${folder}/d`, `d${i}`]);
    assert.deepEqual(project.files(`d${i}`), ["file"]);
  }
  assert.equal((await project.dvt(["list-url", "-R", `${folder}/d`])).stdout, "file\n");
  Deno.symlinkSync("nowhere", `${folder}/d/dead`);
  for (const verb of ["import-url", "get-url"]) {
    const { code, stderr } = await runDvt([verb, `${folder}/d`, "z"], { cwd: project.path });
    assert.equal(code, 1);
    assert.match(stderr, /'\S+\/dead' is a link to 'nowhere', which does not exist/);
    assert.ok(!project.exists("z"));
  }
});

Deno.test("data does not come into its own source", async () => {
  using project = temporaryProject();
  project.write("d/file", "1");
  const { code, stderr } = await runDvt(["import-url", "d", "d/copy"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /'d\/copy' lies in its own source, 'd'/);
});

Deno.test("a file takes a folder's place, and the reverse", async () => {
  using project = temporaryProject();
  const folder = beside(project, { "d/file": "1", foo: "foo" });
  await project.dvt(["import-url", `${folder}/foo`, "x"]);
  Deno.removeSync(`${folder}/foo`);
  beside(project, { "foo/inner": "inner" });
  await project.dvt(["update", "x.dvc"]);
  assert.deepEqual(project.files("x"), ["inner"]);
  Deno.removeSync(`${folder}/foo`, { recursive: true });
  beside(project, { foo: "again" });
  await project.dvt(["update", "x.dvc"]);
  assert.equal(project.read("x"), "again");
  await project.dvt(["get-url", `${folder}/d/file`, "y"]);
  await project.dvt(["get-url", `${folder}/d`, "y", "--force"]);
  assert.deepEqual(project.files("y"), ["file"]);
});

async function withBucket(
  work: (place: { server: S3Server; project: TemporaryFolder }) => Promise<void>,
): Promise<void> {
  const server = await startS3Server();
  using project = temporaryProject();
  const options = Object.entries(server.options).map(([name, value]) => `    ${name} = ${value}\n`);
  project.write(
    ".dvc/config",
    `['remote "cloud"']\n    url = s3://${server.bucket}/top\n${options.join("")}` +
      `['remote "lost"']\n    url = s3://nobucket\n${options.join("")}`,
  );
  try {
    await work({ server, project });
  } finally {
    await server.stop();
  }
}

Deno.test({
  name: "every request goes to the endpoint of the remote, and a wrong bucket is named",
  ...servers,
  fn: () =>
    withBucket(async ({ server, project }) => {
      const remote = { url: `s3://${server.bucket}/top`, options: server.options };
      const storage = await openStorage(remote, storageContext());
      for (const path of ["d/a", "d/in/b", "x"]) {
        await storage.write(path, new TextEncoder().encode(path));
      }
      await project.dvt(["import-url", "remote://cloud/d"]);
      await project.dvt(["get-url", "remote://cloud/x"]);
      await project.dvt(["import-url", "remote://cloud/x", "far", "--to-remote", "-r", "cloud"]);
      const { stdout } = await project.dvt(["list-url", "-R", "--size", "remote://cloud/d"]);
      assert.equal(stdout, "3  a\n6  in/b\n");
      assert.equal(project.read("d/in/b"), "d/in/b");
      assert.match((await project.dvt(["update", "d.dvc"])).stdout, /didn't change/);
      const pulled = await project.dvt(["pull", "-r", "cloud", "far.dvc"]);
      assert.match(pulled.stdout, /A {7}far/);
      for (const verb of ["import-url", "get-url", "list-url"]) {
        const { code, stderr } = await runDvt([verb, "remote://lost/y"], { cwd: project.path });
        assert.notEqual(code, 0);
        assert.match(stderr, /bucket does not exist: 'nobucket' at 'http:\/\/127/);
      }
      await storage.close?.();
    }),
});

Deno.test({
  name: "names of a bucket that would do harm are refused",
  ...servers,
  fn: () =>
    withBucket(async ({ server, project }) => {
      const remote = { url: `s3://${server.bucket}/top`, options: server.options };
      const storage = await openStorage(remote, storageContext());
      await storage.write("d/good", new TextEncoder().encode("1"));
      await storage.write("d/.git/hooks/post-checkout", new TextEncoder().encode("#!/bin/sh"));
      for (
        const args of [
          ["import-url", "remote://cloud/d"],
          ["get-url", "remote://cloud/d"],
          ["add", "remote://cloud/d", "--out", "d"],
        ]
      ) {
        const { code, stderr } = await runDvt(args, { cwd: project.path });
        assert.equal(code, 1);
        assert.match(stderr, /holds the path '.git\/hooks\/post-checkout', which is refused/);
        assert.ok(!project.exists("d") && !project.exists("d.dvc"));
      }
      await storage.close?.();
    }),
});

Deno.test({
  name: "--to-remote keeps nothing here, sends nothing twice, and lists last",
  ...servers,
  async fn() {
    const server = startWebServer();
    using project = temporaryProject();
    const folder = beside(project, { "d/a": "1", "d/b": "1", "d/in/c": "2" });
    project.write(
      ".dvc/config",
      `['remote "web"']\n    url = ${server.url}/store\n    method = PUT\n`,
    );
    try {
      await project.dvt(["import-url", `${folder}/d`, "--to-remote", "-r", "web", "-j", "1"]);
      const sent = server.log.filter((line) => line.startsWith("PUT"));
      assert.equal(sent.length, 3);
      assert.match(sent.at(-1) ?? "", /\.dir$/);
      assert.ok(!project.exists("d") && !project.exists(".dvc/cache"));
      server.log.length = 0;
      await project.dvt(["update", "d.dvc", "--to-remote", "-r", "web"]);
      assert.deepEqual(server.log.filter((line) => line.startsWith("PUT")), []);
      await project.dvt(["pull", "-r", "web"]);
      assert.deepEqual(project.files("d"), ["a", "b", "in/c"]);
    } finally {
      await server.stop();
    }
  },
});

Deno.test({
  name: "a file too large for this machine's disk is read twice on its way to a remote",
  ...servers,
  async fn() {
    const server = startWebServer();
    using project = temporaryProject();
    const bytes = someBytes(300_000);
    server.files.set("/source", bytes);
    project.write(
      ".dvc/config",
      `['remote "web"']\n    url = ${server.url}/store\n    method = PUT\n`,
    );
    try {
      const opened = openProjectAt(project.path, storageContext({ directory: project.path }));
      const place = await openUrl({ url: `${server.url}/source`, directory: "/" }, opened);
      const state = await lookAtSource(opened, place, { outPath: "x", versioned: false });
      assert.ok(state !== undefined);
      const sent = await sendToRemote(opened, {
        place,
        content: state.content,
        remote: "web",
        verb: "add",
        jobs: 1,
        largestOnDisk: 1000,
      });
      assert.equal(sent.facts.size, bytes.length);
      assert.equal(server.log.filter((line) => line === "GET /source").length, 2);
      const id = sent.facts.md5 ?? "";
      const kept = server.files.get(`/store/files/md5/${id.slice(0, 2)}/${id.slice(2)}`);
      assert.deepEqual(kept, bytes);
      assert.deepEqual(project.files(".dvc").filter((name) => name.includes("tmp/dvt")), []);
    } finally {
      await server.stop();
    }
  },
});
