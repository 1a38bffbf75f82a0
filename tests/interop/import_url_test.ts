import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Twins } from "../support/twins.ts";
import { startWebServer } from "../support/web_server.ts";

const sources = {
  "src/d/one": "one\n",
  "src/d/sub/two": "two\n",
  "src/d/sub/naïve 数据": "three\n",
  "src/foo": "foo\n",
  "rem/keep": "",
  "w/.dvc/config": "[core]\n    remote = r\n['remote \"r\"']\n    url = ../../rem\n" +
    "['remote \"ws\"']\n    url = ../../src\n",
  "w/sub/keep": "",
  "w/inner": "inner\n",
};

function sourcesWithMore(): Twins {
  const twins = new Twins(sources);
  twins.each((folder) => {
    Deno.chmodSync(folder.at("src/foo"), 0o755);
    Deno.mkdirSync(folder.at("src/empty"));
  });
  return twins;
}

Deno.test("import-url of paths leaves what DVC leaves, letter by letter", async () => {
  using twins = sourcesWithMore();
  const commands = [
    ["../src/foo"],
    ["../src/foo", "--force"],
    ["../src/d", "dd"],
    ["../src/d/", "trailing"],
    ["../src/empty"],
    ["remote://ws/d", "wd"],
    ["remote://ws/foo", "sub"],
    ["remote://ws/foo", "partial", "--no-download"],
    ["remote://ws/d", "partial-folder", "--no-download"],
    ["remote://ws/foo", "noted", "--no-exec"],
    ["../src/foo", "far", "--to-remote"],
    ["remote://ws/d", "far-folder", "--to-remote", "-r", "r"],
    ["inner", "copy"],
    ["inner", "sub/copy"],
    ["../src/foo", "jobs", "--fs-config", "jobs=3"],
    ["../src/foo", "versions", "--version-aware"],
  ];
  for (const [url = "", ...args] of commands) await twins.run(["import-url", url, ...args]);
  twins.compare();
  // What DVC leaves on a remote besides, temporary files, is nothing to follow.
  const objects = (name: "dvc" | "dvt") =>
    twins[name].files("rem").filter((path) => !path.endsWith(".tmp"));
  assert.deepEqual(objects("dvt"), objects("dvc"));
});

Deno.test("import-url refuses what DVC refuses, in its words", async () => {
  using twins = sourcesWithMore();
  await twins.run(["import-url", "../src/d", "dd"]);
  const commands = [
    ["../src/foo", "dd"],
    ["../src/nope"],
    ["remote://nope/x"],
    ["remote://ws/nope"],
    ["unknown://x/y"],
    ["../src/foo", "nowhere/foo"],
    ["inner", "inner", "--force"],
    ["../src/foo", "z", "-r", "r"],
    ["../src/foo", "z", "--to-remote", "--no-exec"],
    ["../src/foo", "z", "--to-remote", "--version-aware"],
    ["../src/foo", "z", "--to-remote", "-r", "nope"],
    ["../src/foo", "z.dvc"],
    ["../src/foo", "../outside"],
    ["../src/foo", "dd/foo"],
    ["../src/foo", "z", "--fs-config", "no=such"],
  ];
  for (const [url = "", ...args] of commands) {
    const { code } = await twins.run(["import-url", url, ...args]);
    assert.equal(code, 1, `${url} ${args}`);
  }
  twins.compare();
});

Deno.test("update and status of imports from paths go the way of DVC", async () => {
  using twins = sourcesWithMore();
  for (
    const args of [
      ["../src/foo"],
      ["../src/d"],
      ["remote://ws/foo", "partial", "--no-download"],
      ["remote://ws/d", "noted", "--no-exec"],
      ["../src/foo", "free"],
    ]
  ) await twins.run(["import-url", ...args]);
  await twins.run(["status"], { sorted: true });
  await twins.run(["update", "foo.dvc", "d.dvc"], { sorted: true });
  await twins.run(["update", "partial.dvc"]);
  await twins.run(["update", "noted.dvc"]);
  twins.compare();

  twins.each((folder) => {
    folder.write("w/free.dvc", folder.read("w/free.dvc").replace("frozen: true\n", ""));
    folder.remove("w/partial");
    folder.write("src/foo", "changed\n");
    folder.write("src/d/new", "new\n");
    folder.remove("src/d/one");
  });
  await twins.run(["status"], { sorted: true });
  await twins.run(["status", "free.dvc", "--json"]);
  await twins.run(["update", "foo.dvc"]);
  await twins.run(["update", "d.dvc"]);
  await twins.run(["update", "partial.dvc"]);
  await twins.run(["update", "free.dvc"]);
  twins.compare();
  await twins.run(["status"], { sorted: true });

  twins.each((folder) => folder.remove("src/d"));
  await twins.run(["update", "noted.dvc"]);
  await twins.run(["update", "../src/foo"]);
  await twins.run(["update", "foo.dvc", "-r", "r"]);
  await twins.run(["update", "foo.dvc", "--to-remote", "-r", "nope"]);
  await twins.run(["update", "foo.dvc", "--to-remote", "--no-download"]);
});

/** Headers by the first part of the path: what servers may tell of a file. */
const manners: Readonly<Record<string, (bytes: Uint8Array) => Record<string, string>>> = {
  etag: (bytes) => ({ etag: `"${sum(bytes)}"` }),
  weak: (bytes) => ({ etag: `W/"${sum(bytes)}"` }),
  md5: (bytes) => ({ "content-md5": sum(bytes) }),
  time: () => ({ "last-modified": "Tue, 02 Jan 2024 03:04:05 GMT" }),
  type: () => ({ "content-type": "text/x-o'dd; charset=utf-8", "accept-ranges": "none" }),
  nothing: () => ({}),
};

function sum(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

Deno.test({
  name: "import-url from web servers of all manners records what DVC records",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const bytes = new TextEncoder().encode("from the web\n");
    const server = startWebServer({
      before(request) {
        const { pathname } = new URL(request.url);
        const [, manner = ""] = pathname.split("/");
        if (manner === "moved") {
          return new Response(null, { status: 302, headers: { location: "/time/x?at=home" } });
        }
        const headers = manners[manner]?.(bytes);
        if (headers === undefined) return undefined;
        const body = request.method === "HEAD" ? null : bytes;
        return new Response(body, {
          headers: { ...headers, "content-length": String(bytes.length) },
        });
      },
    });
    using twins = new Twins({});
    try {
      for (const manner of [...Object.keys(manners), "moved"]) {
        await twins.run(["import-url", `${server.url}/${manner}/x`, manner]);
      }
      await twins.run(["import-url", `${server.url}/etag/x?version=3`]);
      await twins.run(["import-url", `${server.url}/etag/x`, "partial", "--no-download"]);
      await twins.run(["import-url", `${server.url}/none/such`]);
      twins.compare();
      await twins.run(["update", ...Object.keys(manners).map((manner) => `${manner}.dvc`)], {
        sorted: true,
      });
      twins.compare();
    } finally {
      await server.stop();
    }
  },
});
