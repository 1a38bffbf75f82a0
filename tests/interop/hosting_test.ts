/** Repositories as they are hosted: Git over HTTP behind nginx, with passwords, Git LFS, submodules. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc, runProgram } from "../support/dvc.ts";
import { startGitServer } from "../support/git_server.ts";
import { requireLfsClient, startLfsServer } from "../support/lfs.ts";
import { type NginxOptions, startNginx } from "../support/nginx.ts";
import { startSshServer } from "../support/sshd.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A registry in `reg`, published as a bare repository in `srv/org/reg.git`. */
async function published(folder: ReturnType<typeof temporaryFolder>): Promise<void> {
  folder.git("init", "-q", "reg");
  folder.writeAll({ "reg/plain.txt": "Git's own", "reg/big.bin": "x".repeat(1 << 20) });
  const cwd = folder.at("reg");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["add", "-q", "big.bin"], { cwd });
}

function publish(folder: ReturnType<typeof temporaryFolder>): void {
  Deno.mkdirSync(folder.at("srv/org"), { recursive: true });
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  folder.git("clone", "-q", "--bare", "reg", "srv/org/reg.git");
  folder.git("-C", "srv/org/reg.git", "config", "http.receivepack", "true");
}

async function hosted(
  options: (folder: ReturnType<typeof temporaryFolder>) => NginxOptions,
  work: (
    place: {
      folder: ReturnType<typeof temporaryFolder>;
      nginx: Awaited<ReturnType<typeof startNginx>>;
      git: ReturnType<typeof startGitServer>;
    },
  ) => Promise<void>,
): Promise<void> {
  using folder = temporaryFolder();
  Deno.mkdirSync(folder.at("srv/org"), { recursive: true });
  Deno.mkdirSync(folder.at("data"));
  await using git = startGitServer(folder.at("srv"));
  const nginx = await startNginx({ git: git.url, ...options(folder) });
  try {
    await work({ folder, nginx, git });
  } finally {
    await nginx.stop();
  }
}

Deno.test("nginx before git http-backend: a warm get costs one negotiation and one request for the data", async () => {
  await hosted((folder) => ({ data: folder.at("data") }), async ({ folder, nginx }) => {
    await published(folder);
    const cwd = folder.at("reg");
    await folder.dvt(["remote", "add", "-q", "-d", "web", `${nginx.url}/data`], { cwd });
    await folder.dvt(["remote", "add", "-q", "disk", folder.at("data")], { cwd });
    await folder.dvt(["push", "-q", "-r", "disk"], { cwd });
    publish(folder);
    const url = `${nginx.url}/org/reg.git`;
    await folder.dvt(["get", url, "big.bin", "-o", "first"]);
    await nginx.requests();
    await folder.dvt(["get", url, "big.bin", "-o", "second"]);
    const warm = await nginx.requests();
    assert.equal(folder.read("second").length, 1 << 20);
    const data = warm.filter((line) => line.includes("/data/"));
    const git = warm.filter((line) => !line.includes("/data/"));
    // One round: what the server can do, and what its names mean.
    assert.deepEqual(git.map((line) => line.split(" ")[1]), [
      "/org/reg.git/info/refs?service=git-upload-pack",
      "/org/reg.git/git-upload-pack",
    ]);
    assert.equal(data.length, 1, data.join("\n"));
    // By a full commit, nothing has to be negotiated.
    const commit = folder.git("-C", "reg", "rev-parse", "HEAD").trim();
    await folder.dvt(["get", url, "big.bin", "-o", "third", "--rev", commit]);
    assert.deepEqual((await nginx.requests()).map((line) => line.split(" ")[0]), ["GET"]);
  });
});

Deno.test("a password at nginx's door: from the URL, a token or git's helper, else a plain refusal", async () => {
  await hosted(() => ({ user: "bob", password: "s3cret" }), async ({ folder, nginx }) => {
    await published(folder);
    publish(folder);
    const url = `${nginx.url}/org/reg.git`;
    const closed = await runDvt(["get", url, "plain.txt"], { cwd: folder.path });
    assert.notEqual(closed.code, 0);
    assert.match(closed.stderr, /DVT_TOKEN_/);
    assert.ok(!folder.exists("plain.txt"));
    const withUser = url.replace("http://", "http://bob:s3cret@");
    const named = await runDvt(["get", withUser, "plain.txt", "-o", "a"], { cwd: folder.path });
    assert.equal(named.code, 0, named.stderr);
    const token = await runDvt(["get", url.replace("//", "//bob@"), "plain.txt", "-o", "b"], {
      cwd: folder.path,
      env: { DVT_TOKEN_127_0_0_1: "s3cret" },
    });
    assert.equal(token.code, 0, token.stderr);
    const wrong = await runDvt(["get", url.replace("//", "//bob:nonsense@"), "plain.txt", "-v"], {
      cwd: folder.path,
    });
    assert.notEqual(wrong.code, 0);
    assert.doesNotMatch(wrong.stderr + wrong.stdout, /nonsense/);
    folder.git("init", "-q", "w");
    const cwd = folder.at("w");
    await folder.dvt(["init", "-q"], { cwd });
    await folder.dvt(["import", "-q", withUser, "plain.txt"], { cwd });
    assert.doesNotMatch(folder.read("w/plain.txt.dvc"), /s3cret/);
    for (const name of ["a", "b", "w/plain.txt"]) assert.equal(folder.read(name), "Git's own");
  });
});

Deno.test("a password at the door of the data alone is the remote's business", async () => {
  await hosted(
    (folder) => ({ data: folder.at("data"), user: "eve", password: "p4ss", locked: "data" }),
    async ({ folder, nginx }) => {
      await published(folder);
      const cwd = folder.at("reg");
      await folder.dvt(["remote", "add", "-q", "-d", "web", `${nginx.url}/data`], { cwd });
      await folder.dvt(["remote", "modify", "-q", "web", "auth", "basic"], { cwd });
      await folder.dvt(["remote", "modify", "-q", "web", "user", "eve"], { cwd });
      await folder.dvt(["remote", "add", "-q", "disk", folder.at("data")], { cwd });
      await folder.dvt(["push", "-q", "-r", "disk"], { cwd });
      publish(folder);
      const url = `${nginx.url}/org/reg.git`;
      const closed = await runDvt(["get", url, "big.bin"], { cwd: folder.path });
      assert.notEqual(closed.code, 0);
      assert.match(closed.stderr, /require both 'user' and 'password'/);
      const open = await runDvt(["get", url, "big.bin"], {
        cwd: folder.path,
        env: { DVT_REMOTE_WEB_PASSWORD: "p4ss" },
      });
      assert.equal(open.code, 0, open.stderr);
      const given = ["--remote-config", `url=${nginx.url}/data`, "auth=basic", "user=eve"];
      const again = ["get", url, "big.bin", "-o", "other", ...given, "password=p4ss"];
      const dvcs = await runDvc(again, { cwd: folder.path });
      assert.equal(dvcs.code, 0, dvcs.stderr);
      assert.equal(folder.read("other"), folder.read("big.bin"));
    },
  );
});

Deno.test("files in Git LFS come with their content, as with DVC, from a server or from the disk", async () => {
  requireLfsClient();
  const lfs = await startLfsServer();
  try {
    const door = { user: "bob", password: "s3cret", lfs: `http://127.0.0.1:${lfs.port}` };
    await hosted(() => ({ ...door, openContent: true }), async ({ folder, nginx }) => {
      await published(folder);
      const big = "large file ".repeat(1000);
      folder.writeAll({
        "reg/models/a.onnx": big,
        "reg/models/b.onnx": "small one",
        // A pointer that no attribute speaks of is a text like any other.
        "reg/lookalike.txt": "version https://git-lfs.github.com/spec/v1\n" +
          `oid sha256:${"0".repeat(64)}\nsize 12\n`,
      });
      folder.git("-C", "reg", "lfs", "install", "--local");
      folder.git("-C", "reg", "lfs", "track", "*.onnx");
      publish(folder);
      const url = `${nginx.url}/org/reg.git`;
      const withUser = url.replace("http://", "http://bob:s3cret@");
      folder.git("-C", "reg", "config", "lfs.locksverify", "false");
      // git-lfs takes the look-alike for a pointer, too.
      folder.git("-C", "reg", "config", "lfs.allowincompletepush", "true");
      folder.git("-C", "reg", "remote", "add", "origin", withUser);
      // Not by standing still: the server behind nginx is this very process.
      const pushed = await runProgram(["git", "lfs", "push", "--all", "origin"], {
        cwd: folder.at("reg"),
      });
      assert.equal(pushed.code, 0, pushed.stderr);

      const got = await runDvt(["get", withUser, "models"], { cwd: folder.path });
      assert.equal(got.code, 0, got.stderr);
      assert.equal(folder.read("models/a.onnx"), big);
      assert.equal(folder.read("models/b.onnx"), "small one");
      const cat = await runDvt(["cat", withUser, "models/b.onnx"], { cwd: folder.path });
      assert.equal(cat.stdout, "small one");
      await folder.dvt(["get", withUser, "lookalike.txt"]);
      assert.match(folder.read("lookalike.txt"), /size 12\n$/);

      // What DVC makes of the same import.
      for (const [name, run] of [["ours", runDvt], ["theirs", runDvc]] as const) {
        folder.git("init", "-q", name);
        const cwd = folder.at(name);
        await folder.dvt(["init", "-q"], { cwd });
        const { code, stderr } = await run(["import", withUser, "models"], { cwd });
        assert.equal(code, 0, stderr);
      }
      assert.equal(folder.read("theirs/models/a.onnx"), big);
      const outs = (name: string) => /outs:[^]*/.exec(folder.read(name))?.[0];
      assert.equal(outs("ours/models.dvc"), outs("theirs/models.dvc"));

      // The repository on this machine has the content itself, and it is asked for nothing else.
      await nginx.requests();
      await folder.dvt(["get", folder.at("reg"), "models", "--rev", "HEAD", "-o", "local"]);
      assert.equal(folder.read("local/a.onnx"), big);
      assert.deepEqual(await nginx.requests(), []);

      // Wrong bytes from the server are refused, and nothing of them stays.
      const pointer = folder.git("-C", "reg", "show", "HEAD:models/a.onnx");
      const stored = `${lfs.folder}/org/reg/${/sha256:(\w+)/.exec(pointer)?.[1]}`;
      Deno.writeTextFileSync(stored, big.toUpperCase());
      // A user whose machine has nothing of it yet.
      const stranger = { cwd: folder.path, env: { DVT_CACHE_DIR: folder.at("empty") } };
      const wrong = await runDvt(["get", withUser, "models/a.onnx", "-o", "bad"], stranger);
      assert.notEqual(wrong.code, 0);
      assert.match(wrong.stderr, /not what its pointer says/);
      assert.ok(!folder.exists("bad"));
      Deno.removeSync(stored);
      const gone = await runDvt(["get", withUser, "models/a.onnx", "-o", "bad"], stranger);
      assert.notEqual(gone.code, 0);
      assert.match(gone.stderr, /models\/a\.onnx/);
      const offline = await runDvt(
        ["get", withUser, "models/a.onnx", "-o", "bad", "--offline"],
        stranger,
      );
      assert.match(offline.stderr, /lies in Git LFS.*not on this machine/);
    });
  } finally {
    await lfs.stop();
  }
});

Deno.test("a path in a submodule is refused with the address of its own repository", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "inner");
  folder.writeAll({ "inner/f/x": "inside" });
  folder.git("-C", "inner", "add", "--all");
  folder.git("-C", "inner", "commit", "-qm", "one");
  const commit = folder.git("-C", "inner", "rev-parse", "HEAD").trim();
  folder.git("init", "-q", "outer");
  folder.git(
    "-C",
    "outer",
    "-c",
    "protocol.file.allow=always",
    "submodule",
    "add",
    "-q",
    "../inner",
    "sub/in",
  );
  folder.writeAll({ "outer/sub/own": "outside" });
  folder.git("-C", "outer", "add", "--all");
  folder.git("-C", "outer", "commit", "-qm", "two");
  const url = `file://${folder.at("outer")}`;
  for (const verb of ["get", "list"]) {
    const { code, stderr } = await runDvt([verb, url, "sub/in/f"], { cwd: folder.path });
    assert.notEqual(code, 0);
    assert.match(stderr, /'sub\/in' is a submodule/);
    assert.ok(stderr.includes("../inner") && stderr.includes(commit), stderr);
  }
  // Beside it, all is as in a clone without submodules.
  await folder.dvt(["get", url, "sub"]);
  assert.deepEqual(folder.files("sub"), ["own"]);
  const listed = await folder.dvt(["list", url, "sub"]);
  const dvcs = await runDvc(["list", url, "sub"], { cwd: folder.path });
  assert.equal(listed.stdout, dvcs.stdout);
});

Deno.test("repositories over ssh:// and host:path, with the user's own ssh settings", async () => {
  const sshd = await startSshServer();
  try {
    using folder = temporaryFolder();
    await published(folder);
    publish(folder);
    folder.git("-C", "reg", "tag", "v1");
    folder.git("-C", "srv/org/reg.git", "fetch", "-q", "--tags", folder.at("reg"));
    const env = { GIT_SSH_COMMAND: `ssh -F ${sshd.config}` };
    const place = folder.at("srv/org/reg.git");
    folder.git("init", "-q", "w");
    const cwd = folder.at("w");
    await folder.dvt(["init", "-q"], { cwd });
    for (
      const [at, url] of [`ssh://127.0.0.1:${sshd.port}${place}`, `registry-host:${place}`]
        .entries()
    ) {
      const got = await runDvt(["get", url, "plain.txt", "-o", `got${at}`], { cwd, env });
      assert.equal(got.code, 0, got.stderr);
      assert.equal(folder.read(`w/got${at}`), "Git's own");
      const line = ["import", url, "plain.txt", "-o", `imported${at}`, "--rev", "v1"];
      const ours = await runDvt(line, { cwd, env });
      assert.equal(ours.code, 0, ours.stderr);
      assert.match(folder.read(`w/imported${at}.dvc`), /rev: v1\n/);
      const listed = await runDvt(["list", url], { cwd, env });
      assert.equal(listed.code, 0, listed.stderr);
    }
    const ignorant = { GIT_SSH_COMMAND: `ssh -F ${sshd.ignorantConfig}` };
    const unknown = await runDvt(["get", `ssh://127.0.0.1:${sshd.port}${place}`, "plain.txt"], {
      cwd: folder.path,
      env: ignorant,
    });
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.stderr, /[Hh]ost key verification failed/);
  } finally {
    await sshd.stop();
  }
});
