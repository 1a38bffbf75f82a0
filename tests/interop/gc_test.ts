import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { TwinProjects } from "../support/twin_projects.ts";
import { type TemporaryFolder, temporaryFolder, temporaryProject } from "../support/temporary.ts";

function cached(project: TemporaryFolder): readonly string[] {
  if (!project.exists(".dvc/cache/files/md5")) return [];
  return project.files(".dvc/cache/files/md5").filter((name) => !name.endsWith("/"));
}

/** A history of five versions: a tag on the first, a branch off the second, a dropped last one. */
async function grow(twins: TwinProjects): Promise<void> {
  const version = async (text: string, tag?: string) => {
    twins.both((project) => project.writeAll({ f: text, "dir/a": text, "dir/b": "same" }));
    await twins.dvc.dvc(["add", "-q", "f", "dir"]);
    await twins.dvt.dvt(["add", "-q", "f", "dir"]);
    twins.both((project) => project.commit(text, tag));
  };
  await version("one", "v1");
  await version("two");
  twins.both((project) => project.git("checkout", "-q", "-b", "side"));
  await version("side");
  twins.both((project) => project.git("checkout", "-q", "-"));
  await version("three");
  await version("four");
  twins.both((project) => project.write("f", "not committed"));
  await twins.dvc.dvc(["add", "-q", "f"]);
  await twins.dvt.dvt(["add", "-q", "f"]);
}

Deno.test("gc removes what DVC removes, scope by scope", async () => {
  for (
    const scope of [
      ["-A"],
      ["-a", "-T", "-n", "2"],
      ["--rev", "HEAD", "-n", "2"],
      ["-a"],
      ["-T", "--dry"],
      ["-w"],
      ["--date", "2001-01-01"],
      ["--date", "2999-01-01"],
    ]
  ) {
    using twins = new TwinProjects();
    await grow(twins);
    // Neither names files in an order of its own.
    await twins.run(["gc", "-f", ...scope], { stdout: !scope.includes("--dry") });
    const left = await runDvt(["gc", "-f", ...scope, "--dry"], { cwd: twins.dvt.path });
    if (!scope.includes("--dry")) {
      assert.match(left.stdout, /^No unused 'repo' cache to remove\.$/m);
    }
  }
});

Deno.test("gc keeps and removes on remotes what DVC does", async () => {
  using twins = new TwinProjects();
  twins.both((project) =>
    project.write(
      ".dvc/config",
      "[core]\n    remote = s\n['remote \"s\"']\n    url = ../../store\n",
    )
  );
  for (const text of ["one", "two"]) {
    twins.both((project) => project.writeAll({ f: text, "dir/a": text, "dir/b": "same" }));
    await twins.dvc.dvc(["add", "-q", "f", "dir"]);
    await twins.dvt.dvt(["add", "-q", "f", "dir"]);
    await twins.run(["push"]);
  }
  const remote = (project: TemporaryFolder) => project.at("../store");
  await twins.run(["gc", "-w", "-c", "-f"]);
  const files = (project: TemporaryFolder) =>
    [...Deno.readDirSync(`${remote(project)}/files/md5`)].flatMap(({ name }) =>
      [...Deno.readDirSync(`${remote(project)}/files/md5/${name}`)].map((one) => name + one.name)
    ).sort();
  assert.deepEqual(files(twins.dvt), files(twins.dvc));
  await twins.run(["gc", "-w", "-r", "s", "-f"]);
  await twins.run(["gc", "-w", "--not-in-remote", "-f"]);
  await twins.run(["gc", "-w", "-r", "nope", "-c", "-f"]);
});

Deno.test("gc refuses in DVC's words", async () => {
  using project = temporaryProject();
  for (
    const args of [
      [],
      ["-n", "2"],
      ["-n", "2", "-w"],
      ["-w", "-c", "--not-in-remote"],
      ["-w"],
      ["--date", "yesterday", "-f"],
      ["-a", "-T", "-n", "3", "--rev", "HEAD"],
      ["-w", "-p", ".", "--not-in-remote"],
    ]
  ) {
    const line = ["gc", ...args];
    const wanted = await runDvc(line, { cwd: project.path });
    const found = await runDvt(line, { cwd: project.path });
    const words = (text: string) =>
      text.split("\n").filter((one) => /^(ERROR|WARNING| {2}-)/.test(one));
    assert.deepEqual(words(found.stderr).at(-1), words(wanted.stderr).at(-1), line.join(" "));
    assert.equal(found.code, wanted.code, line.join(" "));
  }
});

async function refusal(project: TemporaryFolder, ...args: string[]): Promise<string> {
  const before = cached(project);
  const { code, stderr } = await runDvt(["gc", "-f", ...args], { cwd: project.path });
  assert.notEqual(code, 0);
  assert.deepEqual(cached(project), before, "nothing may be removed");
  return stderr;
}

Deno.test("C46: gc removes nothing where something that may need data cannot be read", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "f", "dir/a": "a" });
  await project.dvt(["add", "f", "dir"]);
  project.commit("one");
  project.write("junk", "junk");
  await project.dvt(["add", "junk"]);
  project.remove("junk.dvc");

  // A conflict in a stage file of another branch.
  project.git("checkout", "-q", "-b", "other");
  project.write("f.dvc", "<<<<<<< HEAD\n" + project.read("f.dvc"));
  project.commit("broken");
  project.git("checkout", "-q", "-");
  const broken = await refusal(project, "-a");
  assert.match(
    broken,
    /^ERROR: Failed to collect 'other': in commit \w{7}: .*f\.dvc.*merge conflict/m,
  );
  await refusal(project, "-A");

  // The same in the workspace.
  const text = project.read("f.dvc");
  project.write("f.dvc", "<<<<<<< HEAD\n" + text);
  assert.match(await refusal(project, "-w"), /Failed to collect 'workspace': .*f\.dvc/);
  project.write("f.dvc", text);

  // The listing of a folder is neither here nor on a remote.
  const id = /md5: (\w+)\.dir/.exec(project.read("dir.dvc"))?.[1] ?? "";
  const listing = `.dvc/cache/files/md5/${id.slice(0, 2)}/${id.slice(2)}.dir`;
  const bytes = Deno.readFileSync(project.at(listing));
  project.remove(listing);
  const lost = await refusal(project, "-w");
  assert.match(lost, /without cache for directory 'dir'/);
  assert.match(lost, new RegExp(`^hint: .*${id}\\.dir.*dvt fetch`, "m"));
  await project.dvt(["gc", "-w", "-f", "--skip-failed", "--dry"]);

  // One that is damaged is as good as none, and is set aside.
  Deno.writeFileSync(project.at(listing), new TextEncoder().encode("[]"));
  const damaged = await runDvt(["gc", "-w", "-f"], { cwd: project.path });
  assert.equal(damaged.code, 255);
  assert.equal(cached(project).length, 3);
  Deno.writeFileSync(project.at(listing), bytes);
  const { stdout } = await project.dvt(["gc", "-w", "-f"]);
  assert.match(stdout, /^Removed 1 objects from repo cache\.$/m);
  await project.dvt(["checkout"]);
});

Deno.test("gc reads a listing from the remote where the cache lacks it", async () => {
  using project = temporaryProject();
  project.writeAll({ "dir/a": "a", junk: "junk" });
  await project.dvt(["add", "dir", "junk"]);
  await project.dvt(["remote", "add", "-d", "s", project.at("../store")]);
  await project.dvt(["push", "dir"]);
  project.remove("junk.dvc");
  const id = /md5: (\w+)\.dir/.exec(project.read("dir.dvc"))?.[1] ?? "";
  project.remove(`.dvc/cache/files/md5/${id.slice(0, 2)}/${id.slice(2)}.dir`);
  await project.dvt(["gc", "-w", "-f"]);
  assert.deepEqual(cached(project), ["0c/c175b9c0f1b6a831c399e269772661"]);
});

Deno.test("gc keeps the data of imports, which their source may lose", async () => {
  using source = temporaryProject();
  source.write("f", "f");
  await source.dvt(["add", "f"]);
  source.commit("one");
  using project = temporaryProject();
  await project.dvt(["import", source.path, "f"]);
  const before = cached(project);
  await project.dvt(["gc", "-w", "-f"]);
  assert.deepEqual(cached(project), before);
});

Deno.test("C48: gc keeps what other projects on the same cache need", async () => {
  using folder = temporaryFolder();
  for (const name of ["one", "two"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
    await folder.dvt(["cache", "dir", folder.at("shared")], { cwd: folder.at(name) });
    folder.writeAll({ [`${name}/common`]: "common", [`${name}/own`]: name });
    await folder.dvt(["add", "-q", "common", "own"], { cwd: folder.at(name) });
  }
  folder.remove("one/own.dvc");
  const run = await folder.dvt(["gc", "-w", "-f"], { cwd: folder.at("one") });
  assert.match(run.stdout, /^Removed 1 objects from repo cache\.$/m);
  assert.match(run.stderr, /two' may need stays, too/);
  folder.remove("two/own");
  await folder.dvt(["checkout"], { cwd: folder.at("two") });
  assert.equal(folder.read("two/own"), "two");
  // A project that is gone needs nothing; one that cannot be read may need anything.
  folder.write("two/own.dvc", "outs: [");
  const refused = await runDvt(["gc", "-w", "-f"], { cwd: folder.at("one") });
  assert.equal(refused.code, 255);
  folder.remove("two");
  const alone = await folder.dvt(["gc", "-w", "-f"], { cwd: folder.at("one") });
  assert.match(alone.stdout, /^Removed 1 objects/m);
});

Deno.test("what gc puts into the trash comes back; young objects stay where that is set", async () => {
  using project = temporaryProject();
  project.writeAll({ f: "f", "dir/a": "a" });
  await project.dvt(["add", "f", "dir"]);
  const before = cached(project);
  project.remove("f.dvc");
  project.remove("dir.dvc");
  project.write(".dvc/dvt", "[gc]\n    grace = 3600\n");
  await project.dvt(["gc", "-w", "-f"]);
  assert.deepEqual(cached(project), before);
  project.remove(".dvc/dvt");
  const { stdout, stderr } = await project.dvt(["gc", "-w", "-f", "--trash"]);
  assert.match(stdout, /^Removed 3 objects from repo cache\.$/m);
  assert.match(stderr, /dvt gc --restore/);
  assert.deepEqual(cached(project), []);
  assert.equal(
    (await project.dvt(["gc", "--restore"])).stdout,
    "Restored 3 objects from the trash.\n",
  );
  assert.deepEqual(cached(project), before);
  await project.dvt(["gc", "-w", "-f", "--trash"]);
  assert.match((await project.dvt(["gc", "--empty-trash"])).stdout, /^Removed 3 objects/);
});
