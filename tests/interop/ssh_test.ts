/** SSH remotes against a real server, beside real DVC, which has an SSH client of its own. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type Outcome, runDvc, runProgram } from "../support/dvc.ts";
import { type SshServer, startSshServer } from "../support/sshd.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

type Run = (args: readonly string[], options: { cwd: string }) => Promise<Outcome>;

async function withServer(
  work: (server: SshServer, dvt: Run) => Promise<void>,
  lines: readonly string[] = [],
): Promise<void> {
  const server = await startSshServer(lines);
  try {
    await work(server, (args, options) => {
      return runDvt(args, { ...options, env: { DVT_SSH_CONFIG: server.config } });
    });
  } finally {
    await server.stop();
  }
}

async function succeeds(run: Run, args: readonly string[], cwd: string): Promise<Outcome> {
  const outcome = await run(args, { cwd });
  assert.equal(outcome.code, 0, `${args.join(" ")}: ${outcome.stderr}`);
  return outcome;
}

/** A project with data and a remote of that address. */
async function project(url: string, options: Readonly<Record<string, string>> = {}) {
  const made = temporaryProject();
  made.writeAll({ "d/a": "one", "d/sub/ü b": "two", f: "three", empty: "" });
  await made.dvt(["add", "-q", "d", "f", "empty"]);
  await made.dvt(["remote", "add", "-q", "-d", "st", url]);
  for (const [name, value] of Object.entries(options)) {
    await made.dvt(["remote", "modify", "-q", "st", name, value]);
  }
  return made;
}

function forget(folder: TemporaryFolder): void {
  for (const name of ["d", "f", "empty", ".dvc/cache"]) folder.remove(name);
}

Deno.test("ssh: what one pushes the other pulls, and both see what is lacking", async () => {
  await withServer(async (server, dvt) => {
    const options = { keyfile: server.keyFile };
    using ours = await project(`${server.url}/ours`, options);
    using theirs = await project(`${server.url}/theirs`, options);
    for (const [folder, push, pull] of [[ours, dvt, runDvc], [theirs, runDvc, dvt]] as const) {
      for (const run of [dvt, runDvc]) {
        const { stdout } = await succeeds(run, ["status", "-c", "--json"], folder.path);
        assert.deepEqual(JSON.parse(stdout), {
          d: "new",
          "d/a": "new",
          "d/sub/ü b": "new",
          empty: "new",
          f: "new",
        });
      }
      await succeeds(push, ["push"], folder.path);
      forget(folder);
      await succeeds(pull, ["pull"], folder.path);
      assert.deepEqual([folder.read("d/sub/ü b"), folder.read("empty")], ["two", ""]);
      for (const run of [dvt, runDvc]) {
        const { stdout } = await succeeds(run, ["status", "-c", "--json"], folder.path);
        assert.deepEqual(JSON.parse(stdout), {});
      }
    }
    const names = (name: string) => [...walk(`${server.folder}/${name}`)].sort();
    assert.deepEqual(names("ours"), names("theirs"), "the same files, and nothing left behind");
    ours.remove("f.dvc");
    await succeeds(dvt, ["gc", "-w", "-c", "-f"], ours.path);
    assert.equal(names("ours").length, names("theirs").length - 1);
  });
});

function* walk(folder: string, below = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${below}`)) {
    if (isDirectory) yield* walk(folder, `${below}${name}/`);
    else yield below + name;
  }
}

Deno.test("ssh: imports from addresses are recorded as DVC records them", async () => {
  await withServer(async (server, dvt) => {
    Deno.mkdirSync(`${server.folder}/src/in`, { recursive: true });
    Deno.writeTextFileSync(`${server.folder}/src/x`, "x");
    Deno.writeTextFileSync(`${server.folder}/src/in/y ü`, "y");
    using ours = temporaryProject();
    using theirs = temporaryProject();
    const key = ["--fs-config", `keyfile=${server.keyFile}`];
    for (const [folder, run] of [[ours, dvt], [theirs, runDvc]] as const) {
      await succeeds(run, ["import-url", `${server.url}/src/x`, "x", ...key], folder.path);
      await succeeds(run, ["import-url", `${server.url}/src`, "all", ...key], folder.path);
      await succeeds(run, ["get-url", `${server.url}/src`, "got", ...key], folder.path);
    }
    for (const name of ["x.dvc", "all.dvc"]) assert.equal(ours.read(name), theirs.read(name));
    assert.deepEqual(ours.files("got"), theirs.files("got"));
    const list = await succeeds(dvt, ["list-url", `${server.url}/src`], ours.path);
    assert.deepEqual(list.stdout.trim().split("\n").sort(), ["in", "x"]);

    const same = await succeeds(dvt, ["update", "x.dvc", "all.dvc"], ours.path);
    assert.match(same.stdout, /'x\.dvc' didn't change[^]*'all\.dvc' didn't change/);
    Deno.writeTextFileSync(`${server.folder}/src/x`, "another x");
    for (const [folder, run] of [[ours, dvt], [theirs, runDvc]] as const) {
      await succeeds(run, ["update", "x.dvc", "all.dvc"], folder.path);
    }
    for (const name of ["x.dvc", "all.dvc"]) assert.equal(ours.read(name), theirs.read(name));
    assert.equal(ours.read("all/x"), "another x");
  });
});

Deno.test("ssh: data of a registry comes from its remote", async () => {
  await withServer(async (server, dvt) => {
    using registry = await project(`${server.url}/store`);
    await succeeds(dvt, ["push"], registry.path);
    registry.commit("one");
    registry.remove(".dvc/cache");
    using folder = temporaryFolder();
    await succeeds(dvt, ["get", `file://${registry.path}`, "d"], folder.path);
    assert.equal(folder.read("d/a"), "one");
    const part = ["cat", `file://${registry.path}`, "f", "--range", "1-3"];
    assert.equal((await succeeds(dvt, part, folder.path)).stdout, "hre");
  });
});

Deno.test("C33: ssh's own configuration counts: names, keys, jump hosts", async () => {
  await withServer(async (server, dvt) => {
    const jump = `${server.config}.jump`;
    const text = Deno.readTextFileSync(server.config);
    Deno.writeTextFileSync(
      jump,
      `Host inner\n  HostName 127.0.0.1\n  ProxyCommand ssh -F ${server.config} -W %h:%p registry-host\n${text}`,
    );
    const place = server.folder;
    using byName = await project(`ssh://registry-host${place}/name`);
    await succeeds(dvt, ["push"], byName.path);
    using byJump = await project(`ssh://inner${place}/jump`);
    const run = await runDvt(["push"], { cwd: byJump.path, env: { DVT_SSH_CONFIG: jump } });
    assert.equal(run.code, 0, run.stderr);
    assert.equal([...walk(`${place}/jump`)].length, [...walk(`${place}/name`)].length);
  });
});

Deno.test("ssh: a key under a passphrase opens with the passphrase of the settings", async () => {
  await withServer(async (server) => {
    const bare = Deno.readTextFileSync(server.config).replace(/^ {2}IdentityFile.*\n/m, "");
    Deno.writeTextFileSync(`${server.config}.bare`, bare);
    const env = { DVT_SSH_CONFIG: `${server.config}.bare`, HOME: "/nonexistent" };
    using made = await project(`${server.url}/store`, { keyfile: server.lockedKeyFile });
    const without = await runDvt(["push"], { cwd: made.path, env });
    assert.equal(without.code, 1);
    assert.match(without.stderr, /no permission to sign in/);
    await made.dvt(["remote", "modify", "-q", "--local", "st", "passphrase", server.passphrase]);
    const run = await runDvt(["push", "-v"], { cwd: made.path, env });
    assert.equal(run.code, 0, run.stderr);
    assert.doesNotMatch(run.stderr + run.stdout, new RegExp(server.passphrase));
  });
});

Deno.test("ssh: each refusal has a sentence of its own", async () => {
  await withServer(async (server) => {
    using made = await project(`${server.url}/store`);
    const push = async (url: string, config = server.config) => {
      await made.dvt(["remote", "modify", "-q", "st", "url", url]);
      const { code, stderr } = await runDvt(["push"], {
        cwd: made.path,
        env: { DVT_SSH_CONFIG: config },
      });
      assert.equal(code, 1, stderr);
      return stderr;
    };
    const at = `ssh://127.0.0.1:${server.port}`;
    assert.match(
      await push(server.url, server.ignorantConfig),
      /cannot reach 'ssh:\/\/.*': the server's key is unknown/,
    );
    assert.match(
      await push(`ssh://nobody-here@127.0.0.1:${server.port}/x`),
      /no permission to sign/,
    );
    assert.match(await push("ssh://no-such-host.invalid/x"), /there is no host of that name/);
    assert.match(await push("ssh://127.0.0.1:1/x"), /Connection refused/);
    assert.match(
      await push(`${at}/proc/nothing`),
      /cannot write|fails at|no permission|cannot be made/,
    );
    for (const url of ["ssh://-oProxyCommand=touch%20x/y", "ssh://-x@host/y", "ssh:///y"]) {
      assert.match(await push(url), /is no address of ssh/);
    }
    Deno.writeTextFileSync(
      `${server.config}.other`,
      "dvt-test-server ssh-ed25519 " +
        `${Deno.readTextFileSync(`${server.keyFile}.pub`).split(" ")[1]}\n`,
    );
    const changed = Deno.readTextFileSync(server.config)
      .replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${server.config}.other`);
    Deno.writeTextFileSync(`${server.config}.changed`, changed);
    assert.match(await push(server.url, `${server.config}.changed`), /another one than the known/);
  });
  await withServer(async (server) => {
    using made = await project(`${server.url}/store`);
    const run = await runDvt(["push"], {
      cwd: made.path,
      env: { DVT_SSH_CONFIG: server.config },
    });
    assert.match(run.stderr, /the server offers no SFTP/);
  }, ["Subsystem other internal-sftp"]);
});

Deno.test("ssh: connections that die in the middle are made anew, and no wrong byte arrives", async () => {
  await withServer(async (server, dvt) => {
    using made = temporaryProject();
    for (let i = 0; i < 300; i++) made.write(`d/${i}`, `${i} `.repeat(20_000));
    await made.dvt(["add", "-q", "d"]);
    await made.dvt(["remote", "add", "-q", "-d", "st", `${server.url}/store`]);
    // Whenever some more objects have arrived, however slow the machine is.
    const whileDying = async (store: string, work: () => Promise<unknown>) => {
      const place = `${store}/files/md5`;
      Deno.mkdirSync(place, { recursive: true });
      let running = true;
      let killed = 0;
      let last = 0;
      const killer = (async () => {
        while (running) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          const arrived = [...walk(place)].filter((name) => !/\.tmp$/.test(name)).length;
          if (killed === 6 || arrived < last + 30) continue;
          last = arrived;
          const run = await runProgram(["pkill", "-KILL", "-P", String(server.pid)], {
            cwd: made.path,
          });
          if (run.code === 0) killed++;
        }
      })();
      try {
        await work();
      } finally {
        running = false;
        await killer;
      }
      assert.equal(killed > 1, true, `only ${killed} connections died`);
    };
    await whileDying(`${server.folder}/store`, () => succeeds(dvt, ["push"], made.path));
    for (const name of ["d", ".dvc/cache"]) made.remove(name);
    await whileDying(made.at(".dvc/cache"), () => succeeds(dvt, ["pull"], made.path));
    for (let i = 0; i < 300; i++) assert.equal(made.read(`d/${i}`), `${i} `.repeat(20_000));
    assert.equal(
      [...walk(`${server.folder}/store`)].filter((name) => /\.tmp$/.test(name)).length < 200,
      true,
    );
    const { stdout } = await succeeds(dvt, ["status", "-c", "--json"], made.path);
    assert.deepEqual(JSON.parse(stdout), {});
  });
});
