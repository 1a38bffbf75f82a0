/**
 * What every storage must be able to do. Each driver's test file calls this once.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DvtError } from "../../src/platform/error.ts";
import { collect, readInto, sendFile } from "../../src/storage/bulk.ts";
import type { Storage, StoredFile } from "../../src/storage/storage.ts";
import { someBytes, streamInPieces } from "../support/storage_context.ts";

/** The storage under test. */
export interface StorageSubject {
  /** Opens the same place each time. */
  open(): Promise<Storage>;
  stop?(): Promise<void>;
}

/** What a kind of storage is not asked for. */
export interface SuiteOptions {
  /** Characters that the server behind the storage cannot keep in names. */
  readonly forbidden?: RegExp;
  /** Whether a failed upload leaves an older file alone; servers of others may not care. */
  readonly atomic?: boolean;
  /** More files than one page of a listing holds. */
  readonly manyFiles?: number;
}

const text = (content: string) => new TextEncoder().encode(content);

/** Registers the checks. */
export function storageSuite(
  name: string,
  start: () => Promise<StorageSubject>,
  options: SuiteOptions = {},
): void {
  // Neither is there where the start failed.
  let subject: StorageSubject;
  let storage: Storage;

  Deno.test.beforeAll(async () => {
    subject = await start();
    storage = await subject.open();
  });
  Deno.test.afterAll(async () => {
    await storage?.close?.();
    await subject?.stop?.();
  });

  function check(sentence: string, work: () => Promise<void>): void {
    // Servers in this process are always waiting for the next request.
    const sanitize = { sanitizeOps: false, sanitizeResources: false };
    Deno.test({ name: `${name}: ${sentence}`, fn: work, ...sanitize });
  }

  async function listed(prefix: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for await (const file of storage.list(prefix)) files.push(file);
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async function readsBack(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const back = await storage.readBytes(path);
    assert.ok(back !== undefined, `${path} is not there`);
    assert.deepEqual(Buffer.from(back), Buffer.from(bytes));
  }

  check("what is not there is undefined to stat()", async () => {
    assert.equal(await storage.stat("nothing/here"), undefined);
  });
  check("what is not there is undefined to readBytes()", async () => {
    assert.equal(await storage.readBytes("nothing/here"), undefined);
  });
  check("what is not there is missing-data to read()", async () => {
    await assert.rejects(
      async () => await (await storage.read("nothing/here")).cancel(),
      (error: DvtError) => error.kind === "missing-data" && error.message.includes("nothing/here"),
    );
  });
  check("what is not there is missing-data to readInto()", async () => {
    await assert.rejects(
      readInto(storage, "nothing/here", () => {}),
      (error: DvtError) => error.kind === "missing-data",
    );
  });
  check("bytes come back as they went", async () => {
    const bytes = someBytes(10_000);
    await storage.write("files/md5/ab/cdef", bytes, bytes.length);
    await readsBack("files/md5/ab/cdef", bytes);
  });
  check("an empty file stays an empty file", async () => {
    await storage.write("empty", new Uint8Array());
    await readsBack("empty", new Uint8Array());
    assert.equal((await storage.stat("empty"))?.size, 0);
    assert.equal(await readInto(storage, "empty", () => {}), 0);
  });
  check("every byte value survives", async () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
    await storage.write("all-values", bytes);
    await readsBack("all-values", bytes);
  });
  check("a stream of known size arrives whole", async () => {
    const bytes = someBytes(300_000, 2);
    await storage.write("streams/known", streamInPieces(bytes), bytes.length);
    await readsBack("streams/known", bytes);
  });
  check("a stream of unknown size arrives whole", async () => {
    const bytes = someBytes(300_000, 3);
    await storage.write("streams/unknown", streamInPieces(bytes));
    await readsBack("streams/unknown", bytes);
  });
  check("an empty stream makes an empty file", async () => {
    await storage.write("streams/empty", streamInPieces(new Uint8Array()), 0);
    await readsBack("streams/empty", new Uint8Array());
  });
  check("a second write replaces the first", async () => {
    await storage.write("twice", text("the first and longer one"));
    await storage.write("twice", text("the second"));
    await readsBack("twice", text("the second"));
  });
  check("stat() tells path and size", async () => {
    await storage.write("some/file", text("12345"));
    const file = await storage.stat("some/file");
    assert.equal(file?.path, "some/file");
    assert.equal(file?.size, 5);
  });
  check("what the write told agrees with stat()", async () => {
    const written = await storage.write("told", text("told"));
    if (written?.etag !== undefined) {
      assert.equal((await storage.stat("told"))?.etag, written.etag);
    }
  });
  check("the etag changes with the content", async () => {
    await storage.write("etag", text("one"));
    const before = (await storage.stat("etag"))?.etag;
    await storage.write("etag", text("another"));
    const after = (await storage.stat("etag"))?.etag;
    if (before !== undefined) assert.notEqual(before, after);
  });
  check("a read brings the whole file", async () => {
    const bytes = someBytes(200_000, 4);
    await storage.write("read", bytes);
    assert.deepEqual(
      Buffer.from(await collect(await storage.read("read"))),
      Buffer.from(bytes),
    );
  });
  check("a part in the middle can be read", async () => {
    await storage.write("parts", text("0123456789"));
    const part = await collect(await storage.read("parts", { start: 3, end: 7 }));
    assert.equal(new TextDecoder().decode(part), "3456");
  });
  check("the rest behind a place can be read", async () => {
    await storage.write("parts", text("0123456789"));
    const part = await collect(await storage.read("parts", { start: 8 }));
    assert.equal(new TextDecoder().decode(part), "89");
  });
  check("the beginning can be read", async () => {
    await storage.write("parts", text("0123456789"));
    const part = await collect(await storage.read("parts", { end: 2 }));
    assert.equal(new TextDecoder().decode(part), "01");
  });
  check("a part that reaches beyond the end stops there", async () => {
    await storage.write("parts", text("0123456789"));
    const part = await collect(await storage.read("parts", { start: 6, end: 600 }));
    assert.equal(new TextDecoder().decode(part), "6789");
  });
  check("nothing lies behind the end", async () => {
    await storage.write("parts", text("0123456789"));
    assert.equal((await collect(await storage.read("parts", { start: 10 }))).length, 0);
  });
  check("readInto() hands over a large file in order", async () => {
    const bytes = someBytes(5_000_000, 5);
    await storage.write("large", bytes, bytes.length);
    const back = Buffer.alloc(bytes.length);
    let at = 0;
    const count = await readInto(storage, "large", (chunk) => {
      back.set(chunk, at);
      at += chunk.length;
    });
    assert.equal(count, bytes.length);
    assert.ok(back.equals(Buffer.from(bytes)));
  });
  check("readInto() passes a receiver's own failure on", async () => {
    await storage.write("receiver", someBytes(100_000));
    const failure = new DvtError("failed", "the disk is full");
    await assert.rejects(
      readInto(storage, "receiver", () => {
        throw failure;
      }),
      failure,
    );
  });
  check("a file of the disk is sent", async () => {
    const bytes = someBytes(3_000_000, 6);
    const localPath = Deno.makeTempFileSync();
    try {
      Deno.writeFileSync(localPath, bytes);
      await sendFile(storage, "sent/file", { localPath, size: bytes.length });
    } finally {
      Deno.removeSync(localPath);
    }
    await readsBack("sent/file", bytes);
  });
  check("an abandoned read does no harm", async () => {
    await storage.write("abandoned", someBytes(2_000_000));
    const reader = (await storage.read("abandoned")).getReader();
    await reader.read();
    await reader.cancel();
    assert.equal((await storage.stat("abandoned"))?.size, 2_000_000);
  });
  check("odd names are kept", async () => {
    const names = [
      "with space",
      "plus+and&and=and;",
      "hash#mark",
      "question?mark",
      "percent%20sign%",
      "quote'\"quote",
      "brackets[1](2){3}",
      "naïve ünïcode",
      "数据集",
      "emoji 🐈",
      "tilde~at@colon:",
      "back\\slash",
      "star*pipe|less<more>",
    ].filter((odd) => options.forbidden?.test(odd) !== true);
    for (const odd of names) await storage.write(`odd/${odd}/${odd}.txt`, text(odd));
    for (const odd of names) await readsBack(`odd/${odd}/${odd}.txt`, text(odd));
    if (!storage.canList) return;
    assert.deepEqual(
      (await listed("odd/")).map((file) => file.path).sort(),
      names.map((odd) => `odd/${odd}/${odd}.txt`).sort(),
    );
  });
  check("paths that lead out are refused", async () => {
    for (const path of ["../out", "a/../../out", "a//b", "/absolute", "a/./b", "line\nbreak"]) {
      await assert.rejects(async () => await storage.write(path, text("x")), DvtError);
      await assert.rejects(async () => await storage.readBytes(path), DvtError);
    }
  });
  check("remove() removes, and again without complaint", async () => {
    await storage.write("removed", text("x"));
    await storage.remove("removed");
    assert.equal(await storage.stat("removed"), undefined);
    await storage.remove("removed");
  });
  check("many writes and reads at once keep apart", async () => {
    const numbers = Array.from({ length: 64 }, (_, i) => i);
    await Promise.all(
      numbers.map((i) => storage.write(`many/${i}`, someBytes(1000 + i, i + 1))),
    );
    await Promise.all(numbers.map((i) => readsBack(`many/${i}`, someBytes(1000 + i, i + 1))));
  });
  check("a source that fails leaves the older file", async () => {
    await storage.write("older", text("older"));
    const failure = new DvtError("corrupt", "the source is damaged");
    const content = streamInPieces(someBytes(400_000), { failure });
    await assert.rejects(async () => await storage.write("older", content, 500_000), failure);
    if (options.atomic !== false) await readsBack("older", text("older"));
  });
  check("a source that fails leaves no new file", async () => {
    const failure = new DvtError("corrupt", "the source is damaged");
    const content = streamInPieces(someBytes(400_000), { failure });
    await assert.rejects(async () => await storage.write("newer", content, 500_000), failure);
    if (options.atomic !== false) assert.equal(await storage.stat("newer"), undefined);
  });
  check("list() finds what starts with a text", async () => {
    if (!storage.canList) {
      await assert.rejects(listed(""), DvtError);
      return;
    }
    for (const path of ["list/a/1", "list/a/2", "list/ab/3", "list/b/4"]) {
      await storage.write(path, text(path));
    }
    assert.deepEqual(
      (await listed("list/a/")).map(({ path, size }) => [path, size]),
      [["list/a/1", 8], ["list/a/2", 8]],
    );
    assert.equal((await listed("list/")).length, 4);
    assert.deepEqual((await listed("list/a")).map((file) => file.path), [
      "list/a/1",
      "list/a/2",
      "list/ab/3",
    ]);
    assert.deepEqual(await listed("list/c/"), []);
  });
  check("list() of the root finds everything", async () => {
    if (!storage.canList) return;
    await storage.write("root-file", text("x"));
    await storage.write("root/deep/er/file", text("x"));
    const paths = (await listed("")).map((file) => file.path);
    assert.ok(paths.includes("root-file") && paths.includes("root/deep/er/file"));
  });
  check("list() turns every page", async () => {
    if (!storage.canList) return;
    const count = options.manyFiles ?? 300;
    const numbers = Array.from({ length: count }, (_, i) => i);
    for (let at = 0; at < count; at += 100) {
      await Promise.all(
        numbers.slice(at, at + 100).map((i) => storage.write(`pages/${i}`, text(`${i}`))),
      );
    }
    assert.equal((await listed("pages/")).length, count);
  });
  check("listFolder() tells the names in a folder, and none below", async () => {
    if (!storage.canList) {
      assert.equal(storage.listFolder, undefined);
      return;
    }
    for (const path of ["names/z", "names/deep/a", "names/deep/b/c", "names/ü 数 +&"]) {
      await storage.write(path, text("four"));
    }
    const names = await storage.listFolder?.("names");
    assert.deepEqual(
      names?.map(({ name, kind, size }) => [name, kind, kind === "file" ? size : undefined]).sort(),
      [["deep", "directory", undefined], ["z", "file", 4], ["ü 数 +&", "file", 4]],
    );
    assert.equal(await storage.listFolder?.("names/z"), undefined);
    assert.equal(await storage.listFolder?.("names/nothing"), undefined);
    assert.ok((await storage.listFolder?.(""))?.some(({ name }) => name === "names"));
  });
  check("listFolder() turns every page", async () => {
    if (!storage.canList) return;
    const count = options.manyFiles ?? 300;
    assert.equal((await storage.listFolder?.("pages"))?.length, count);
  });
  check("what a run that died left is cleared away, but nothing that is young", async () => {
    const { leftovers } = storage;
    if (leftovers === undefined) return;
    const path = "left/.0123456789abcdefghijkl.tmp";
    await storage.write(path, text("half"));
    await storage.write("left/whole", text("whole"));
    const { now } = Date;
    for (const [days, stays] of [[0.9, true], [1.1, false]] as const) {
      Date.now = () => now() + days * 86_400_000;
      try {
        assert.deepEqual((await listed("left/")).map((file) => file.path), ["left/whole"]);
      } finally {
        Date.now = now;
      }
      await leftovers.clear();
      assert.equal(await storage.stat(path) !== undefined, stays);
    }
    await readsBack("left/whole", text("whole"));
  });
  check("a storage can be opened twice and closed twice", async () => {
    const other = await subject.open();
    await storage.write("both", text("both"));
    assert.equal((await other.stat("both"))?.size, 4);
    await other.close?.();
    await other.close?.();
    await readsBack("both", text("both"));
  });
  check("its label and address hold no secret", async () => {
    await Promise.resolve();
    for (const words of [storage.label, storage.url("some/file")]) {
      assert.ok(!/secret|s3cret/i.test(words), words);
    }
    assert.ok(storage.url("some/file").endsWith("some/file"));
  });
}
