import assert from "node:assert/strict";
import { startBadServer } from "../support/bad_server.ts";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";
import { startWebServer, type WebServer } from "../support/web_server.ts";

/** Gives a server all that a folder remote holds. */
function serve(server: WebServer, folder: string): void {
  for (const first of Deno.readDirSync(`${folder}/files/md5`)) {
    for (const { name } of Deno.readDirSync(`${folder}/files/md5/${first.name}`)) {
      const path = `/files/md5/${first.name}/${name}`;
      server.files.set(path, Deno.readFileSync(folder + path));
    }
  }
}

Deno.test("what a remote lacks or refuses comes from its mirrors, in their order", async () => {
  const [bad, mirror] = [startBadServer(), startWebServer()];
  try {
    using project = temporaryProject();
    project.writeAll({ "d/a": "one", "d/b": "two", f: "three" });
    await project.dvt(["add", "-q", "d", "f"]);
    await project.dvt(["remote", "add", "-q", "-d", "Main", project.at("../store")]);
    await project.dvt(["push", "-q"]);
    serve(mirror, project.at("../store"));
    const mirrors = `['remote "main"']\n    mirrors = ${bad.url}/status-403, ${mirror.url}\n`;
    project.write(".dvc/dvt", mirrors);
    const places = [project.at("../nowhere"), `${bad.url}/status-403`, `${bad.url}/status-404`];
    for (const url of places) {
      await project.dvt(["remote", "modify", "-q", "Main", "url", url]);
      for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
      await project.dvt(["pull"]);
      assert.equal(project.read("d/a") + project.read("f"), "onethree", url);
    }
    // A refusal is told as one, though a mirror has been asked since.
    mirror.files.clear();
    for (const name of ["d", "f", ".dvc/cache"]) project.remove(name);
    const { code, stderr } = await runDvt(["fetch"], { cwd: project.path });
    assert.equal(code, 1);
    assert.match(stderr, /403/);
  } finally {
    await bad.stop();
    await mirror.stop();
  }
});

Deno.test("get reads a registry's data from the mirrors that the registry names", async () => {
  const [bad, mirror] = [startBadServer(), startWebServer()];
  try {
    using folder = temporaryFolder();
    folder.git("init", "-q", "reg");
    const cwd = folder.at("reg");
    await folder.dvt(["init", "-q"], { cwd });
    folder.writeAll({ "reg/d/a": "one", "reg/d/b": "two" });
    await folder.dvt(["add", "-q", "d"], { cwd });
    await folder.dvt(["remote", "add", "-q", "-d", "main", folder.at("store")], { cwd });
    await folder.dvt(["push", "-q"], { cwd });
    serve(mirror, folder.at("store"));
    await folder.dvt(["remote", "modify", "-q", "main", "url", `${bad.url}/status-403`], { cwd });
    const mirrors = `['remote "main"']\n    mirrors = /etc, file:///etc, ${mirror.url}\n`;
    folder.write("reg/.dvc/dvt", mirrors);
    folder.git("-C", "reg", "add", "--all");
    folder.git("-C", "reg", "commit", "-qm", "one");
    folder.remove("reg/.dvc/cache");
    await folder.dvt(["get", `file://${folder.at("reg")}`, "d"]);
    assert.deepEqual(folder.files("d"), ["a", "b"]);
  } finally {
    await bad.stop();
    await mirror.stop();
  }
});

Deno.test("the settings say how long to wait for a lock", async () => {
  using project = temporaryProject();
  project.write("f", "f");
  await project.dvt(["add", "-q", "f"]);
  project.write(".dvc/dvt", "[lock]\n    wait = 0\n");
  const lock = Deno.openSync(project.at(".dvc/tmp/lock"), { read: true, write: true });
  lock.lockSync(true);
  const { code, stderr } = await runDvt(["status"], { cwd: project.path });
  lock.close();
  assert.equal(code, 1);
  assert.match(stderr, /Unable to acquire lock/);
});
