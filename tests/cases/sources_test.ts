/** What people reported of getting data out of registries. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

/** A place with a registry `reg` and a project `w`. */
async function place(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  folder.writeAll({ "reg/data/a": "a", "reg/data/sub/b": "b", "reg/plain/p": "p" });
  await folder.dvt(["add", "-q", "data"], { cwd: folder.at("reg") });
  commit(folder, "reg");
  return folder;
}

function commit(folder: TemporaryFolder, name: string): void {
  folder.git("-C", name, "add", "--all");
  folder.git("-C", name, "commit", "-q", "-m", "step");
}

Deno.test("C07: a trailing slash on an imported path changes nothing, then or later", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  await folder.dvt(["import", "../reg", "data/sub/"], { cwd });
  assert.match(folder.read("w/sub.dvc"), /path: data\/sub\/\n/); // as DVC writes it
  for (const name of ["w/sub", "w/.dvc/cache"]) folder.remove(name);
  await folder.dvt(["pull"], { cwd });
  assert.equal(folder.read("w/sub/b"), "b");
});

Deno.test("C09: a relative source is found from wherever a command runs", async () => {
  using folder = await place();
  Deno.mkdirSync(folder.at("w/sub/deep"), { recursive: true });
  await folder.dvt(["import", "../../../reg", "data"], { cwd: folder.at("w/sub/deep") });
  commit(folder, "w");
  for (const name of ["w/sub/deep/data", "w/.dvc/cache"]) folder.remove(name);
  for (
    const args of [["pull"], ["update", "sub/deep/data.dvc"], ["update", "-R", "."], ["status"]]
  ) {
    await folder.dvt(args, { cwd: folder.at("w") });
  }
  assert.equal(folder.read("w/sub/deep/data/sub/b"), "b");
});

Deno.test("C17: folders arrive as folders, whole and nested", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  await folder.dvt(["get", "../reg", "data"], { cwd });
  await folder.dvt(["get", "../reg", "data/sub", "-o", "x/y"], { cwd });
  await folder.dvt(["get", "../reg", ".", "-o", "all"], { cwd });
  assert.deepEqual(folder.files("w/data"), ["a", "sub/b"]);
  assert.deepEqual(folder.files("w/x"), ["y/b"]);
  assert.deepEqual(
    folder.files("w/all").filter((name) => !name.startsWith(".")),
    ["data/a", "data/sub/b", "plain/p"],
  );
});

Deno.test("C19: a project in a folder of a repository is a source, with its own remote", async () => {
  using folder = await place();
  folder.git("init", "-q", "mono");
  folder.write("mono/p/hello.txt", "hello");
  const cwd = folder.at("mono/p");
  await folder.dvt(["init", "--subdir", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-d", "s", folder.at("store")], { cwd });
  await folder.dvt(["add", "-q", "hello.txt"], { cwd });
  await folder.dvt(["push"], { cwd });
  commit(folder, "mono");
  folder.remove("mono/p/.dvc/cache");
  const here = folder.at("w");
  await folder.dvt(["get", "../mono", "p/hello.txt", "-o", "got"], { cwd: here });
  const { stdout } = await folder.dvt(["list", "../mono", "p", "--dvc-only"], { cwd: here });
  assert.equal(stdout, "hello.txt\n");
  await folder.dvt(["import", "../mono", "p/hello.txt"], { cwd: here });
  for (const name of ["w/hello.txt", "w/.dvc/cache"]) folder.remove(name);
  await folder.dvt(["pull"], { cwd: here });
  assert.deepEqual([folder.read("w/got"), folder.read("w/hello.txt")], ["hello", "hello"]);
});

Deno.test("C21: an import of an import is followed to where the data is", async () => {
  using folder = await place();
  folder.git("init", "-q", "mid");
  await folder.dvt(["init", "-q"], { cwd: folder.at("mid") });
  await folder.dvt(["import", "../reg", "data"], { cwd: folder.at("mid") });
  commit(folder, "mid");
  for (const name of ["mid/data", "mid/.dvc/cache"]) folder.remove(name);
  const cwd = folder.at("w");
  await folder.dvt(["import", "../mid", "data"], { cwd });
  await folder.dvt(["get", "../mid", "data/sub/b", "-o", "b"], { cwd });
  assert.deepEqual([folder.read("w/data/a"), folder.read("w/b")], ["a", "b"]);
});

Deno.test("C23: an update of an unchanged address downloads no body", async () => {
  const server = startWebServer();
  try {
    server.files.set("/x.txt", new TextEncoder().encode("content"));
    using project = temporaryProject();
    await project.dvt(["import-url", `${server.url}/x.txt`]);
    const before = project.read("x.txt.dvc");
    server.log.length = 0;
    await project.dvt(["update", "x.txt.dvc"]);
    assert.deepEqual(server.log, ["HEAD /x.txt"]);
    assert.equal(project.read("x.txt.dvc"), before);
  } finally {
    await server.stop();
  }
});

Deno.test("C27: artifacts of a subproject are ordered by version, not by text", async () => {
  using folder = await place();
  folder.git("init", "-q", "mono");
  Deno.mkdirSync(folder.at("mono/p"));
  const cwd = folder.at("mono/p");
  await folder.dvt(["init", "--subdir", "-q"], { cwd });
  folder.write("mono/p/dvc.yaml", "artifacts:\n  mm:\n    path: model\n");
  for (const version of ["1.9.0", "1.10.0", "newer"]) {
    folder.write("mono/p/model", version);
    await folder.dvt(["add", "-q", "model"], { cwd });
    commit(folder, "mono");
    if (version !== "newer") folder.git("-C", "mono", "tag", "-am", "v", `p=mm@v${version}`);
    if (version === "1.9.0") folder.git("-C", "mono", "tag", "-am", "s", "p=mm#prod#1");
  }
  const here = folder.at("w");
  await folder.dvt(["artifacts", "get", "../mono", "p:mm", "-o", "new"], { cwd: here });
  await folder.dvt(
    ["artifacts", "get", "../mono", "p/dvc.yaml:mm", "--rev", "v1.9.0", "-o", "old"],
    {
      cwd: here,
    },
  );
  await folder.dvt(["artifacts", "get", "../mono", "p:mm", "--stage", "prod", "-o", "prod"], {
    cwd: here,
  });
  assert.deepEqual(
    ["new", "old", "prod"].map((name) => folder.read(`w/${name}`)),
    ["1.10.0", "1.9.0", "1.9.0"],
  );
  const refused = await runDvt(["artifacts", "get", "../mono", "p:mm", "--rev", "v2.0.0"], {
    cwd: here,
  });
  assert.notEqual(refused.code, 0);
});

Deno.test("C61: a token in an address reaches neither files nor messages", async () => {
  using project = temporaryProject();
  const url = "https://user:tok3n@127.0.0.1:1/reg.git";
  for (const args of [["import", "-v", url, "f"], ["get", "-v", url, "f"], ["list", "-v", url]]) {
    const { code, stdout, stderr } = await runDvt(args, { cwd: project.path });
    assert.notEqual(code, 0);
    assert.doesNotMatch(stdout + stderr, /tok3n/);
  }
  await runDvt(["import", "--no-exec", url, "f"], { cwd: project.path });
  for (const name of project.files()) assert.doesNotMatch(project.read(name), /tok3n/, name);
});
