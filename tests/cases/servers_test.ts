/** What people reported of servers, their answers and who is asked. */
import assert from "node:assert/strict";
import { startBadServer } from "../support/bad_server.ts";
import { runDvt } from "../support/cli.ts";
import { startS3Server } from "../support/s3_server.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

/** A project whose remote takes settings that others shall not see. */
async function remoteProject(url: string, local: Readonly<Record<string, string>>) {
  const project = temporaryProject();
  project.writeAll({ "d/a": "one", "d/b": "two", f: "three" });
  await project.dvt(["add", "-q", "d", "f"]);
  await project.dvt(["remote", "add", "-q", "-d", "st", url]);
  for (const [name, value] of Object.entries(local)) {
    await project.dvt(["remote", "modify", "-q", "--local", "st", name, value]);
  }
  return project;
}

function forget(project: TemporaryFolder): void {
  for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
}

Deno.test("C25: a body without a length is imported, and updated", async () => {
  const server = startBadServer();
  try {
    using project = temporaryProject();
    server.files.set("/x.txt", new TextEncoder().encode("first"));
    await project.dvt(["import-url", `${server.url}/no-length/x.txt`]);
    assert.equal(project.read("x.txt"), "first");
    assert.match(project.read("x.txt.dvc"), /size: 5\n {2}hash: md5\n {2}path: x\.txt/);
    server.files.set("/x.txt", new TextEncoder().encode("the second"));
    await project.dvt(["update", "x.txt.dvc"]);
    assert.equal(project.read("x.txt"), "the second");
    assert.match(project.read("x.txt.dvc"), /size: 10\n {2}hash: md5\n {2}path: x\.txt/);
  } finally {
    await server.stop();
  }
});

Deno.test("C29: a password goes with every request to its remote, and to nobody else", async () => {
  const password = "s3cret";
  const expected = `Basic ${btoa(`bob:${password}`)}`;
  const keeper = startWebServer({ authorization: expected });
  const stranger = startBadServer();
  const server = startBadServer(stranger.url);
  try {
    const settings = { auth: "basic", user: "bob", password };
    using project = await remoteProject(keeper.url, settings);
    await project.dvt(["push", "-q"]);
    forget(project);
    await project.dvt(["pull"]);
    assert.deepEqual([project.read("d/b"), project.read("f")], ["two", "three"]);

    for (const [path, bytes] of keeper.files) stranger.files.set(path, bytes);
    forget(project);
    await project.dvt(["remote", "modify", "-q", "st", "url", `${server.url}/elsewhere`]);
    const { stderr } = await runDvt(["pull", "-v"], { cwd: project.path });
    assert.deepEqual(server.log.filter((line) => !line.endsWith(expected)), []);
    assert.ok(stranger.log.length > 0, "the redirect was followed");
    assert.deepEqual(stranger.log.filter((line) => !line.endsWith(" -")), []);
    assert.doesNotMatch(stderr, new RegExp(password));
    assert.equal(project.read("d/a"), "one");
  } finally {
    for (const one of [keeper, server, stranger]) await one.stop();
  }
});

Deno.test("C31: the endpoint of the settings is asked by every command", async () => {
  const server = await startS3Server();
  try {
    // Whoever asks somebody else finds nothing there: the network ends at this machine.
    using project = await remoteProject(`s3://${server.bucket}/p`, server.options);
    await project.dvt(["push"]);
    forget(project);
    await project.dvt(["pull"]);
    assert.equal(project.read("d/b"), "two");
    const key = project.files(".dvc/cache/files/md5").find((name) => !name.endsWith(".dir")) ?? "";
    await project.dvt(["import-url", `remote://st/files/md5/${key}`, "x"]);
    assert.ok(["one", "two", "three"].includes(project.read("x")));
    await project.dvt(["remote", "modify", "-q", "st", "url", "s3://no-such-bucket/p"]);
    const { code, stderr } = await runDvt(["push"], { cwd: project.path });
    assert.notEqual(code, 0);
    assert.match(stderr, /no-such-bucket/);
  } finally {
    await server.stop();
  }
});
