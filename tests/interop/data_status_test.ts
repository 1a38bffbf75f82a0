import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type Outcome, runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

let runs = 0;

/** Asks real DVC and dvt the same in the same project, which neither changes. */
async function compare(
  project: TemporaryFolder,
  args: readonly string[],
  below = "",
): Promise<Outcome> {
  const cwd = project.at(below);
  // DVC remembers listings in a folder of its own; each run gets a new one, to judge by what is there.
  const env = { DVC_SITE_CACHE_DIR: `${project.path}-site/${runs++}` };
  const [theirs, ours] = await Promise.all([
    runDvc(args, { cwd, env }),
    runDvt(args, { cwd }),
  ]);
  const label = args.join(" ");
  assert.equal(ours.code, theirs.code, `${label}: ${ours.stderr}${theirs.stderr}`);
  if (args.includes("--json") && ours.code === 0) {
    assert.deepEqual(ordered(JSON.parse(ours.stdout)), ordered(JSON.parse(theirs.stdout)), label);
  } else {
    // DVC prints paths, and kinds of change, in no fixed order.
    assert.deepEqual(ours.stdout.split("\n").sort(), theirs.stdout.split("\n").sort(), label);
  }
  const error = /^ERROR: .*$/m;
  assert.equal(error.exec(ours.stderr)?.[0], error.exec(theirs.stderr)?.[0], label);
  return ours;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(one)).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort().map(([key, inner]) => [key, ordered(inner)]),
  );
}

const everything = ["--untracked-files", "--granular", "--unchanged"];

async function compareStatus(project: TemporaryFolder): Promise<void> {
  await compare(project, ["data", "status"]);
  await compare(project, ["data", "status", "--json", ...everything]);
  await compare(project, ["data", "status", "--json", "--not-in-remote", "--unchanged"]);
}

async function compareDiff(project: TemporaryFolder): Promise<void> {
  await compare(project, ["diff"]);
  await compare(project, ["diff", "--json", "--show-hash"]);
}

async function seed(project: TemporaryFolder): Promise<void> {
  project.writeAll({
    "dir/a": "a",
    "dir/sub/b": "b",
    "dir/sub/deep/c": "c",
    "dir/twin": "a",
    "f": "f",
    "other/g h": "g",
  });
  await project.dvt(["add", "dir", "f", "other/g h"]);
}

Deno.test("data status and diff say what DVC says, step by step", async () => {
  using project = temporaryProject();
  await compareStatus(project);
  await compareDiff(project);
  await seed(project);
  await compareStatus(project);
  project.commit("one", "v1");
  await compareStatus(project);
  await compareDiff(project);

  project.write("dir/sub/new", "new");
  project.write("dir/a", "changed");
  project.remove("dir/sub/b");
  project.remove("f");
  project.write("loose/file", "x");
  await compareStatus(project);
  await compareDiff(project);
  await compare(project, ["diff", "--md", "--show-hash"]);

  await project.dvt(["add", "dir"]);
  await compareStatus(project);
  await compareDiff(project);
  project.commit("two", "v2");
  await compare(project, ["diff", "v1", "v2"]);
  await compare(project, ["diff", "v1", "v2", "--json", "--show-hash"]);
  await compare(project, ["diff", "v2", "v1", "--md"]);
  await compare(project, ["diff", "v1", "HEAD~1", "--json"]);
});

Deno.test("what moved is told as renamed, as DVC pairs it", async () => {
  using project = temporaryProject();
  await seed(project);
  project.commit("one");
  Deno.renameSync(project.at("dir/sub/b"), project.at("dir/moved"));
  Deno.renameSync(project.at("dir/twin"), project.at("dir/sub/twin"));
  await compareStatus(project);
  await project.dvt(["add", "dir"]);
  await project.dvt(["move", "f", "other/f"]);
  await compareStatus(project);
  await compareDiff(project);
  await project.dvt(["move", "dir", "other/dir"]);
  await compareStatus(project);
  const { stdout } = await compare(project, ["diff"]);
  assert.match(stdout, /^ {4}f -> other\/f$/m);
});

Deno.test("a file in a folder's place, and the reverse, are told as DVC does", async () => {
  using project = temporaryProject();
  await seed(project);
  project.commit("one");
  project.remove("dir");
  project.write("dir", "a file");
  project.remove("f");
  project.write("f/inside", "x");
  await compareStatus(project);
  await compareDiff(project);
  Deno.removeSync(project.at("f"), { recursive: true });
  Deno.mkdirSync(project.at("f"));
  await compareStatus(project);
  await compareDiff(project);
});

Deno.test("what cache and remote lack is told as DVC does", async () => {
  using project = temporaryProject();
  await seed(project);
  project.commit("one", "v1");
  project.write("dir/sub/new", "new");
  project.remove(".dvc/cache/files/md5");
  await compareStatus(project);
  await compareDiff(project);
  await compare(project, ["diff", "--hide-missing", "--json"]);
  await project.dvt(["add", "dir"]);
  await compareStatus(project);
  await compareDiff(project);
  await compare(project, ["diff", "v1"]);

  await project.dvt(["commit", "-f"]);
  await project.dvt(["remote", "add", "-d", "store", project.at("../store")]);
  project.write("big", "not pushed");
  await project.dvt(["add", "big"]);
  await compareStatus(project);
  await project.dvt(["push", "dir"]);
  await compareStatus(project);
  await compare(project, ["data", "status", "--json", "--not-in-remote", "--granular"]);
  // The listing is only on the remote now.
  project.remove(".dvc/cache/files/md5");
  await compareStatus(project);
  await compareDiff(project);
});

Deno.test("targets of data status and diff mean what they mean to DVC", async () => {
  using project = temporaryProject();
  await seed(project);
  project.commit("one");
  project.write("dir/sub/new", "new");
  project.write("f", "changed");
  project.remove("other/g h");
  for (const target of ["dir", "dir/sub", "dir/sub/new", "f", "other", "nope", "dir/nope"]) {
    await compare(project, ["data", "status", "--json", ...everything, target]);
  }
  await compare(project, ["data", "status", "--json", "dir", "f"]);
  for (const target of ["dir", "dir/sub", "f", "f.dvc", "nope"]) {
    await compare(project, ["diff", "--json", "--targets", target]);
  }
  await compare(project, ["diff", "--json", "--targets", "f", "dir/sub"]);
  await compare(project, ["diff", "nope"]);
  await compare(project, ["data", "status", "--not-in-remote", "-r", "nope"]);
  await compare(project, ["data", "status", "-r", "nope"]);
  await compare(project, ["data", "status", "--json", "--untracked-files"], "other");

  // DVC takes a target as if it were typed in the project's root; here it is what the shell means.
  const { stdout } = await runDvt(["data", "status", "--json", "g h"], {
    cwd: project.at("other"),
  });
  assert.deepEqual(JSON.parse(stdout), { uncommitted: { deleted: ["other/g h"] } });
});

Deno.test("a project in a folder of the repository, and one without Git, are told as DVC does", async () => {
  using project = temporaryProject({ dvc: false });
  project.write("sub/data/x", "x");
  await project.dvt(["init", "--subdir", "-q"], { cwd: project.at("sub") });
  await compare(project, ["data", "status", "--json", ...everything], "sub");
  await project.dvt(["add", "-q", "data"], { cwd: project.at("sub") });
  project.write("outside", "x");
  await compare(project, ["data", "status", "--json", ...everything], "sub");
  project.commit("one");
  project.write("sub/data/y", "y");
  await compare(project, ["data", "status", "--json", ...everything], "sub");
  await compare(project, ["diff", "--json"], "sub");

  using bare = temporaryProject({ dvc: false });
  bare.remove(".git");
  await bare.dvt(["init", "--no-scm", "-q"]);
  bare.write("f", "f");
  await bare.dvt(["add", "-q", "f"]);
  await compare(bare, ["data", "status", "--json", ...everything]);
  await compare(bare, ["diff"]);
});
