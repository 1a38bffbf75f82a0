import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { eachAtOnce } from "../../src/platform/pool.ts";
import { readInto } from "../../src/storage/bulk.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type ChaosProxy, startChaosProxy } from "../support/chaos_proxy.ts";
import { startS3Server } from "../support/s3_server.ts";
import { hastyPolicy, someBytes, storageContext } from "../support/storage_context.ts";
import { startSshServer } from "../support/sshd.ts";
import { startWebServer } from "../support/web_server.ts";

const files = Array.from({ length: 200 }, (_, i) => ({
  path: `files/md5/${(i % 16).toString(16)}0/${i}`,
  bytes: someBytes(i % 10 === 0 ? 400_000 : 20_000 + i, i + 1),
}));

const signal = new AbortController().signal;
const policy = { ...hastyPolicy, attempts: 12 };

/** Sends everything through a bad connection and brings it back through another bad one. */
async function roundTrip(
  open: (port: number) => Promise<Storage>,
  proxy: ChaosProxy,
  least = 50,
) {
  const storage = await open(proxy.port);
  await eachAtOnce(files, async ({ path, bytes }) => {
    await storage.write(path, bytes, bytes.length);
  }, { limit: 16, signal });
  await eachAtOnce(files, async ({ path, bytes }) => {
    assert.equal((await storage.stat(path))?.size, bytes.length);
    const back = Buffer.alloc(bytes.length);
    let at = 0;
    await readInto(storage, path, (chunk) => {
      assert.ok(at + chunk.length <= back.length, `${path} grew`);
      back.set(chunk, at);
      at += chunk.length;
    });
    assert.ok(back.equals(Buffer.from(bytes)), `${path} differs`);
    assert.ok(Buffer.from(await storage.readBytes(path) ?? []).equals(Buffer.from(bytes)), path);
  }, { limit: 16, signal });
  if (storage.canList) {
    let count = 0;
    for await (const file of storage.list("files/")) count += file.path === "" ? 0 : 1;
    assert.equal(count, files.length);
  }
  await storage.close?.();
  assert.ok(proxy.faults > least, `only ${proxy.faults} faults`);
}

const chaos = { share: 0.3, http: true, life: 150_000 };
const sanitize = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "HTTP: 200 files go and come right through cuts, 503 and 429",
  ...sanitize,
  async fn() {
    const server = startWebServer();
    const proxy = startChaosProxy({ ...chaos, target: Number(new URL(server.url).port), seed: 7 });
    try {
      await roundTrip((port) => {
        const remote = { url: `http://127.0.0.1:${port}/data`, options: { method: "PUT" } };
        return openStorage(remote, storageContext(), { retries: policy });
      }, proxy);
    } finally {
      await proxy.stop();
      await server.stop();
    }
  },
});

Deno.test({
  name: "S3: 200 objects go and come right through cuts, 503 and 429",
  ...sanitize,
  async fn() {
    const server = await startS3Server();
    const target = Number(new URL(server.endpoint).port);
    const proxy = startChaosProxy({ ...chaos, target, seed: 11 });
    try {
      await roundTrip((port) => {
        const options = { ...server.options, endpointurl: `http://127.0.0.1:${port}` };
        const remote = { url: `s3://${server.bucket}/chaos`, options };
        return openStorage(remote, storageContext(), { retries: policy });
      }, proxy);
    } finally {
      await proxy.stop();
      await server.stop();
    }
  },
});

Deno.test({
  name: "SSH: 200 files go and come right through cut connections",
  ...sanitize,
  async fn() {
    const server = await startSshServer();
    // One connection carries many files: what is cut takes all of them along.
    const proxy = startChaosProxy({
      ...{ share: 0.3, http: false, life: 1_500_000, seed: 5 },
      target: server.port,
    });
    const environment = { PATH: Deno.env.get("PATH") ?? "", DVT_SSH_CONFIG: server.config };
    try {
      await roundTrip(
        (port) => {
          const url = server.url.replace(`:${server.port}/`, `:${port}/`);
          return openStorage({ url, options: {} }, storageContext({ environment }), {
            retries: policy,
          });
        },
        proxy,
        5,
      );
    } finally {
      await proxy.stop();
      await server.stop();
    }
  },
});
