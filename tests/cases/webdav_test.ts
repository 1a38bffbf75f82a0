/** What people reported of WebDAV servers. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { startRclone } from "../support/rclone.ts";
import { temporaryProject } from "../support/temporary.ts";

Deno.test("C35: folders are made under their own address, on a server that sends clients on", async () => {
  const server = await startRclone("webdav", ["--user", "bob", "--pass", "s3cret"]);
  // Redirects whoever names a folder without its slash, and refuses methods that arrive so.
  const front = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const url = new URL(request.url);
    if (["MKCOL", "PROPFIND"].includes(request.method) && !/\.\w+$|\/$/.test(url.pathname)) {
      const isFile = /\/[0-9a-f]{30}(\.dir)?$/.test(url.pathname);
      if (!isFile) return Response.redirect(`${request.url}/`, 301);
    }
    url.port = String(server.port);
    const headers = new Headers(request.headers);
    const destination = headers.get("destination");
    if (destination !== null) {
      const to = new URL(destination);
      to.port = String(server.port);
      headers.set("destination", to.href);
    }
    headers.delete("host");
    const body = request.body === null ? null : await request.arrayBuffer();
    return await fetch(url, { method: request.method, headers, body, redirect: "manual" });
  });
  try {
    using project = temporaryProject();
    project.writeAll({ "d/a": "one", "d/b": "two" });
    await project.dvt(["add", "-q", "d"]);
    const url = `webdav://127.0.0.1:${front.addr.port}/new/place`;
    await project.dvt(["remote", "add", "-q", "-d", "st", url]);
    await project.dvt(["remote", "modify", "-q", "st", "user", "bob"]);
    const refused = await runDvt(["push"], { cwd: project.path });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /refused the credentials of user 'bob' \(401\)/);
    await project.dvt(["remote", "modify", "-q", "--local", "st", "password", "s3cret"]);
    await project.dvt(["push"]);
    for (const name of ["d", ".dvc/cache"]) project.remove(name);
    await project.dvt(["pull"]);
    assert.deepEqual(project.files("d"), ["a", "b"]);
    await project.dvt(["get-url", `remote://st/files`, "all"]);
    assert.equal(project.files("all").length, 3);
    project.remove("d.dvc");
    await project.dvt(["gc", "-w", "-c", "-f"]);
    assert.deepEqual((await project.dvt(["list-url", "-R", "remote://st/"])).stdout, "");
  } finally {
    await front.shutdown();
    await server.stop();
  }
});
