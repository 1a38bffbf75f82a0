import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DvtError } from "../../src/platform/error.ts";
import { collect, readInto } from "../../src/storage/bulk.ts";
import { type FaultKind, faultOf } from "../../src/storage/fault.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type BadServer, startBadServer } from "../support/bad_server.ts";
import {
  hastyPolicy,
  someBytes,
  storageContext,
  streamInPieces,
} from "../support/storage_context.ts";
import { startWebServer } from "../support/web_server.ts";

const content = someBytes(200_000);
const small = new TextEncoder().encode("0123456789");
let server: BadServer;
let other: BadServer;

Deno.test.beforeAll(() => {
  other = startBadServer();
  server = startBadServer(other.url);
  for (const { files } of [server, other]) {
    files.set("/file", content);
    files.set("/small", small);
  }
});
Deno.test.afterAll(async () => {
  await server.stop();
  await other.stop();
});

/** Options under which nothing takes longer than it must. */
const brisk = { method: "PUT", read_timeout: "0.4", connect_timeout: "0.4" };

function open(mode: string, options: Record<string, string> = {}): Promise<Storage> {
  const remote = { url: `${server.url}/${mode}`, options: { ...brisk, ...options } };
  return openStorage(remote, storageContext(), { retries: hastyPolicy });
}

function check(sentence: string, work: () => Promise<void>): void {
  Deno.test({ name: sentence, fn: work, sanitizeOps: false, sanitizeResources: false });
}

async function fails(
  work: Promise<unknown>,
  { kind, says }: { kind: FaultKind; says?: RegExp },
): Promise<void> {
  await assert.rejects(work, (error: DvtError) => {
    assert.ok(error instanceof DvtError, String(error));
    assert.equal(faultOf(error)?.kind, kind, error.message);
    if (says !== undefined) assert.match(error.message, says);
    assert.doesNotMatch(error.message, /s3cret|\n/);
    return true;
  });
}

function requests(mode: string): string[] {
  return server.log.filter((line) => line.includes(`/${mode}/`));
}

async function arrives(storage: Storage): Promise<void> {
  const chunks: Buffer[] = [];
  await readInto(storage, "file", (chunk) => chunks.push(Buffer.from(chunk)));
  assert.ok(Buffer.concat(chunks).equals(Buffer.from(content)));
  const streamed = await collect(await storage.read("file"));
  assert.ok(Buffer.from(streamed).equals(Buffer.from(content)));
}

check(
  "401 without and with credentials are two different sentences, and never missing",
  async () => {
    const anonymous = await open("status-401");
    await fails(anonymous.stat("file"), { kind: "refused", says: /asks for credentials \(401\)$/ });
    await fails(anonymous.readBytes("file"), { kind: "refused" });
    await fails(anonymous.read("file"), { kind: "refused" });
    const bob = await open("status-401", { auth: "basic", user: "bob", password: "s3cret" });
    await fails(bob.stat("file"), {
      kind: "refused",
      says: /refused the credentials of user 'bob' \(401\)$/,
    });
  },
);

check("403 names who was refused, is not missing and is asked once", async () => {
  const storage = await open("status-403", { auth: "basic", user: "bob", password: "s3cret" });
  await fails(storage.readBytes("one"), { kind: "refused", says: /does not let user 'bob' read/ });
  assert.equal(requests("status-403").length, 1);
  await fails(storage.write("two", small), { kind: "refused", says: /write/ });
  await fails(storage.remove("three"), { kind: "refused", says: /remove/ });
  await fails(storage.stat("four"), { kind: "refused" });
});

for (
  const [status, kind] of [
    [400, "unexpected"],
    [407, "refused"],
    [409, "unexpected"],
    [413, "full"],
    [500, "broken"],
    [502, "broken"],
    [503, "busy"],
    [504, "broken"],
    [507, "full"],
  ] as const
) {
  check(`${status} on a write is '${kind}'`, async () => {
    const storage = await open(`status-${status}`);
    await fails(storage.write("file", small), { kind, says: new RegExp(String(status)) });
    const transient = kind === "broken" || kind === "busy";
    assert.equal(requests(`status-${status}`).length, transient ? hastyPolicy.attempts : 1);
  });
}

check("404 and 405 on a write say that this place takes nothing", async () => {
  await fails((await open("status-404")).write("file", small), { kind: "no-place" });
  await fails((await open("status-405")).write("file", small), { kind: "unsupported" });
});

check("404 and 410 are missing", async () => {
  for (const mode of ["status-404", "status-410"]) {
    const storage = await open(mode);
    assert.equal(await storage.stat("file"), undefined);
    assert.equal(await storage.readBytes("file"), undefined);
  }
});

check("a 429 is waited for as long as the server asks", async () => {
  const start = performance.now();
  assert.deepEqual(
    Buffer.from(await (await open("busy")).readBytes("small") ?? []).toString(),
    "0123456789",
  );
  assert.ok(performance.now() - start >= 1000);
});

check("a 429 that asks for an hour is not waited for", async () => {
  await fails((await open("patience")).readBytes("small"), { kind: "busy", says: /\(429\)$/ });
  assert.equal(requests("patience").length, 1);
});

check("two 503 in a row are no failure, on reads and writes", async () => {
  const storage = await open("flaky");
  assert.equal((await storage.stat("small"))?.size, 10);
  await arrives(storage);
  await storage.write("written", small, small.length);
});

check(
  "a file that is cut again and again arrives whole, each time from where it stopped",
  async () => {
    await arrives(await open("cut"));
    assert.ok(requests("cut").length > 6);
  },
);

check("a file that never brings a byte fails after some tries", async () => {
  await fails(arrives(await open("stump")), { kind: "cut", says: /cannot read '.*\/stump\/file'/ });
});

check("a small file that is cut is asked for again", async () => {
  const storage = await open("slam");
  assert.equal((await storage.readBytes("small"))?.length, 10);
});

check("a file that changes while it is read is not patched together", async () => {
  await fails(arrives(await open("changing")), { kind: "changed" });
});

check("a server that goes silent in the middle is given up on", async () => {
  await fails((await open("short")).readBytes("small"), {
    kind: "timeout",
    says: /the server was silent for 0.4 seconds$/,
  });
});

check("a server that never answers is given up on", async () => {
  await fails((await open("silent")).stat("small"), { kind: "timeout" });
});

check("a slow server is fine as long as something comes", async () => {
  const storage = await open("dribble");
  assert.equal(await readInto(storage, "small", () => {}), 10);
});

check("a redirect within the server keeps the credentials", async () => {
  const storage = await open("redirect", { auth: "basic", user: "bob", password: "s3cret" });
  assert.equal((await storage.readBytes("small"))?.length, 10);
  assert.match(server.log.at(-1) ?? "", /^GET \/plain\/small Basic /);
});

check("a redirect to another server does not", async () => {
  const storage = await open("elsewhere", {
    auth: "custom",
    custom_auth_header: "Authorization",
    password: "s3cret",
  });
  assert.equal((await storage.readBytes("small"))?.length, 10);
  assert.equal(other.log.at(-1), "GET /plain/small -");
});

check("redirects in circles, to files and to nonsense are refused", async () => {
  await fails((await open("loop")).readBytes("small"), { kind: "unexpected", says: /redirects$/ });
  await fails((await open("to-file")).readBytes("small"), { kind: "unexpected", says: /'file:'/ });
  await fails((await open("to-nothing")).readBytes("small"), { kind: "unexpected" });
});

check("a write is not redirected into the blue", async () => {
  await fails((await open("elsewhere")).write("x", small), {
    kind: "unexpected",
    says: /redirects/,
  });
  const storage = await open("elsewhere-307");
  await fails(storage.write("x", streamInPieces(small)), { kind: "unexpected" });
});

check("where HEAD does not work, GET answers instead", async () => {
  for (const mode of ["no-head", "get-only"]) {
    const storage = await open(mode);
    assert.equal((await storage.stat("small"))?.size, 10);
    assert.equal(await storage.stat("nothing"), undefined);
  }
});

check("a body without a length is taken to its end", async () => {
  const storage = await open("no-length");
  assert.equal((await storage.readBytes("small"))?.length, 10);
  assert.equal(await readInto(storage, "file", () => {}), content.length);
});

check("a server that ignores ranges is put up with", async () => {
  const storage = await open("no-range");
  const part = await collect(await storage.read("small", { start: 3, end: 6 }));
  assert.equal(new TextDecoder().decode(part), "345");
});

check("another range than the one asked for is refused", async () => {
  await fails((await open("wrong-range")).read("small", { start: 3 }), { kind: "unexpected" });
});

check("a body that cannot be unpacked is a failure", async () => {
  await assert.rejects((await open("gzip")).readBytes("small"), DvtError);
});

check("nobody listens: said quickly, and again without waiting", async () => {
  const url = "http://127.0.0.1:1/data";
  const storage = await openStorage({ url, options: {} }, storageContext(), {
    retries: { ...hastyPolicy, firstPause: 40, longestPause: 60 },
  });
  const says = /^cannot connect to 'http:\/\/127\.0\.0\.1:1\/data\/x': connection refused$/;
  await fails(storage.stat("x"), { kind: "unreachable", says });
  const start = performance.now();
  await fails(storage.stat("x"), { kind: "unreachable" });
  assert.ok(performance.now() - start < 40);
});

check("a host that does not exist is named as such", async () => {
  const storage = await openStorage(
    { url: "http://nowhere.invalid/data", options: {} },
    storageContext(),
    { retries: { ...hastyPolicy, attempts: 1 } },
  );
  await fails(storage.stat("x"), { kind: "unreachable", says: /host name cannot be resolved$/ });
});

check("Ctrl-C ends what is under way and what waits", async () => {
  for (const mode of ["silent", "patience", "short"]) {
    const control = new AbortController();
    const remote = { url: `${server.url}/${mode}`, options: {} };
    const storage = await openStorage(remote, storageContext({ signal: control.signal }));
    setTimeout(() => control.abort(), 50);
    await assert.rejects(
      mode === "patience" ? eternally(storage) : storage.readBytes("small"),
      (error: DvtError) => error.kind === "interrupted",
    );
  }
});

async function eternally(storage: Storage): Promise<void> {
  for (;;) {
    await storage.readBytes("small").catch((error) => {
      if (error.kind === "interrupted") throw error;
    });
  }
}

check("user and password of the URL are used and never shown", async () => {
  const guarded = startWebServer({ authorization: `Basic ${btoa("us@er:s3cret")}` });
  guarded.files.set("/x", small);
  const url = guarded.url.replace("//", "//us%40er:s3cret@");
  const storage = await openStorage({ url, options: {} }, storageContext());
  assert.equal((await storage.readBytes("x"))?.length, 10);
  assert.ok(!storage.label.includes("s3cret") && !storage.url("x").includes("s3cret"));
  await guarded.stop();
});

check("a token in the query goes along and is never shown", async () => {
  const remote = { url: `${server.url}/status-500?token=s3cret`, options: {} };
  const storage = await openStorage(remote, storageContext(), { retries: hastyPolicy });
  await fails(storage.stat("x"), { kind: "broken", says: /status-500\/x\?…/ });
});

check("a custom header and an asked-for password", async () => {
  const guarded = startWebServer({ header: ["x-token", "s3cret"] });
  guarded.files.set("/x", small);
  const options = { auth: "custom", custom_auth_header: "X-Token", ask_password: "true" };
  const questions: string[] = [];
  const context = storageContext({
    askSecret(question) {
      questions.push(question);
      return "s3cret";
    },
  });
  const storage = await openStorage({ url: guarded.url, options }, context);
  assert.equal((await storage.readBytes("x"))?.length, 10);
  assert.deepEqual(questions, [`Enter a password for host '${guarded.url}' user 'custom':`]);
  await guarded.stop();
});

check("half an option is a configuration error", async () => {
  for (
    const options of [
      { auth: "basic", user: "bob" },
      { auth: "custom", password: "x" },
      { auth: "magic", user: "bob", password: "x" },
      { read_timeout: "soon" },
      { ssl_verify: "/no/such/file.pem" },
      { jobs: "0" },
    ]
  ) {
    await assert.rejects(
      openStorage({ url: server.url, options }, storageContext()),
      (error: DvtError) => error.kind === "configuration",
    );
  }
});
