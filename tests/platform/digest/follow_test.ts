import assert from "node:assert/strict";
import { deliver } from "../../../src/objects/deliver.ts";
import type { ObjectId } from "../../../src/objects/object_id.ts";
import { RemoteStore } from "../../../src/objects/object_store.ts";
import { followFile } from "../../../src/platform/digest/follow.ts";
import { useHashWorkers } from "../../../src/platform/digest/hash_worker.ts";
import { md5Hex } from "../../../src/platform/digest/md5.ts";
import { MemoryStorage } from "../../../src/storage/memory.ts";
import { someBytes } from "../../support/storage_context.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const workers = new URL("worker_main.ts", import.meta.url).href;

async function withWorkers(work: () => Promise<void>): Promise<void> {
  useHashWorkers(workers);
  try {
    await work();
  } finally {
    useHashWorkers(undefined);
  }
}

Deno.test("a file is hashed while it grows, whatever the steps", () =>
  withWorkers(async () => {
    using folder = temporaryFolder();
    for (const size of [0, 1, 5_000_000, 20_000_001]) {
      const bytes = someBytes(size, size + 1);
      const path = folder.at(`f${size}`);
      using file = Deno.openSync(path, { create: true, write: true });
      using follower = followFile(path, "md5");
      assert.ok(follower !== undefined);
      for (let at = 0; at < size; at += 777_777) {
        file.writeSync(bytes.subarray(at, at + 777_777));
        follower.grew(Math.min(size, at + 777_777));
        await Promise.resolve();
      }
      assert.equal(await follower.digestHex(size), md5Hex(bytes));
    }
  }));

Deno.test("a file that goes away or is shorter than told fails", () =>
  withWorkers(async () => {
    using folder = temporaryFolder();
    folder.write("f", "short");
    for (const [name, size] of [["none", 5], ["f", 6]] as const) {
      using follower = followFile(folder.at(name), "md5");
      assert.ok(follower !== undefined);
      await assert.rejects(async () => await follower.digestHex(size));
    }
  }));

Deno.test("no more files are followed at once than there are other processors", () =>
  withWorkers(async () => {
    using folder = temporaryFolder();
    folder.write("f", "content");
    const others = navigator.hardwareConcurrency - 1;
    const followers = Array.from({ length: others }, () => followFile(folder.at("f"), "md5"));
    assert.ok(followers.every((one) => one !== undefined));
    assert.equal(followFile(folder.at("f"), "md5"), undefined);
    for (const one of followers) one?.[Symbol.dispose]();
    using again = followFile(folder.at("f"), "md5");
    assert.equal(await again?.digestHex(7), md5Hex(new TextEncoder().encode("content")));
  }));

Deno.test("a large object of a remote is checked by another processor, and refused when wrong", () =>
  withWorkers(async () => {
    using folder = temporaryFolder();
    const storage = new MemoryStorage();
    const store = new RemoteStore(storage, "md5");
    const bytes = someBytes(70 << 20, 3);
    const id = md5Hex(bytes) as ObjectId;
    await storage.write(store.pathOf(id), bytes);
    const options = { signal: new AbortController().signal };
    const target = folder.at("big");
    const good = await deliver([{ id, target }], store, options);
    assert.deepEqual([good.done, good.failed.length], [1, 0]);
    assert.equal(md5Hex(Deno.readFileSync(target)), id);
    Deno.removeSync(target);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await storage.write(store.pathOf(id), bytes);
    const bad = await deliver([{ id, target }], store, options);
    assert.equal(bad.failed[0]?.error.kind, "corrupt");
    assert.equal(folder.exists("big"), false);
  }));
