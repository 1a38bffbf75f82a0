import assert from "node:assert/strict";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { startRclone } from "../support/rclone.ts";
import { startS3Server } from "../support/s3_server.ts";
import { storageContext } from "../support/storage_context.ts";
import { temporaryProject } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

/** A kind of remote that DVC and dvt reach with the same URL and options. */
interface Place {
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  /** Paths of all files below the URL. */
  paths(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const signInOptions = { method: "PUT", auth: "basic", user: "bob", password: "s3cret" };

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async s3() {
    const server = await startS3Server();
    const remote = { url: `s3://${server.bucket}/some/prefix`, options: server.options };
    return {
      ...remote,
      async paths() {
        const found: string[] = [];
        for await (const file of (await openStorage(remote, storageContext())).list("")) {
          found.push(file.path);
        }
        return found;
      },
      stop: () => server.stop(),
    };
  },
  async webdav() {
    const server = await startRclone("webdav", ["--user", "bob", "--pass", "s3cret"]);
    Deno.mkdirSync(`${server.folder}/some/prefix`, { recursive: true }); // DVC makes none above it
    return {
      url: `webdav://127.0.0.1:${server.port}/some/prefix`,
      options: { user: "bob", password: "s3cret" },
      paths: () => Promise.resolve([...walk(`${server.folder}/some/prefix`)]),
      stop: () => server.stop(),
    };
  },
  http() {
    const server = startWebServer({ authorization: `Basic ${btoa("bob:s3cret")}` });
    return Promise.resolve({
      url: `${server.url}/data`,
      options: signInOptions,
      paths: () => Promise.resolve([...server.files.keys()].map((path) => path.slice(6))),
      stop: () => server.stop(),
    });
  },
};

for (const [kind, start] of Object.entries(places)) {
  Deno.test({
    name: `${kind}: what DVC pushed dvt's storage reads, and what it writes DVC pulls`,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const place = await start();
      using project = temporaryProject();
      try {
        const lines = Object.entries(place.options).map(([name, value]) =>
          `    ${name} = ${value}\n`
        );
        project.write(
          ".dvc/config",
          `[core]\n    remote = r\n['remote "r"']\n    url = ${place.url}\n${lines.join("")}`,
        );
        const files = {
          "data/empty": "",
          "data/naïve 数据": "one\n",
          "data/sub/deep": "two\n",
          single: "x".repeat(100_000),
        };
        project.writeAll(files);
        await project.dvc(["add", "data", "single"]);
        await project.dvc(["push"]);
        const storage = await openStorage(place, storageContext());
        const paths = await place.paths();
        assert.equal(paths.length, 5);
        for (const path of paths) {
          const kept = Deno.readFileSync(`${project.path}/.dvc/cache/${path}`);
          assert.equal((await storage.stat(path))?.size, kept.length);
          assert.deepEqual(await storage.readBytes(path), kept);
        }
        await sendAgain(storage, paths);
        project.remove(".dvc/cache");
        project.remove("data");
        project.remove("single");
        await project.dvc(["pull"]);
        for (const [name, content] of Object.entries(files)) {
          assert.equal(project.read(name), content);
        }
        await storage.close?.();
      } finally {
        await place.stop();
      }
    },
  });
}

function* walk(folder: string, below = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${below}`)) {
    if (isDirectory) yield* walk(folder, `${below}${name}/`);
    else yield below + name;
  }
}

/** Takes every file away and writes it anew. */
async function sendAgain(storage: Storage, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const bytes = await storage.readBytes(path);
    assert.ok(bytes !== undefined);
    await storage.remove(path);
    assert.equal(await storage.stat(path), undefined);
    await storage.write(path, bytes, bytes.length);
  }
}
