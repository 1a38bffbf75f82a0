import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { Twins } from "../support/twins.ts";

const sources = {
  "src/d/one": "one\n",
  "src/d/sub/two": "two\n",
  "src/foo": "foo\n",
  "rem/keep": "",
  "w/.dvc/config": "[core]\n    remote = r\n['remote \"r\"']\n    url = ../../rem\n" +
    "['remote \"ws\"']\n    url = ../../src\n",
  "w/sub/keep": "",
  "w/inner": "inner\n",
};

function sourcesWithMore(): Twins {
  const twins = new Twins(sources);
  twins.each((folder) => {
    Deno.chmodSync(folder.at("src/foo"), 0o755);
    Deno.mkdirSync(folder.at("src/empty"));
  });
  return twins;
}

Deno.test("get-url leaves what DVC leaves", async () => {
  using twins = sourcesWithMore();
  const commands = [
    ["../src/foo"],
    ["../src/foo"],
    ["../src/foo", "sub"],
    ["../src/foo", "new/place/foo"],
    ["../src/d"],
    ["../src/d"],
    ["../src/d/", "sub"],
    ["../src/d", "new/folder"],
    ["../src/empty"],
    ["remote://ws/d", "from-remote"],
    ["inner", "foo", "--force"],
    ["../src/foo", "d", "--force"],
    ["../src/nope"],
    ["remote://nope/x"],
    ["unknown://x/y"],
    ["../src/foo", "z", "--fs-config", "no=such"],
  ];
  for (const [url = "", ...args] of commands) await twins.run(["get-url", url, ...args]);
  twins.compare();
  const modes = ["foo", "sub/foo"].map((name) =>
    Deno.statSync(twins.dvt.at(`w/${name}`)).mode ?? 0
  );
  assert.deepEqual(modes.map((mode) => mode & 0o111), [0, 0]);
});

Deno.test("list-url tells what DVC tells", async () => {
  using twins = sourcesWithMore();
  const sorted = { sorted: true };
  for (const url of ["../src", "remote://ws", "remote://ws/d"]) {
    await twins.run(["list-url", url], sorted);
    await twins.run(["list-url", url, "-R"], sorted);
    await twins.run(["ls-url", url, "-R", "-L", "1"], sorted);
    await twins.run(["list-url", url, "-R", "-L", "2", "--size"], sorted);
    await twins.run(["list-url", url, "-L", "0"]);
  }
  await twins.run(["list-url", "../src", "-T"]);
  await twins.run(["list-url", "../src", "-T", "--size", "-L", "1"]);
  await twins.run(["list-url", "../src/foo"]);
  await twins.run(["list-url", "../src/nope"]);
  await twins.run(["list-url", "remote://nope"]);
});

Deno.test("add --out and --to-remote leave what DVC leaves", async () => {
  using twins = sourcesWithMore();
  const commands = [
    ["../src/foo", "-o", "out"],
    ["../src/foo", "-o", "out"],
    ["inner", "-o", "out", "-f"],
    ["../src/d", "-o", "sub"],
    ["remote://ws/d", "--out", "wd"],
    ["inner", "-o", "copy"],
    ["../src/nope", "-o", "z"],
    ["../src/d", "../src/foo", "-o", "z"],
    ["../src/d", "../src/foo", "--to-remote"],
    ["../src/*", "--glob", "-o", "z"],
    ["../src/d", "--no-commit", "-o", "z"],
    ["../src/d", "--no-commit", "--to-remote"],
    ["../src/d", "-r", "r"],
    ["../src/d", "--remote-jobs", "2"],
    ["../src/d", "--to-remote", "-r", "nope"],
    ["../src/d", "--to-remote", "-o", "nowhere/d"],
    ["remote://ws/d"],
    ["unknown://x/y"],
  ];
  for (const args of commands) await twins.run(["add", ...args]);
  twins.compare();
  for (
    const args of [
      ["../src/foo", "--to-remote"],
      ["../src/d", "--to-remote", "-r", "r", "-o", "sub/far"],
      ["remote://ws/d", "--to-remote"],
      ["inner", "--to-remote"],
    ]
  ) await twins.run(["add", ...args]);
  // dvt hides these from Git, too, so that data that is pulled later is not committed by mistake.
  twins.each((folder) => {
    for (const name of ["w/.gitignore", "w/sub/.gitignore"]) {
      if (folder.exists(name)) folder.remove(name);
    }
  });
  twins.compare();
  await twins.run(["pull", "foo.dvc", "sub/far.dvc", "d.dvc", "inner.dvc"], { sorted: true });
  twins.compare();
});

Deno.test("what needs no project works without one", async () => {
  using twins = new Twins({ "src/d/one": "one", "src/foo": "foo", "elsewhere/keep": "" });
  const cwd = twins.dvt.at("elsewhere");
  const got = await runDvt(["get-url", `file://${twins.dvt.path}/src/d`], { cwd });
  assert.equal(got.code, 0, got.stderr);
  assert.equal(twins.dvt.read("elsewhere/d/one"), "one");
  const listed = await runDvt(["list-url", `file://${twins.dvt.path}/src`, "-R"], { cwd });
  assert.equal(listed.stdout, "d/one\nfoo\n");
});
