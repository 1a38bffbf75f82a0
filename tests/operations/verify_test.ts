/** Looking at what is where, and putting it right. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryProject } from "../support/temporary.ts";
import { startWebServer, type WebServer } from "../support/web_server.ts";

interface Told {
  readonly place: string;
  readonly problem: string;
  readonly path: string;
  readonly repaired: boolean;
}

function objectPath(text: string): string {
  const id = new Map([
    ["one", "f97c5d29941bfb1b2fdab0874906ab82"],
    ["two", "b8a9f715dbb64fd5c56e7783c6820a61"],
    ["three", "35d6d33467aae9a2e3dccb4b6b027878"],
  ]).get(text) ?? "";
  return `files/md5/${id.slice(0, 2)}/${id.slice(2)}`;
}

async function verifyIn(cwd: string, ...args: string[]): Promise<{ code: number; told: string[] }> {
  const { code, stdout, stderr } = await runDvt(["verify", "--json", ...args], { cwd });
  assert.notEqual(stdout, "", stderr);
  const findings: Told[] = JSON.parse(stdout).findings;
  return {
    code,
    told: findings.map(({ place, problem, path, repaired }) =>
      `${place} ${problem} ${path}${repaired ? " repaired" : ""}`
    ).sort(),
  };
}

/** Takes objects away by a server's own means, since it may remember what its folder held. */
async function forgetOnServer(server: WebServer, path: string): Promise<void> {
  const answer = await fetch(`${server.url}/${path}`, { method: "DELETE" });
  await answer.body?.cancel();
  server.files.delete(`/${path}`);
}

for (const kind of ["local", "http"] as const) {
  Deno.test(`verify finds what is missing and what is damaged, and repairs both: ${kind}`, async () => {
    const server = kind === "http" ? startWebServer() : undefined;
    try {
      using project = temporaryProject();
      project.writeAll({ "d/a": "one", "d/b": "two", "f": "three" });
      await project.dvt(["add", "-q", "d", "f"]);
      const cwd = project.path;
      assert.deepEqual(await verifyIn(cwd), { code: 0, told: [] });
      const store = project.at("../store");
      const url = server?.url ?? store;
      await project.dvt(["remote", "add", "-q", "-d", "st", url]);
      const forget = async (path: string) => {
        if (server === undefined) Deno.removeSync(`${store}/${path}`);
        else await forgetOnServer(server, path);
      };
      const damage = (path: string) => {
        if (server !== undefined) {
          server.files.set(`/${path}`, new TextEncoder().encode("tow"));
          return;
        }
        Deno.chmodSync(`${store}/${path}`, 0o644);
        Deno.writeTextFileSync(`${store}/${path}`, "tow");
        Deno.chmodSync(`${store}/${path}`, 0o444);
      };
      const stored = (path: string) =>
        server === undefined
          ? Deno.readTextFileSync(`${store}/${path}`)
          : new TextDecoder().decode(server.files.get(`/${path}`));
      const nothing = await verifyIn(cwd);
      assert.equal(nothing.code, 1);
      assert.equal(nothing.told.filter((one) => one.startsWith("st missing")).length, 4);
      await project.dvt(["push", "-q"]);
      assert.deepEqual(await verifyIn(cwd, "--contents"), { code: 0, told: [] });

      // One is gone from the cache, one damaged there though nobody may write it, and so remotely.
      project.remove(`.dvc/cache/${objectPath("one")}`);
      const damaged = project.at(`.dvc/cache/${objectPath("two")}`);
      Deno.chmodSync(damaged, 0o644);
      Deno.writeTextFileSync(damaged, "tow");
      Deno.chmodSync(damaged, 0o444);
      await forget(objectPath("three"));
      assert.deepEqual(await verifyIn(cwd), {
        code: 1,
        told: ["cache missing d/a", "st missing f"],
      });
      assert.deepEqual((await verifyIn(cwd, "--contents")).told, [
        "cache damaged d/b",
        "cache missing d/a",
        "st missing f",
      ]);
      assert.deepEqual(await verifyIn(cwd, "--contents", "--repair"), {
        code: 0,
        told: ["cache damaged d/b repaired", "cache missing d/a repaired", "st missing f repaired"],
      });
      assert.deepEqual(await verifyIn(cwd, "--contents"), { code: 0, told: [] });

      // Damage on the remote is found by reading alone, and the cache makes it good.
      damage(objectPath("two"));
      assert.deepEqual(await verifyIn(cwd, "-r", "st"), { code: 0, told: [] });
      assert.deepEqual((await verifyIn(cwd, "-r", "st", "--contents")).told, ["st damaged d/b"]);
      await verifyIn(cwd, "-r", "st", "--contents", "--repair");
      assert.equal(stored(objectPath("two")), "two");

      // What nobody has any more stays told.
      project.remove(`.dvc/cache/${objectPath("one")}`);
      await forget(objectPath("one"));
      const lost = await verifyIn(cwd, "--repair");
      assert.equal(lost.code, 1);
      assert.deepEqual(lost.told, ["cache missing d/a", "st missing d/a"]);

      project.write("f", "changed");
      assert.deepEqual(await verifyIn(cwd, "--workspace"), {
        code: 1,
        told: ["workspace modified f"],
      });
      assert.equal(project.read("f"), "changed");
    } finally {
      await server?.stop();
    }
  });
}

Deno.test("verify says in a sentence that all is well, and lists what is not", async () => {
  using project = temporaryProject();
  project.writeAll({ "d/a": "one" });
  await project.dvt(["add", "-q", "d"]);
  const well = await project.dvt(["verify"]);
  assert.deepEqual([well.stdout, well.stderr], ["", "2 objects are where they should be.\n"]);
  project.remove(`.dvc/cache/${objectPath("one")}`);
  const { code, stdout } = await runDvt(["verify"], { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stdout, /^missing\s+cache\s+d\/a\s+f97c5d29941bfb1b2fdab0874906ab82\n$/);
});
