/** What the program may not do, by the permissions it is compiled with. */
import assert from "node:assert/strict";
import { bundle } from "../../scripts/bundle.ts";
import { compiledPermissions, permissions } from "../../scripts/permissions.ts";
import { environmentFor } from "../support/environment.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

async function tried(code: string): Promise<string> {
  const script = Deno.makeTempFileSync({ suffix: ".js" });
  try {
    Deno.writeTextFileSync(script, code);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", ...permissions, script],
    }).output();
    return new TextDecoder().decode(stderr);
  } finally {
    Deno.removeSync(script);
  }
}

Deno.test("no program but git and ssh can be started, by name or by path, and no library loaded", async () => {
  for (const program of ["sh", "/bin/sh", "python3", "./git", "/tmp/ssh", "env"]) {
    const said = await tried(`new Deno.Command(${JSON.stringify(program)}).outputSync()`);
    assert.match(said, /NotCapable|Requires run access/, `${program}: ${said}`);
  }
  assert.match(await tried('Deno.dlopen("libc.so.6", {})'), /NotCapable|Requires ffi access/);
  assert.match(await tried("Deno.networkInterfaces()"), /NotCapable|Requires sys access/);
  assert.equal(await tried('new Deno.Command("git", { args: ["--version"] }).outputSync()'), "");
});

Deno.test("nothing is granted that is not named, and nothing is asked for", () => {
  assert.ok(permissions.includes("--no-prompt"));
  for (const flag of [...permissions, ...compiledPermissions]) {
    assert.match(
      flag,
      /^--(no-prompt|allow-(read|write|net|env|sys=\w+(,\w+)*|run=git,ssh(,rclone)?))$/,
    );
  }
});

Deno.test("with fewer permissions, dvt does what the README says they are enough for", async () => {
  using folder = temporaryFolder();
  const web = startWebServer();
  try {
    const program = await bundle(`${folder.path}/../dvt.js`);
    const base = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env"];
    const dvt = async (cwd: string, flags: readonly string[], ...args: string[]) => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-config", "--no-lock", ...base, ...flags, program, ...args],
        cwd: folder.at(cwd),
        clearEnv: true,
        env: { ...environmentFor(folder.path), DENO_DIR: `${folder.path}/../deno` },
      }).output();
      assert.equal(code, 0, `${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    };
    const git = ["--allow-run=git"];
    folder.git("init", "-q", "reg");
    folder.writeAll({ "reg/d/a": "one", "reg/d/b": "two" });
    for (
      const line of [
        "init -q",
        "add d",
        `remote add -d st ${folder.at("store")}`,
        "push",
        "status",
        "data status",
        "diff",
        "gc -w -f",
        "verify --contents",
        "config core.autostage true",
      ]
    ) await dvt("reg", git, ...line.split(" "));
    folder.git("-C", "reg", "add", "--all");
    folder.git("-C", "reg", "commit", "-qm", "one");
    folder.git("init", "-q", "w");
    await dvt("w", git, "init", "-q");
    await dvt("w", git, "get", `file://${folder.at("reg")}`, "d");
    await dvt("w", git, "import", "../reg", "d", "-o", "x");
    await dvt("w", git, "update", "x.dvc");
    const host = new URL(web.url).host;
    await dvt("reg", git, "remote", "add", "-f", "-d", "st", web.url);
    await dvt("reg", [...git, `--allow-net=${host}`], "push");
    await dvt("reg", [...git, "--allow-sys=osRelease"], "version");
  } finally {
    await web.stop();
  }
});
