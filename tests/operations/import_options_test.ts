/** Parts of folders, and imports that outlive their source. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** A registry with a folder `d`, and a project `w` with a remote of its own beside it. */
async function place(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    const cwd = folder.at(name);
    await folder.dvt(["init", "-q"], { cwd });
    await folder.dvt(["remote", "add", "-q", "-d", "main", folder.at(`${name}-store`)], { cwd });
  }
  folder.writeAll({
    "reg/d/train/a.csv": "a",
    "reg/d/train/b.tmp": "b",
    "reg/d/test/c.csv": "c",
    "reg/d/readme": "r",
    "reg/f": "f",
    "reg/plain/x.csv": "of git",
    "reg/plain/y": "of git, too",
  });
  const cwd = folder.at("reg");
  await folder.dvt(["add", "-q", "d", "f"], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  commit(folder, "reg");
  return folder;
}

function commit(folder: TemporaryFolder, name: string): void {
  folder.git("-C", name, "add", "--all");
  folder.git("-C", name, "commit", "-qm", "step");
}

Deno.test("get brings the files of a folder that are wanted", async () => {
  using folder = await place();
  for (
    const [options, wanted] of [
      [["--include", "train/*"], ["train/a.csv", "train/b.tmp"]],
      [["--include", "train"], ["train/a.csv", "train/b.tmp"]],
      [["--include", "*.csv"], ["test/c.csv", "train/a.csv"]],
      [["--include", "**/*.csv", "--exclude", "test/"], ["train/a.csv"]],
      [["--exclude", "*.tmp", "--exclude", "readme"], ["test/c.csv", "train/a.csv"]],
    ] as const
  ) {
    await folder.dvt(["get", "reg", "d", "-o", "out", ...options]);
    assert.deepEqual(folder.files("out"), wanted, options.join(" "));
    folder.remove("out");
  }
  await folder.dvt(["get", "reg", "plain", "--include", "*.csv"]);
  assert.deepEqual(folder.files("plain"), ["x.csv"]);
  for (
    const [args, words] of [
      [["d", "--include", "nope/*"], /no file of 'd' is wanted/],
      [["f", "--include", "f"], /'f' is a file/],
    ] as const
  ) {
    const { code, stderr } = await runDvt(["get", "reg", ...args], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});

Deno.test("a partial import stays one: status, pull, update; DVC reads its stage file", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  await folder.dvt(["import", "-q", "../reg", "d", "--include", "train", "--exclude", "*.tmp"], {
    cwd,
  });
  assert.deepEqual(folder.files("w/d"), ["train/a.csv"]);
  for (const run of [runDvt, runDvc]) {
    const { stdout } = await run(["status", "--json"], { cwd });
    assert.deepEqual(JSON.parse(stdout), {});
  }
  for (const name of ["w/d", "w/.dvc/cache"]) folder.remove(name);
  await folder.dvt(["pull"], { cwd });
  assert.deepEqual(folder.files("w/d"), ["train/a.csv"]);
  folder.writeAll({ "reg/d/train/new.csv": "new", "reg/d/test/new": "new" });
  await folder.dvt(["add", "-q", "d"], { cwd: folder.at("reg") });
  commit(folder, "reg");
  const outdated = await runDvt(["outdated", "--json"], { cwd });
  assert.deepEqual(JSON.parse(outdated.stdout).imports[0].changes, {
    added: 1,
    modified: 0,
    deleted: 0,
    bytes: 3,
  });
  await folder.dvt(["update", "-q", "d.dvc"], { cwd });
  assert.deepEqual(folder.files("w/d"), ["train/a.csv", "train/new.csv"]);
  assert.match(folder.read("w/d.dvc"), /include:\n {4}- train\n {4}exclude:\n {4}- '\*\.tmp'\n/);
});

Deno.test("imports that are kept survive their source", async () => {
  for (const way of ["option", "setting"]) {
    using folder = await place();
    const cwd = folder.at("w");
    if (way === "setting") folder.write("w/.dvc/dvt", "[import]\n    push = true\n");
    const option = way === "option" ? ["--push"] : [];
    await folder.dvt(["import", "-q", "../reg", "d", ...option], { cwd });
    await folder.dvt(["import", "-q", "../reg", "f"], { cwd });
    await folder.dvt(["push"], { cwd });
    const count = way === "setting" ? 6 : 5;
    assert.equal(folder.files("w-store/files/md5").length, count);
    commit(folder, "w");
    Deno.renameSync(folder.at("reg"), folder.at("gone"));
    folder.git("clone", "-q", "w", "clone");
    const run = await runDvt(["pull"], { cwd: folder.at("clone") });
    assert.equal(run.code, way === "setting" ? 0 : 1, run.stderr);
    assert.equal(folder.read("clone/d/readme"), "r");
    assert.equal(folder.exists("clone/f"), way === "setting");
  }
});

Deno.test("what somebody pushed of an import is found though nothing says so", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  await folder.dvt(["import", "-q", "../reg", "d"], { cwd });
  await folder.dvt(["push"], { cwd, env: { DVT_IMPORT_PUSH: "true" } });
  Deno.renameSync(folder.at("reg"), folder.at("gone"));
  for (const name of ["w/d", "w/.dvc/cache"]) folder.remove(name);
  await folder.dvt(["pull"], { cwd });
  assert.equal(folder.read("w/d/train/a.csv"), "a");
});

Deno.test("pull brings the files that are wanted, and the rest later", async () => {
  using folder = await place();
  folder.git("clone", "-q", "reg", "clone");
  const cwd = folder.at("clone");
  await folder.dvt(["pull", "--include", "train/*", "--exclude", "*.tmp"], { cwd });
  assert.deepEqual(folder.files("clone/d"), ["train/a.csv"]);
  assert.equal(folder.read("clone/f"), "f", "patterns are for folders");
  assert.equal(folder.files("clone/.dvc/cache/files/md5").length, 3);
  await folder.dvt(["pull", "d", "--include", "test"], { cwd });
  assert.deepEqual(folder.files("clone/d"), ["test/c.csv", "train/a.csv"]);
  await folder.dvt(["pull"], { cwd });
  assert.equal(folder.files("clone/d").length, 4);
  assert.equal((await folder.dvt(["status", "--json"], { cwd })).stdout, "{}\n");
});

Deno.test("options of remotes come from the environment, for a source's remote, too", async () => {
  using folder = await place();
  const cwd = folder.at("reg");
  await folder.dvt(["remote", "add", "-q", "other-one", "/nowhere"], { cwd });
  await folder.dvt(["remote", "modify", "-q", "main", "url", "/gone"], { cwd });
  commit(folder, "reg");
  folder.remove("reg/.dvc/cache");
  const url = `file://${folder.at("reg")}`;
  const failed = await runDvt(["get", url, "d"], { cwd: folder.path });
  assert.equal(failed.code, 255);
  const env = { DVT_REMOTE_MAIN_URL: folder.at("reg-store"), DVT_REMOTE_MAIN_NONSENSE: "x" };
  await folder.dvt(["get", url, "d"], { env });
  assert.equal(folder.read("d/readme"), "r");
  await folder.dvt(["pull", "-r", "other-one"], {
    cwd,
    env: { DVT_REMOTE_OTHER_ONE_URL: folder.at("reg-store") },
  });
  assert.equal(folder.files("reg/.dvc/cache/files/md5").length, 6);
});
