import assert from "node:assert/strict";
import { openStorage } from "../../src/storage/open.ts";
import { storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("local", () => {
  const folder = Deno.makeTempDirSync();
  return Promise.resolve({
    open: () => openStorage({ url: `${folder}/root`, options: {} }, storageContext()),
    async stop() {
      await Deno.remove(folder, { recursive: true });
    },
  });
});

Deno.test("local: the root itself may be a file", async () => {
  const path = Deno.makeTempFileSync();
  Deno.writeTextFileSync(path, "alone");
  try {
    const storage = await openStorage({ url: path, options: {} }, storageContext());
    assert.equal((await storage.stat(""))?.size, 5);
    assert.equal(new TextDecoder().decode(await storage.readBytes("")), "alone");
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("local: file: URLs and relative paths are understood", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/a b`, "x");
  try {
    const context = storageContext({ directory: folder });
    const byUrl = await openStorage({ url: `file://${folder}/a%20b`, options: {} }, context);
    assert.equal((await byUrl.stat(""))?.size, 1);
    const byPath = await openStorage({ url: "./a b", options: {} }, context);
    assert.equal((await byPath.stat(""))?.size, 1);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("local: temporary files of a cut-off write are not listed", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/.${"a".repeat(22)}.tmp`, "rubbish");
  Deno.writeTextFileSync(`${folder}/file`, "x");
  try {
    const storage = await openStorage({ url: folder, options: {} }, storageContext());
    const paths: string[] = [];
    for await (const file of storage.list("")) paths.push(file.path);
    assert.deepEqual(paths, ["file"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
