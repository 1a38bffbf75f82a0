import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DvtError } from "../../src/platform/error.ts";
import { collect, readInto, sendFile } from "../../src/storage/bulk.ts";
import { type FaultKind, faultOf } from "../../src/storage/fault.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type S3Server, startS3Server, startVersionedS3Server } from "../support/s3_server.ts";
import {
  hastyPolicy,
  someBytes,
  storageContext,
  type StorageContextOptions,
  streamInPieces,
} from "../support/storage_context.ts";
import { startWebServer } from "../support/web_server.ts";

let server: S3Server;
let versioned: S3Server;

Deno.test.beforeAll(async () => {
  server = await startS3Server();
  versioned = await startVersionedS3Server();
});
Deno.test.afterAll(async () => {
  await server.stop();
  await versioned.stop();
});

function check(sentence: string, work: () => Promise<void>): void {
  Deno.test({ name: sentence, fn: work, sanitizeOps: false, sanitizeResources: false });
}

function open(
  options: Record<string, string> = {},
  { url, ...world }: StorageContextOptions & { url?: string } = {},
): Promise<Storage> {
  const remote = {
    url: url ?? `s3://${server.bucket}/faults`,
    options: { ...server.options, ...options },
  };
  return openStorage(remote, storageContext(world), { retries: hastyPolicy });
}

async function fails(
  work: Promise<unknown>,
  { kind, says }: { kind: FaultKind; says: RegExp },
): Promise<void> {
  await assert.rejects(work, (error: DvtError) => {
    assert.ok(error instanceof DvtError, String(error));
    assert.equal(faultOf(error)?.kind, kind, error.message);
    assert.match(error.message, says);
    assert.ok(!error.message.includes(server.secretAccessKey));
    return true;
  });
}

const bytes = new TextEncoder().encode("0123456789");

check("S3: a wrong secret is a refusal that names the key, masked, whatever is asked", async () => {
  const storage = await open({ secret_access_key: "wrong" });
  const says = /secret access key .* access key 'AKID…0001'/;
  await fails(storage.stat("x"), { kind: "refused", says });
  await fails(storage.readBytes("x"), { kind: "refused", says });
  await fails(storage.write("x", bytes), { kind: "refused", says });
  await fails(storage.list("")[Symbol.asyncIterator]().next(), { kind: "refused", says });
});

check("S3: an unknown key is a refusal", async () => {
  const storage = await open({ access_key_id: "AKIDNOBODYKNOWS00000" });
  await fails(storage.stat("x"), { kind: "refused", says: /AKID…0000/ });
});

check("S3: a bucket that does not exist is no missing file", async () => {
  const storage = await open({}, { url: "s3://nowhere-to-be-found/x" });
  const says = /^The specified bucket does not exist: 'nowhere-to-be-found' at 'http:/;
  await fails(storage.stat("x"), { kind: "no-place", says });
  await fails(storage.readBytes("x"), { kind: "no-place", says });
  await fails(storage.write("x", bytes), { kind: "no-place", says });
  await fails(storage.list("")[Symbol.asyncIterator]().next(), { kind: "no-place", says });
});

check("S3: an endpoint that is no S3 service is no missing file", async () => {
  const web = startWebServer();
  try {
    const storage = await open({ endpointurl: web.url });
    const says = /does not answer as an S3 service does \(404\)$/;
    await fails(storage.stat("x"), { kind: "unexpected", says });
    await fails(storage.readBytes("x"), { kind: "unexpected", says });
  } finally {
    await web.stop();
  }
});

check("S3: nobody at the endpoint", async () => {
  const storage = await open({ endpointurl: "http://127.0.0.1:1" });
  await fails(storage.stat("x"), { kind: "unreachable", says: /connection refused$/ });
});

/** A service that says what it is told to say. */
function sayingServer(answer: (request: Request, count: number) => Response) {
  let count = 0;
  return startWebServer({ before: (request) => answer(request, ++count) });
}

function refusal(status: number, code: string, headers: Record<string, string> = {}): Response {
  const xml =
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} &amp; so</Message></Error>`;
  return new Response(xml, { status, headers: { "x-amz-request-id": "1", ...headers } });
}

check("S3: a clock that is wrong is worked around", async () => {
  const ahead = new Date(Date.now() + 3 * 3600_000);
  const stamps: string[] = [];
  const web = sayingServer((request) => {
    const stamp = request.headers.get("x-amz-date") ?? "";
    stamps.push(stamp);
    return stamp.slice(0, 11) === ahead.toISOString().replace(/[-:]/g, "").slice(0, 11)
      ? new Response(bytes)
      : refusal(403, "RequestTimeTooSkewed", { date: ahead.toUTCString() });
  });
  const storage = await open({ endpointurl: web.url });
  assert.equal((await storage.readBytes("x"))?.length, 10);
  assert.equal(stamps.length, 2);
  assert.equal((await storage.readBytes("x"))?.length, 10);
  assert.equal(stamps.length, 3);
  await web.stop();
});

check("S3: a clock that stays wrong is said so", async () => {
  const ahead = new Date(Date.now() + 3 * 3600_000);
  const web = sayingServer(() =>
    refusal(403, "RequestTimeTooSkewed", { date: ahead.toUTCString() })
  );
  const storage = await open({ endpointurl: web.url });
  await fails(storage.readBytes("x"), {
    kind: "refused",
    says: /clock differs .* by 180 minutes$/,
  });
  await web.stop();
});

check("S3: a bucket in another region is found there", async () => {
  const web = sayingServer((request) =>
    request.headers.get("authorization")?.includes("/eu-west-3/s3/")
      ? new Response(bytes)
      : refusal(301, "PermanentRedirect", { "x-amz-bucket-region": "eu-west-3" })
  );
  const storage = await open({ endpointurl: web.url });
  assert.equal((await storage.readBytes("x"))?.length, 10);
  await web.stop();
});

check("S3: SlowDown is waited for, AccessDenied and ExpiredToken are not", async () => {
  const slow = sayingServer((_, count) =>
    count < 3 ? refusal(503, "SlowDown") : new Response(bytes)
  );
  assert.equal((await (await open({ endpointurl: slow.url })).readBytes("x"))?.length, 10);
  await slow.stop();
  for (
    const [code, says] of [
      ["AccessDenied", /access key 'AKID…0001' may not read 's3:.*\(403\): AccessDenied & so$/],
      ["ExpiredToken", /the session of access key 'AKID…0001' has expired/],
      ["InvalidToken", /session token/],
      ["InvalidObjectState", /is archived and must be restored/],
    ] as const
  ) {
    const web = sayingServer(() => refusal(403, code));
    const storage = await open({ endpointurl: web.url });
    await fails(storage.readBytes("x"), { kind: "refused", says });
    assert.equal(web.log.length, 1);
    await fails(storage.stat("x"), { kind: "refused", says: /./ });
    await web.stop();
  }
});

check("S3: a bucket under lock gets the checksum it insists on", async () => {
  const web = sayingServer((request) =>
    request.headers.has("content-md5")
      ? new Response(null, { headers: { etag: '"x"' } })
      : new Response(
        "<Error><Code>InvalidRequest</Code><Message>Content-MD5 OR x-amz-checksum- HTTP header is" +
          " required for Put Object requests with Object Lock parameters</Message></Error>",
        { status: 400 },
      )
  );
  const storage = await open({ endpointurl: web.url });
  await storage.write("x", bytes);
  await web.stop();
});

check("S3: a body that is marked as packed comes as it lies there", async () => {
  const packed = new Uint8Array(
    await new Response(
      new Blob([someBytes(5000)]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  const web = sayingServer(() =>
    new Response(packed, {
      headers: { "content-encoding": "gzip", "content-length": String(packed.length) },
    })
  );
  const storage = await open({ endpointurl: web.url });
  assert.deepEqual(Buffer.from(await storage.readBytes("x") ?? []), Buffer.from(packed));
  await web.stop();
});

check("S3: options for encryption and access travel as headers", async () => {
  const seen: Headers[] = [];
  const web = sayingServer((request) => {
    seen.push(request.headers);
    return new Response(bytes, { headers: { etag: '"x"' } });
  });
  const key = btoa("k".repeat(32));
  const customer = await open({ endpointurl: web.url, sse_customer_key: key, acl: "private" });
  await customer.write("x", bytes);
  await customer.readBytes("x");
  assert.equal(seen[0]?.get("x-amz-acl"), "private");
  for (const headers of seen) {
    const name = "x-amz-server-side-encryption-customer";
    assert.equal(headers.get(`${name}-key`), key);
    assert.equal(headers.get(`${name}-algorithm`), "AES256");
    assert.ok(headers.get("authorization")?.includes(`${name}-key-md5`));
  }
  seen.length = 0;
  const kms = await open({
    endpointurl: web.url,
    sse: "aws:kms",
    sse_kms_key_id: "abc",
    grant_read: "id=1",
    session_token: "tok",
  });
  await kms.write("x", bytes);
  assert.equal(seen[0]?.get("x-amz-server-side-encryption"), "aws:kms");
  assert.equal(seen[0]?.get("x-amz-server-side-encryption-aws-kms-key-id"), "abc");
  assert.equal(seen[0]?.get("x-amz-grant-read"), "id=1");
  assert.equal(seen[0]?.get("x-amz-security-token"), "tok");
  await web.stop();
  await assert.rejects(
    open({ sse_customer_key: key, sse_kms_key_id: "abc" }),
    /mutually exclusive/,
  );
  await assert.rejects(open({ acl: "private", grant_read: "id=1" }), /mutually exclusive/);
});

check("S3: without credentials public data is read, unsigned", async () => {
  const signed: boolean[] = [];
  const web = sayingServer((request) => {
    signed.push(request.headers.has("authorization"));
    return new Response(bytes);
  });
  const remote = {
    url: "s3://public/x",
    options: { endpointurl: web.url, allow_anonymous_login: "true" },
  };
  const storage = await openStorage(remote, storageContext());
  assert.equal((await storage.readBytes("x"))?.length, 10);
  assert.deepEqual(signed, [false]);
  await web.stop();
});

check("S3: a large file goes in parts and comes back, also from a stream", async () => {
  const storage = await open();
  const large = someBytes(37 << 20, 9);
  const localPath = Deno.makeTempFileSync();
  Deno.writeFileSync(localPath, large);
  await sendFile(storage, "parts/file", { localPath, size: large.length });
  Deno.removeSync(localPath);
  await storage.write("parts/stream", streamInPieces(large, { piece: 1 << 20 }), large.length);
  for (const path of ["parts/file", "parts/stream"]) {
    const back = Buffer.alloc(large.length);
    let at = 0;
    await readInto(storage, path, (chunk) => {
      back.set(chunk, at);
      at += chunk.length;
    });
    assert.ok(back.equals(Buffer.from(large)), path);
  }
});

check("S3: a large stream that fails leaves nothing, not even parts", async () => {
  const storage = await open();
  const failure = new DvtError("corrupt", "the source is damaged");
  const content = streamInPieces(someBytes(30 << 20), { piece: 1 << 20, failure });
  await assert.rejects(async () => await storage.write("parts/failed", content), failure);
  assert.equal(await storage.stat("parts/failed"), undefined);
});

check("S3: versions are told on write, read back by id and listed", async () => {
  const remote = { url: `s3://${versioned.bucket}/v`, options: versioned.options };
  const storage = await openStorage(remote, storageContext());
  const text = (content: string) => new TextEncoder().encode(content);
  const first = await storage.write("file", text("first"));
  const second = await storage.write("file", text("the second"));
  assert.ok(first?.versionId !== undefined && second?.versionId !== undefined);
  const { versionId } = first;
  assert.equal((await storage.stat("file"))?.versionId, second.versionId);
  assert.equal((await storage.stat("file", { versionId }))?.size, 5);
  const old = await collect(await storage.read("file", { versionId }));
  assert.equal(new TextDecoder().decode(old), "first");
  const listed: unknown[] = [];
  if (storage.listVersions !== undefined) {
    for await (const file of storage.listVersions("")) listed.push([file.path, file.versionId]);
  }
  assert.deepEqual(listed, [["file", second.versionId]]);
  await storage.remove("file");
  assert.equal(await storage.stat("file"), undefined);
  assert.equal(
    new TextDecoder().decode(await collect(await storage.read("file", { versionId }))),
    "first",
  );
  const pinned = await openStorage(
    { url: `s3://${versioned.bucket}/v/file?versionId=${versionId}`, options: versioned.options },
    storageContext(),
  );
  assert.equal((await pinned.stat(""))?.size, 5);
});

check(
  "S3: a URL without a bucket and an endpoint without a scheme are configuration errors",
  async () => {
    await assert.rejects(open({}, { url: "s3:///x" }), { kind: "configuration" });
    await assert.rejects(open({ endpointurl: "ftp://x" }), { kind: "configuration" });
  },
);
