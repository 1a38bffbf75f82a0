import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { npmPackage } from "../support/npm_package.ts";
import { runDvc } from "../support/dvc.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

const images = "img/google/64";

/** Names and hashes of a release's images. */
function hashes(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name } of Deno.readDirSync(folder)) {
    const bytes = Deno.readFileSync(`${folder}/${name}`);
    found.set(name, createHash("md5").update(bytes).digest("hex"));
  }
  return found;
}

Deno.test("two releases of a set of images: an update moves what changed, no more", async () => {
  const [old, next] = await Promise.all([
    npmPackage("emoji-datasource-google", "15.0.1"),
    npmPackage("emoji-datasource-google", "15.1.2"),
  ]);
  const [before, after] = [hashes(`${old}/${images}`), hashes(`${next}/${images}`)];
  assert.ok(before.size > 3000 && after.size > before.size);
  const known = new Set(before.values());
  const fresh = new Set([...after.values()].filter((hash) => !known.has(hash)));
  assert.ok(fresh.size > 0 && fresh.size < after.size / 10);

  using place = temporaryFolder();
  const server = startWebServer();
  try {
    const registry = { cwd: place.at("registry") };
    const git = (...args: string[]) => place.git("-C", "registry", ...args);
    place.git("init", "-q", "registry");
    await place.dvt(["init", "-q"], registry);
    await place.dvt(["remote", "add", "-q", "-d", "web", server.url], registry);
    await place.dvt(["remote", "modify", "web", "method", "PUT"], registry);
    for (const [tag, folder] of [["images-v1", old], ["images-v2", next]] as const) {
      if (place.exists("registry/emoji")) place.remove("registry/emoji");
      Deno.mkdirSync(place.at("registry/emoji"));
      for (const { name } of Deno.readDirSync(`${folder}/${images}`)) {
        Deno.copyFileSync(`${folder}/${images}/${name}`, place.at(`registry/emoji/${name}`));
      }
      await place.dvt(["add", "-q", "emoji"], registry);
      server.log.length = 0;
      await place.dvt(["push", "-q"], registry);
      const sent = server.log.filter((line) => line.startsWith("PUT "));
      const objects = tag === "images-v1" ? new Set(before.values()).size : fresh.size;
      assert.equal(sent.length, objects + 1, `push of ${tag}: the files and the listing`);
      git("add", "--all");
      git("commit", "-qm", tag);
      git("tag", tag);
    }

    place.git("init", "-q", "project");
    const project = { cwd: place.at("project") };
    await place.dvt(["init", "-q"], project);
    const url = `file://${place.at("registry")}`;
    await place.dvt(["import", "-q", url, "emoji", "--rev", "images-v1"], project);
    assert.deepEqual(hashes(place.at("project/emoji")), before);
    server.log.length = 0;
    await place.dvt(["update", "-q", "--newest", "emoji.dvc"], project);
    assert.deepEqual(hashes(place.at("project/emoji")), after);
    const got = server.log.filter((line) => line.startsWith("GET /files/md5/"))
      .map((line) => line.replace("GET /files/md5/", "").replace("/", ""));
    const listing = got.filter((id) => id.endsWith(".dir"));
    assert.equal(listing.length, 1);
    assert.deepEqual(new Set(got.filter((id) => !id.endsWith(".dir"))), fresh);
    assert.equal(got.length, fresh.size + 1, "nothing twice");
    const { stdout } = await runDvc(["status", "--no-updates"], project);
    assert.equal(stdout, "Data and pipelines are up to date.\n");
  } finally {
    await server.stop();
  }
});
