/** Azure's and Google's object stores, as far as their stand-ins go, beside real DVC. */
import assert from "node:assert/strict";
import { openStorage } from "../../src/storage/open.ts";
import { startAzureServer } from "../support/azure_server.ts";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { startHdfs } from "../support/hdfs_server.ts";
import { startGsServer } from "../support/gs_server.ts";
import { storageContext } from "../support/storage_context.ts";
import { temporaryProject } from "../support/temporary.ts";
import { Twins } from "../support/twins.ts";

/** A service with a place for data. */
interface Cloud {
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const clouds: Readonly<Record<string, () => Promise<Cloud>>> = {
  async azure() {
    const server = await startAzureServer();
    const options = { connection_string: server.connectionString };
    return { url: `azure://${server.container}`, options, stop: () => server.stop() };
  },
  async gs() {
    const server = await startGsServer();
    const options = { endpointurl: server.endpoint, allow_anonymous_login: "true" };
    return { url: `gs://${server.bucket}`, options, stop: () => server.stop() };
  },
  async webhdfs() {
    const server = await startHdfs();
    return {
      url: `webhdfs://bob@127.0.0.1:${server.port}`,
      options: {},
      stop: () => server.stop(),
    };
  },
};

function configOf({ url, options }: Cloud, folder: string): string {
  const lines = Object.entries(options).map(([name, value]) => `    ${name} = "${value}"\n`);
  return `[core]\n    remote = cloud\n['remote "cloud"']\n    url = ${url}/${folder}\n` +
    lines.join("");
}

function test(
  name: string,
  work: (cloud: Cloud) => Promise<void>,
  kinds: readonly string[] = Object.keys(clouds),
): void {
  for (const [kind, start] of Object.entries(clouds)) {
    if (!kinds.includes(kind)) continue;
    Deno.test({
      name: `${kind}: ${name}`,
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        const cloud = await start();
        try {
          await work(cloud);
        } finally {
          await cloud.stop();
        }
      },
    });
  }
}

test("what dvt pushed DVC pulls, and the reverse, object for object", async (cloud) => {
  using ours = temporaryProject();
  using theirs = temporaryProject();
  const files = { "d/a": "1", "d/sub/ü 数": "2", f: "x".repeat(300_000) };
  for (const [project, folder] of [[ours, "ours"], [theirs, "theirs"]] as const) {
    project.write(".dvc/config", configOf(cloud, folder));
    project.writeAll(files);
  }
  await ours.dvt(["add", "-q", "d", "f"]);
  assert.equal((await ours.dvt(["push"])).stdout, "4 files pushed\n");
  assert.equal((await ours.dvt(["push"])).stdout, "Everything is up to date.\n");
  await theirs.dvc(["add", "-q", "d", "f"]);
  await theirs.dvc(["push", "-q"]);
  const listed = async (folder: string) => {
    const storage = await openStorage(
      { url: `${cloud.url}/${folder}`, options: cloud.options },
      storageContext(),
    );
    const found = await Array.fromAsync(storage.list(""));
    await storage.close?.();
    return found.map(({ path, size }) => `${path} ${size}`).sort();
  };
  assert.deepEqual(await listed("ours"), await listed("theirs"));
  for (const [project, other] of [[ours, "theirs"], [theirs, "ours"]] as const) {
    project.write(".dvc/config", configOf(cloud, other));
    for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
  }
  await ours.dvt(["pull", "-q"]);
  await theirs.dvc(["pull", "-q"]);
  for (const project of [ours, theirs]) {
    for (const [name, content] of Object.entries(files)) assert.equal(project.read(name), content);
  }
  assert.match((await ours.dvt(["status", "-c"])).stdout, /in sync/);
});

test("imports are recorded as DVC records them, then and after updates", async (cloud) => {
  const storage = await openStorage(
    { url: `${cloud.url}/data`, options: cloud.options },
    storageContext(),
  );
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await storage.write(path, new TextEncoder().encode(text));
    }
  };
  await write({ "d/one": "one", "d/sub/two": "two", "d/ü 数": "three", foo: "foo" });
  using twins = new Twins({ "w/.dvc/config": configOf(cloud, "data") });
  await twins.run(["import-url", "remote://cloud/foo", "file"]);
  await twins.run(["import-url", "remote://cloud/d", "folder"]);
  await twins.run(["import-url", "remote://cloud/none", "none"]);
  twins.compare();
  await twins.run(["status"], { sorted: true });
  await write({ foo: "foo again", "d/one": "one again", "d/new": "new" });
  await storage.remove("d/sub/two");
  await twins.run(["status"], { sorted: true });
  await twins.run(["update", "file.dvc"]);
  await twins.run(["update", "folder.dvc"]);
  twins.compare();
  await storage.close?.();
});

test("a place that is not there, and one that lets nobody in, are told apart", async (cloud) => {
  using project = temporaryProject();
  project.write("f", "f");
  await project.dvt(["add", "-q", "f"]);
  const elsewhere = { ...cloud, url: cloud.url.replace(/\/\/.*/, "//nowhere-at-all") };
  project.write(".dvc/config", configOf(elsewhere, "x"));
  for (const args of [["push"], ["status", "-c"], ["fetch"]]) {
    if (args[0] === "fetch") project.remove(".dvc/cache");
    const { code, stderr } = await runDvt(args, { cwd: project.path });
    assert.notEqual(code, 0, args.join(" "));
    assert.match(
      stderr,
      /there is no (container|bucket) 'nowhere-at-all' at 'http/,
      args.join(" "),
    );
  }
}, ["azure", "gs"]);

Deno.test({
  name: "gs: a registry by versions is written as DVC writes it, and read back",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const server = await startGsServer();
    try {
      const options = {
        ...{ endpointurl: server.endpoint, allow_anonymous_login: "true", version_aware: "true" },
      };
      const cloud = { url: `gs://${server.versionedBucket}`, options };
      using ours = temporaryProject();
      using theirs = temporaryProject();
      ours.write(".dvc/config", configOf({ ...cloud, stop: server.stop }, "ours"));
      theirs.write(".dvc/config", configOf({ ...cloud, stop: server.stop }, "theirs"));
      const same = () => {
        for (const name of ["d.dvc", "f.dvc"]) {
          const [found, wanted] = [ours, theirs].map((project) =>
            project.read(name).replaceAll(/(version_id|etag): .+/g, "$1: X")
          );
          assert.equal(found, wanted);
        }
      };
      for (const text of ["one", "two"]) {
        for (const project of [ours, theirs]) {
          project.writeAll({ "d/a": text, "d/b": "b", f: text });
        }
        await ours.dvt(["add", "-q", "d", "f"]);
        await theirs.dvc(["add", "-q", "d", "f"]);
        const { stdout } = await ours.dvt(["push"]);
        assert.equal(stdout, (await theirs.dvc(["push"])).stdout);
        same();
        for (const project of [ours, theirs]) project.commit(text);
      }
      // Each reads what the other wrote: today's state, and the one before.
      const [mine, yours] = [ours.read(".dvc/config"), theirs.read(".dvc/config")];
      assert.notEqual(mine, yours);
      for (const rev of ["main", "main~1"]) {
        for (const project of [ours, theirs]) {
          project.git("checkout", "-q", rev);
          for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
        }
        await runDvc(["pull", "-q"], { cwd: ours.path });
        await theirs.dvt(["pull", "-q"]);
        const text = rev === "main" ? "two" : "one";
        for (const project of [ours, theirs]) {
          assert.deepEqual(["d/a", "d/b", "f"].map((name) => project.read(name)), [
            text,
            "b",
            text,
          ]);
        }
      }
      const shown = ["get", ".", "f", "--show-url"];
      assert.equal(
        (await theirs.dvt(shown)).stdout,
        (await theirs.dvc(shown)).stdout,
      );
    } finally {
      await server.stop();
    }
  },
});

Deno.test({
  name: "azure: a wrong key, a wrong signature and nobody at all get sentences of their own",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const server = await startAzureServer();
    try {
      const parts = `AccountName=${server.account};BlobEndpoint=${server.endpoint}`;
      for (
        const [rest, sentence] of [
          [`;AccountKey=${btoa("another")}`, /the key of account 'dovetail'/],
          [";SharedAccessSignature=sv=2021-12-02&sig=secret", /shared access signature/],
          ["", /'azure:\/\/registry[^']*' cannot be had without credentials|may not/],
        ] as const
      ) {
        const options = { connection_string: parts + rest };
        const remote = { url: `azure://${server.container}`, options };
        const storage = await openStorage(remote, storageContext());
        await assert.rejects(async () => await storage.readBytes("f"), (error: Error) => {
          assert.match(error.message, sentence);
          assert.doesNotMatch(error.message, /sig=|YW5vdGhlcg|secret/);
          return true;
        });
        await storage.close?.();
      }
    } finally {
      await server.stop();
    }
  },
});
