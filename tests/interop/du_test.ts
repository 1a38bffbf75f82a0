import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";

Deno.test("du measures what DVC measures, in the workspace and at revisions", async () => {
  using project = temporaryProject();
  project.writeAll({
    "file": "12345",
    "tracked": "1234567",
    "dir/plain": "1".repeat(1500),
    "dir/inner/deep/x": "123",
    "dir/data/a b": "1".repeat(3000),
    "dir/data/sub/c": "12",
  });
  await project.dvt(["add", "tracked", "dir/data"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push"]);
  project.commit("one", "v1");
  using elsewhere = temporaryFolder();
  const compare = async (args: readonly string[], cwd: string) => {
    const wanted = await runDvc(["du", ...args], { cwd });
    const found = await runDvt(["du", ...args], { cwd });
    assert.equal(found.code, wanted.code, args.join(" ") + found.stderr);
    // DVC tells entries in no fixed order, the sum last.
    assert.deepEqual(found.stdout.split("\n").sort(), wanted.stdout.split("\n").sort());
    assert.equal(found.stdout.split("\n").at(-2), wanted.stdout.split("\n").at(-2));
    const error = /^ERROR: .*$/m;
    assert.equal(error.exec(found.stderr)?.[0], error.exec(wanted.stderr)?.[0]);
  };
  for (
    const path of ["", "dir", "dir/", "dir/data", "dir/data/a b", "file", "tracked", "/", "no"]
  ) {
    await compare([".", ...(path === "" ? [] : [path])], project.path);
  }
  await compare(["-s", "."], project.path);
  await compare(["-s", ".", "dir"], project.path);
  await compare(["--rev", "v1", project.path], elsewhere.path);
  // What the cache lacks takes as much as ever; DVC says 0.
  project.remove(".dvc/cache");
  const { stdout } = await runDvt(["du", "--rev", "v1", project.path, "dir/data"], {
    cwd: elsewhere.path,
  });
  assert.equal(stdout, "2.93k  dir/data/a b\n2      dir/data/sub\n2.93k  dir/data\n");
});
