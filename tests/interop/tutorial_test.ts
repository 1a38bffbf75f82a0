import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";
import { startWebServer, type WebServer } from "../support/web_server.ts";

/** The address in the tutorial; git is told where it leads. */
const address = "git@github.com:iterative/dataset-registry.git";

function leadsTo(folder: string): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.${folder}.insteadOf`,
    GIT_CONFIG_VALUE_0: address,
  };
}

function md5(content: string): string {
  return createHash("md5").update(content).digest("hex");
}

function listing(files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => `{"md5": "${md5(content)}", "relpath": "${path}"}`);
  return `[${entries.join(", ")}]`;
}

/**
 * The tutorial's registry in small, with the facts of the public one: at `cats-dogs-v1` a 2.x stage
 * file, at `cats-dogs-v2` a 3.x one with a remote of its own, two remotes, tags with odd characters.
 */
function publish(place: TemporaryFolder, server: WebServer) {
  const first: Record<string, string> = {};
  for (let i = 0; i < 30; i++) first[`data/train/cats/cat.${i}.jpg`] = `cat ${i}`;
  const second = { ...first };
  for (let i = 0; i < 10; i++) second[`data/train/dogs/dog.${i}.jpg`] = `dog ${i}`;
  const encoder = new TextEncoder();
  const put = (path: string, content: string) => {
    server.files.set(path, encoder.encode(content));
  };
  const size = (files: Record<string, string>) => Object.values(files).join("").length;
  const ids = [first, second].map((files) => `${md5(listing(files))}.dir`);
  for (const content of [...Object.values(first), listing(first)]) {
    const dir = content === listing(first) ? ".dir" : "";
    put(`/legacy/${md5(content).slice(0, 2)}/${md5(content).slice(2)}${dir}`, content);
  }
  for (const content of [...Object.values(second), listing(second)]) {
    const dir = content === listing(second) ? ".dir" : "";
    put(`/cats/files/md5/${md5(content).slice(0, 2)}/${md5(content).slice(2)}${dir}`, content);
  }
  const git = (...args: string[]) => place.git("-C", "dataset-registry", ...args);
  place.git("init", "-q", "dataset-registry");
  place.write(
    "dataset-registry/.dvc/config",
    `[core]\n    remote = storage\n['remote "storage"']\n    url = ${server.url}/legacy\n` +
      `['remote "cats"']\n    url = ${server.url}/cats\n`,
  );
  place.write("dataset-registry/.dvc/.gitignore", "/config.local\n/tmp\n/cache\n");
  const stage = "dataset-registry/use-cases/cats-dogs.dvc";
  place.write(stage, `outs:\n- md5: ${ids[0]}\n  path: cats-dogs\n`);
  git("add", "--all");
  git("commit", "-qm", "cats and dogs");
  for (const tag of ["cats-dogs-v1", "get-started-data@v1.0.0#1", "50%", "model#prod!#2"]) {
    git("tag", tag);
  }
  place.write(
    stage,
    `outs:\n- md5: ${ids[1]}\n  size: ${size(second)}\n  nfiles: 40\n  hash: md5\n` +
      "  path: cats-dogs\n  remote: cats\n",
  );
  git("commit", "-qam", "more");
  git("tag", "cats-dogs-v2");
  place.git("clone", "-q", "--bare", "dataset-registry", "registry.git");
  return { first, second, ids };
}

Deno.test("the tutorial's commands work as they stand there", async () => {
  using place = temporaryFolder();
  const server = startWebServer();
  try {
    const { first, second, ids } = publish(place, server);
    const consumer = (name: string) => {
      place.git("init", "-q", name);
      return { cwd: place.at(name), env: leadsTo(place.at("registry.git")) };
    };
    const [theirs, options] = [consumer("theirs"), consumer("ours")];
    const run = (...args: string[]) => place.dvt(args, options);
    const importing = ["import", "--rev", "cats-dogs-v1", address, "use-cases/cats-dogs"];
    await place.dvc(["init", "-q"], theirs);
    await place.dvc(importing, theirs);
    await run("init", "-q");
    await run(...importing);
    assert.equal(place.files("ours/cats-dogs").length, Object.keys(first).length);
    const imported = place.read("ours/cats-dogs.dvc");
    assert.equal(imported, place.read("theirs/cats-dogs.dvc"));
    assert.match(imported, new RegExp(`url: ${address}\n`));
    assert.match(imported, new RegExp(`- md5: ${ids[0]}\n  size: \\d+\n  nfiles: 30\n  hash: md5`));
    const plain = await run("update", "cats-dogs.dvc");
    assert.equal(place.read("ours/cats-dogs.dvc"), imported, "a tag stays where it is");
    assert.match(plain.stderr, /cats-dogs-v2.*dvt update --newest/);
    server.log.length = 0;
    await run("update", "--rev", "cats-dogs-v2", "cats-dogs.dvc");
    assert.equal(place.files("ours/cats-dogs").length, Object.keys(second).length);
    // Counted at the source: the listing and the ten new pictures, each once.
    const objects = server.log.filter((line) => line.startsWith("GET /cats/files/md5/"));
    assert.equal(objects.length, 11, server.log.join("\n"));
    assert.equal(new Set(objects).size, 11);
    assert.ok(server.log.every((line) => !line.includes("/legacy/")));
    const { stdout } = await runDvc(["status", "--no-updates", "cats-dogs.dvc"], options);
    assert.equal(stdout, "Data and pipelines are up to date.\n");
  } finally {
    await server.stop();
  }
});
