import assert from "node:assert/strict";
import { bundle } from "../../scripts/bundle.ts";
import { compile } from "../../scripts/compile.ts";
import { permissions } from "../../scripts/permissions.ts";
import { projectFolder } from "../../scripts/project_folder.ts";
import { sha256 } from "../../scripts/python.ts";
import { version } from "../../src/version.ts";
import { runProgram } from "../support/dvc.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("the executable needs nothing, leaves nothing behind and has a checksum", async () => {
  using folder = temporaryFolder();
  const path = await compile();
  const run = await runProgram([path, "--version"], {
    cwd: folder.path,
    env: { PATH: "/nowhere", HOME: undefined, TMPDIR: folder.path },
  });
  assert.deepEqual(run, { code: 0, stdout: `${version}\n`, stderr: "" });
  // No code cache, in particular, which somebody else could have put there first.
  assert.deepEqual(folder.files(), []);
  const digest = await sha256(Deno.readFileSync(path));
  assert.equal(Deno.readTextFileSync(`${path}.sha256`), `${digest}  dvt\n`);
});

Deno.test("the bundle is the same bytes every time and runs from a URL", async () => {
  using folder = temporaryFolder();
  const [one, other] = [folder.at("one.js"), folder.at("other.js")];
  await Promise.all([bundle(one), bundle(other)]);
  assert.equal(folder.read("one.js"), folder.read("other.js"));
  assert.equal(await versionFromServer("one.js", folder.path), `${version}\n`);
});

Deno.test("the sources run from a URL, without the deno.json beside them", async () => {
  assert.equal(await versionFromServer("main.ts", projectFolder), `${version}\n`);
});

/** Serves a folder on loopback and runs a file of it from there, with an empty module cache. */
async function versionFromServer(name: string, served: string): Promise<string> {
  using folder = temporaryFolder();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    try {
      const type = pathname.endsWith(".ts") ? "text/typescript" : "text/javascript";
      return new Response(Deno.readFileSync(served + pathname), {
        headers: { "content-type": type },
      });
    } catch {
      return new Response("not there", { status: 404 });
    }
  });
  await shareNpmCache(folder.at("deno"));
  const url = `http://127.0.0.1:${server.addr.port}/${name}`;
  const outcome = await runProgram([Deno.execPath(), "run", ...permissions, url, "--version"], {
    cwd: folder.path,
    env: { DENO_DIR: folder.at("deno"), DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") },
  });
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome.stdout;
}

/** Packages of the registry need not be downloaded again. */
async function shareNpmCache(denoFolder: string): Promise<void> {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  Deno.mkdirSync(denoFolder);
  Deno.symlinkSync(npmCache, `${denoFolder}/npm`);
}
