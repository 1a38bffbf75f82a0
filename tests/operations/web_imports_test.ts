import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { startWebServer, type WebServer, type WebServerOptions } from "../support/web_server.ts";

/** A project beside a server; servers in this process are always waiting for the next request. */
function webTest(
  sentence: string,
  work: (project: TemporaryFolder, server: WebServer) => Promise<void>,
  options: WebServerOptions = {},
): void {
  Deno.test({
    name: sentence,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const server = startWebServer(options);
      using project = temporaryProject();
      try {
        await work(project, server);
      } finally {
        await server.stop();
      }
    },
  });
}

const text = (content: string) => new TextEncoder().encode(content);

/** Answers for one path with these headers and this body. */
function answering(
  headers: Readonly<Record<string, string>>,
  content: () => string,
): WebServerOptions {
  return {
    before(request) {
      const bytes = text(content());
      const body = request.method === "HEAD" ? null : bytes;
      return new Response(body, {
        headers: { ...headers, "content-length": String(bytes.length) },
      });
    },
  };
}

webTest("an unchanged source costs one request and no body", async (project, server) => {
  server.files.set("/x", text("one"));
  await project.dvt(["import-url", `${server.url}/x`]);
  assert.deepEqual(server.log, ["HEAD /x", "GET /x"]);
  const recorded = project.read("x.dvc");
  server.log.length = 0;
  const { stdout } = await project.dvt(["update", "x.dvc"]);
  assert.equal(stdout, "'x.dvc' didn't change, skipping\n");
  assert.deepEqual(server.log, ["HEAD /x"]);
  assert.equal(project.read("x.dvc"), recorded);
});

webTest("a changed source is brought, and DVC reads what was noted", async (project, server) => {
  server.files.set("/x", text("one"));
  await project.dvt(["import-url", `${server.url}/x`]);
  server.files.set("/x", text("two"));
  await project.dvt(["update", "x.dvc"]);
  assert.equal(project.read("x"), "two");
  assert.match((await project.dvc(["update", "x.dvc"])).stdout, /didn't change, skipping/);
});

const times = { content: "one", tag: "" };

webTest("without an etag the time of change decides, unread", async (project, server) => {
  times.content = "one";
  await project.dvt(["import-url", `${server.url}/x`]);
  server.log.length = 0;
  await project.dvt(["update", "x.dvc"]);
  assert.deepEqual(server.log, ["HEAD /x"]);
}, answering({ "last-modified": "Tue, 02 Jan 2024 03:04:05 GMT" }, () => times.content));

webTest("without both the content decides, and its length alone does not", async (
  project,
  server,
) => {
  times.content = "one";
  await project.dvt(["import-url", `${server.url}/x`]);
  const recorded = project.read("x.dvc");
  const same = await project.dvt(["update", "x.dvc"]);
  assert.equal(same.stdout, "'x.dvc' didn't change, skipping\n");
  assert.equal(project.read("x.dvc"), recorded);
  times.content = "two";
  const { stdout } = await project.dvt(["update", "x.dvc"]);
  assert.equal(stdout, `Importing '${server.url}/x' -> 'x'\n`);
  assert.equal(project.read("x"), "two");
}, answering({}, () => times.content));

webTest("a server that does not say how much will come is put up with", async (project, server) => {
  times.content = "one and more";
  await project.dvt(["import-url", `${server.url}/x`]);
  assert.equal(project.read("x"), times.content);
  assert.match(project.read("x.dvc"), /outs:\n- md5: \w+\n {2}size: 12\n/);
  assert.match((await project.dvt(["update", "x.dvc"])).stdout, /didn't change/);
  times.content = "other";
  await project.dvt(["update", "x.dvc"]);
  assert.equal(project.read("x"), "other");
}, {
  before(request) {
    if (request.method === "HEAD") return new Response(null);
    return new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(text(times.content));
          controller.close();
        },
      }),
    );
  },
});

webTest("signed addresses work, and their secrets are written nowhere", async (project, server) => {
  const signed = `${server.url}/data/x.csv?X-Amz-Date=1&X-Amz-Signature=s3cr3t&part=1`;
  const outcome = await project.dvt(["import-url", "-v", signed]);
  assert.equal(project.read("x.csv"), "signed");
  assert.match(project.read("x.csv.dvc"), /path: http:\/\/127.0.0.1:\d+\/data\/x.csv\?part=1\n/);
  const got = await project.dvt(["get-url", "-v", signed, "got"]);
  const refused = await runDvt(["update", "-v", "x.csv.dvc"], { cwd: project.path });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /\(403\)/);
  assert.equal(project.read("x.csv"), "signed");
  const said = [outcome, got, refused].map((one) => one.stdout + one.stderr).join("");
  const written = project.files().map((name) =>
    name + (name.endsWith("/") ? "" : project.read(name))
  );
  assert.ok(!said.includes("s3cr3t"), said);
  assert.ok(!written.join("\n").includes("s3cr3t"));
}, {
  before(request) {
    // Signatures are good for one method.
    if (request.method === "HEAD" || !request.url.includes("Signature=s3cr3t")) {
      return new Response("no", { status: 403 });
    }
    return new Response("signed", { headers: { etag: '"a"' } });
  },
});

webTest("a password in the address is for this run alone", async (project, server) => {
  server.files.set("/x", text("guarded"));
  const url = server.url.replace("://", "://bob:s3cret@");
  const { stdout, stderr } = await project.dvt(["import-url", "-v", `${url}/x`]);
  assert.equal(project.read("x"), "guarded");
  assert.match(project.read("x.dvc"), /path: http:\/\/127/);
  assert.ok(!(stdout + stderr).includes("s3cret"));
  const without = await runDvt(["update", "x.dvc"], { cwd: project.path });
  assert.match(without.stderr, /asks for credentials \(401\)/);
  // Those of a remote are taken from the configuration every time.
  for (const [name, value] of Object.entries({ auth: "basic", user: "bob", password: "s3cret" })) {
    if (name === "auth") await project.dvt(["remote", "add", "web", server.url]);
    await project.dvt(["remote", "modify", "--local", "web", name, value]);
  }
  await project.dvt(["import-url", "remote://web/x", "y"]);
  assert.match((await project.dvt(["update", "y.dvc"])).stdout, /didn't change/);
}, { authorization: `Basic ${btoa("bob:s3cret")}` });

webTest("a download that fails leaves the old data and the old stage file", async (
  project,
  server,
) => {
  times.content = "old";
  times.tag = "1";
  await project.dvt(["import-url", `${server.url}/x`]);
  const recorded = project.read("x.dvc");
  times.tag = "broken";
  const failed = await runDvt(["update", "x.dvc"], { cwd: project.path });
  assert.equal(failed.code, 1);
  assert.equal(project.read("x"), "old");
  assert.equal(project.read("x.dvc"), recorded);
  assert.deepEqual(project.files().filter((name) => name.endsWith(".tmp")), []);
}, {
  before(request) {
    const headers = { etag: `"${times.tag}"`, "content-length": String(times.content.length) };
    if (request.method === "HEAD") return new Response(null, { headers });
    if (times.tag === "broken") return new Response("gone", { status: 403 });
    return new Response(times.content, { headers });
  },
});

webTest("changed data of one's own is not replaced without a word", async (project, server) => {
  server.files.set("/x", text("one"));
  await project.dvt(["import-url", `${server.url}/x`]);
  project.write("x", "my work");
  server.files.set("/x", text("two"));
  const { code, stderr } = await runDvt(["update", "x.dvc"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /Can't remove the following unsaved files without confirmation/);
  assert.equal(project.read("x"), "my work");
});

webTest("data that was left where it is comes with pull, in the state it was noted in", async (
  project,
  server,
) => {
  server.files.set("/x", text("one"));
  await project.dvt(["import-url", "--no-download", `${server.url}/x`]);
  const noted = project.read("x.dvc");
  const { stdout } = await project.dvt(["pull", "x.dvc"]);
  assert.equal(stdout, "A       x\n1 file fetched and 1 file added\n");
  assert.equal(project.read("x.dvc"), noted);
  project.remove("x");
  server.files.set("/x", text("two"));
  const { code, stderr } = await runDvt(["pull", "x.dvc"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /'x' was imported from 'http:\S+\/x', which has changed since/);
  assert.match(stderr, /to take what is there now: dvt update x.dvc/);
  assert.match(stderr, /Checkout failed for following targets:\nx\n/);
  const fetched = await runDvt(["fetch", "x.dvc"], { cwd: project.path });
  assert.equal(fetched.code, 1);
  assert.match(fetched.stderr, /1 files failed to download/);
  assert.ok(!project.exists("x"));
});

webTest("data that no remote has is taken from its source, if it is still the same", async (
  project,
  server,
) => {
  server.files.set("/x", text("one"));
  await project.dvt(["import-url", `${server.url}/x`]);
  for (const name of [".dvc/cache", "x"]) project.remove(name);
  const { stdout, stderr } = await project.dvt(["pull"]);
  assert.match(stdout, /1 file fetched/);
  assert.match(stderr, /'x' is on no remote; it was taken from its source/);
  assert.equal(project.read("x"), "one");
  for (const name of [".dvc/cache", "x"]) project.remove(name);
  server.files.set("/x", text("two"));
  assert.equal((await runDvt(["pull"], { cwd: project.path })).code, 1);
  assert.ok(!project.exists("x"));
});
