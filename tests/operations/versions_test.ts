/** Which versions there are, which are newer, and where data comes from. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** A registry with versions 1.0.0, 1.1.0 and 2.0.0 of `d`, and a project `w` beside it. */
async function place(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  await folder.dvt(["remote", "add", "-q", "-d", "main", folder.at("store")], {
    cwd: folder.at("reg"),
  });
  await publish(folder, "v1.0.0", { "d/a": "a", "d/b": "b" });
  await publish(folder, "v1.1.0", { "d/b": "bb", "d/c": "c" });
  await publish(folder, "v2.0.0", { "d/c": undefined, "d/e": "eee" });
  return folder;
}

async function publish(
  folder: TemporaryFolder,
  tag: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) folder.remove(`reg/${name}`);
    else folder.write(`reg/${name}`, text);
  }
  const cwd = folder.at("reg");
  await folder.dvt(["add", "-q", "d"], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", `the data of ${tag}`);
  folder.git("-C", "reg", "tag", tag);
}

Deno.test("versions tells tags, sizes and hashes, and downloads no data", async () => {
  using folder = await place();
  folder.remove("store");
  folder.remove("reg/.dvc/cache");
  const url = `file://${folder.at("reg")}`;
  const { stdout } = await folder.dvt(["versions", url, "d", "--json"]);
  const found = JSON.parse(stdout).versions as {
    tags: string[];
    subject: string;
    size: number;
    nfiles: number;
    hash: string;
    current: boolean;
  }[];
  assert.deepEqual(
    found.map(({ tags, subject, size, nfiles, current }) => [tags, subject, size, nfiles, current]),
    [
      [["v2.0.0"], "the data of v2.0.0", 6, 3, true],
      [["v1.1.0"], "the data of v1.1.0", 4, 3, false],
      [["v1.0.0"], "the data of v1.0.0", 2, 2, false],
    ],
  );
  assert.match(folder.read("reg/d.dvc"), new RegExp(`md5: ${found[0]?.hash}`));
  // Data that goes and comes back, under another stage file's name, and a tag that says nothing new.
  folder.git("-C", "reg", "mv", "d.dvc", "other.dvc");
  folder.git("-C", "reg", "commit", "-qm", "renamed");
  folder.git("-C", "reg", "tag", "same");
  const text = await folder.dvt(["versions", "reg", "d/a"]);
  assert.match(text.stdout, /^\* {2}(?:v2\.0\.0 same|same v2\.0\.0) +\S+ \S+ +6 +3 files/);
  assert.equal(text.stdout.split("\n").length, 4);
  const plain = await folder.dvt(["versions", "reg", ".dvcignore", "--json"]);
  assert.equal(JSON.parse(plain.stdout).versions.length, 1);
  const nothing = await runDvt(["versions", "reg", "nope"], { cwd: folder.path });
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /'nope' was never in 'reg'/);
});

Deno.test("an import follows a range of versions, and DVC reads its stage file", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  await folder.dvt(["import", "-q", "--version", "~1.0", "../reg", "d"], { cwd });
  assert.match(folder.read("w/d.dvc"), /rev: v1\.0\.0\n[^]*meta:\n {2}dvt:\n {4}version: ~1\.0\n/);
  assert.deepEqual(folder.files("w/d"), ["a", "b"]);

  const early = await runDvt(["outdated", "--json"], { cwd });
  assert.equal(early.code, 1);
  const [one] = JSON.parse(early.stdout).imports;
  assert.deepEqual(
    [one.range, one.current.rev, one.wanted.rev, one.newest.rev, one.changes, one.outdated],
    ["~1.0", "v1.0.0", "v1.0.0", "v2.0.0", null, true],
  );

  const plan = await folder.dvt(["update", "--version", "^1", "d.dvc", "--dry-run"], { cwd });
  assert.match(plan.stdout, /v1\.0\.0 \w{7} -> v1\.1\.0 \w{7}: 1 file added, 1 file modified/);
  assert.deepEqual(folder.files("w/d"), ["a", "b"]);
  await folder.dvt(["update", "-q", "--version", "^1", "d.dvc"], { cwd });
  assert.match(folder.read("w/d.dvc"), /rev: v1\.1\.0\n[^]*version: \^1\n/);
  assert.deepEqual(folder.files("w/d"), ["a", "b", "c"]);

  // What DVC does with it keeps it.
  const status = await runDvc(["status", "--json"], { cwd });
  assert.deepEqual([status.code, status.stdout], [0, "{}\n"]);
  const theirs = await runDvc(["freeze", "d.dvc"], { cwd });
  assert.equal(theirs.code, 0, theirs.stderr);
  assert.match(folder.read("w/d.dvc"), /version: \^1\n/);

  await publish(folder, "v1.2.0", { "d/f": "ff" });
  const { stdout } = await runDvt(["outdated"], { cwd });
  assert.match(stdout, /d\.dvc +v1\.1\.0 +v1\.2\.0 +v2\.0\.0 +2 files added, 1 file deleted; 5B/);
  await folder.dvt(["update", "-q", "d.dvc"], { cwd });
  assert.match(folder.read("w/d.dvc"), /rev: v1\.2\.0\n/);

  await folder.dvt(["update", "-q", "--rev", "v1.0.0", "d.dvc"], { cwd });
  assert.doesNotMatch(folder.read("w/d.dvc"), /meta/);
  for (
    const [args, words] of [
      [["import", "../reg", "d", "-o", "x", "--version", "latest"], /is no range of versions/],
      [["import", "../reg", "d", "-o", "x", "--version", "^7"], /no version of 'd'.* is in '\^7'/],
      [["import", "../reg", "d", "-o", "x", "--version", "1", "--rev", "v1"], /not allowed with/],
      [["import", "../reg", "d", "-o", "x", "--version", "1", "--no-exec"], /can't be used with/],
    ] as const
  ) {
    const { code, stderr } = await runDvt(args, { cwd });
    assert.notEqual(code, 0, args.join(" "));
    assert.match(stderr, words);
    assert.equal(folder.exists("w/x.dvc"), false);
  }
});

Deno.test("outdated: nothing newer is 0, something is 1, a source that is gone is 255", async () => {
  using folder = await place();
  const cwd = folder.at("w");
  const none = await runDvt(["outdated"], { cwd });
  assert.deepEqual([none.code, none.stdout], [0, ""]);
  await folder.dvt(["import", "-q", "../reg", "d"], { cwd });
  assert.equal((await runDvt(["outdated"], { cwd })).code, 0);
  folder.write("reg/unrelated", "1");
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "unrelated");
  assert.equal((await runDvt(["outdated"], { cwd })).code, 0, "the data is the same");
  await publish(folder, "v3.0.0", { "d/new": "new" });
  const newer = await runDvt(["outdated", "d.dvc"], { cwd });
  assert.equal(newer.code, 1);
  assert.match(newer.stdout, /1 file added/);
  Deno.renameSync(folder.at("reg"), folder.at("gone"));
  const gone = await runDvt(["outdated", "--json"], { cwd });
  assert.equal(gone.code, 255);
  assert.match(gone.stderr, /'d\.dvc': /);
  assert.equal(JSON.parse(gone.stdout).imports[0].outdated, false);
});

Deno.test("why leads back through every repository", async () => {
  using folder = await place();
  await folder.dvt(["import", "-q", "--rev", "v1.1.0", "../reg", "d"], { cwd: folder.at("w") });
  folder.git("-C", "w", "add", "--all");
  folder.git("-C", "w", "commit", "-qm", "imported");
  folder.git("init", "-q", "last");
  const cwd = folder.at("last");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["import", "-q", "../w", "d", "-o", "mine"], { cwd });
  const { stdout } = await folder.dvt(["why", "mine/c", "--json"], { cwd });
  const steps = JSON.parse(stdout).steps as {
    url: string;
    rev: string;
    path: string;
    remote: string;
  }[];
  assert.deepEqual(
    steps.map(({ url, rev, path }) => [url.replace(folder.path, "…"), rev, path]),
    [[".", null, "mine/c"], ["…/w", null, "d/c"], ["…/reg", "v1.1.0", "d/c"]],
  );
  assert.equal(steps[2]?.remote, folder.at("store"));
  const text = await folder.dvt(["why", "mine.dvc"], { cwd });
  assert.match(
    text.stdout,
    /^mine\n {4}recorded in mine\.dvc\n[^]* {2}from 'd' of '.*\/reg' at v1\.1\.0/,
  );
  Deno.renameSync(folder.at("reg"), folder.at("gone"));
  const broken = await runDvt(["why", "mine"], { cwd });
  assert.equal(broken.code, 255);
  assert.match(broken.stdout, /not followed: /);
  const unknown = await runDvt(["why", "nope"], { cwd });
  assert.match(unknown.stderr, /'nope' is not tracked/);
});

Deno.test("diff --repo compares two versions of a registry, and downloads no data", async () => {
  using folder = await place();
  folder.remove("reg/.dvc/cache");
  for (const name of folder.files("store/files/md5").filter((one) => !one.endsWith(".dir"))) {
    folder.remove(`store/files/md5/${name}`);
  }
  const url = `file://${folder.at("reg")}`;
  const two = await folder.dvt(["diff", "--repo", url, "v1.0.0", "v1.1.0", "--json"]);
  assert.deepEqual(JSON.parse(two.stdout), {
    added: [{ path: "d/c" }],
    deleted: [],
    modified: [{ path: "d/" }, { path: "d/b" }],
    renamed: [],
  });
  const newest = await folder.dvt(["diff", "--repo", "reg", "v1.1.0"]);
  assert.match(newest.stdout, /Added:\n {4}d\/e\n\nDeleted:\n {4}d\/c\n/);
  for (
    const [args, words] of [
      [["--repo", "reg"], /--repo needs the old commit/],
      [["--repo", "reg", "nope"], /nope/],
      [["--repo", "reg", "v1.0.0", "--targets", "x"], /'x' is no tracked data/],
    ] as const
  ) {
    const { code, stderr } = await runDvt(["diff", ...args], { cwd: folder.path });
    assert.notEqual(code, 0);
    assert.match(stderr, words);
  }
});
