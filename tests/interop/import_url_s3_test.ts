import assert from "node:assert/strict";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type S3Server, startVersionedS3Server } from "../support/s3_server.ts";
import { storageContext } from "../support/storage_context.ts";
import { Twins } from "../support/twins.ts";

function configOf({ bucket, options }: S3Server): string {
  const lines = Object.entries(options).map(([name, value]) => `    ${name} = ${value}\n`);
  return `['remote "cloud"']\n    url = s3://${bucket}/data\n${lines.join("")}`;
}

async function write(storage: Storage, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await storage.write(path, new TextEncoder().encode(text));
  }
}

Deno.test({
  name: "imports from a bucket that keeps versions are DVC's, then and after updates",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const server = await startVersionedS3Server();
    try {
      const remote = { url: `s3://${server.bucket}/data`, options: server.options };
      const storage = await openStorage(remote, storageContext());
      await write(storage, { "d/one": "one", "d/sub/two": "two", "d/ü 数": "three", foo: "foo" });
      using twins = new Twins({ "w/.dvc/config": configOf(server) });
      for (
        const args of [
          ["foo", "plain"],
          ["d", "plain-folder"],
          ["foo", "version", "--version-aware"],
          ["d", "version-folder", "--version-aware"],
          ["foo", "later", "--version-aware", "--no-download"],
          ["d", "later-folder", "--version-aware", "--no-download"],
          ["foo", "noted", "--version-aware", "--no-exec"],
          ["none", "none"],
        ]
      ) {
        const [path = "", ...rest] = args;
        await twins.run(["import-url", `remote://cloud/${path}`, ...rest]);
      }
      twins.compare();
      await twins.run(["status"], { sorted: true });
      await twins.run(["update", "plain.dvc", "version.dvc", "version-folder.dvc"], {
        sorted: true,
      });
      const imported = twins.dvt.read("w/version.dvc");

      await write(storage, { foo: "foo again", "d/one": "one again", "d/new": "new" });
      await storage.remove("d/sub/two");
      await twins.run(["status"], { sorted: true });
      await twins.run(["status", "--no-updates"], { sorted: true });

      // What was imported by version can be had again, though it has changed since.
      twins.each((folder) => {
        for (const name of ["w/.dvc/cache", "w/version", "w/version-folder"]) folder.remove(name);
      });
      // DVC says besides that there is no default remote, which nobody needs here.
      const pulled = { sorted: true, compareErrors: false };
      await twins.run(["pull", "version.dvc"], pulled);
      await twins.run(["pull", "version-folder.dvc"], pulled);
      twins.compare();

      for (const name of ["plain", "plain-folder", "version", "version-folder"]) {
        await twins.run(["update", `${name}.dvc`]);
      }
      twins.compare();
      const version = /version_id: (\S+)/.exec(imported)?.[1] ?? "";
      await twins.run(["update", "version.dvc", "--rev", version]);
      assert.equal(twins.dvt.read("w/version.dvc"), imported);
      twins.compare();
      await storage.close?.();
    } finally {
      await server.stop();
    }
  },
});
