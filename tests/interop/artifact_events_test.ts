/** Versions and stages of artifacts: what dvt writes, real GTO reads, and the reverse. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { realDvc, runProgram } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** A repository of two commits that declares an artifact at the top and one in a folder. */
function repository(folder: TemporaryFolder, name: string): void {
  folder.git("init", "-q", name);
  folder.writeAll({
    [`${name}/a`]: "a",
    [`${name}/dvc.yaml`]: "artifacts:\n  mm:\n    path: a\n    type: model\n    desc: words\n",
    [`${name}/sub/dvc.yaml`]: "artifacts:\n  mm:\n    path: b\n",
  });
  folder.git("-C", name, "add", "--all");
  folder.git("-C", name, "commit", "-qm", "one");
  folder.write(`${name}/a`, "b");
  folder.git("-C", name, "commit", "-qam", "two");
}

async function gto(folder: TemporaryFolder, name: string, ...args: string[]) {
  const program = (await realDvc()).replace(/dvc$/, "gto");
  const run = await runProgram([program, ...args], { cwd: folder.at(name) });
  assert.equal(run.code, 0, run.stderr);
  return run.stdout;
}

/** All tags with their messages. */
function tags(folder: TemporaryFolder, name: string): string {
  const format = "--format=%(refname) %(objecttype) %(contents:subject)";
  return folder.git("-C", name, "for-each-ref", format, "refs/tags");
}

Deno.test("register, assign, unassign and deprecate make the tags that GTO makes", async () => {
  using folder = temporaryFolder();
  for (const name of ["ours", "theirs"]) repository(folder, name);
  const steps: [ours: string[], theirs: string[]][] = [
    [["register", "mm", "HEAD~1"], ["register", "mm", "HEAD~1"]],
    [["register", "mm", "--bump", "minor"], ["register", "mm", "--bump-minor"]],
    [["register", "sub:mm", "--version", "v3.0.0"], ["register", "sub:mm", "--version", "v3.0.0"]],
    [["assign", "mm", "--stage", "prod"], [
      "assign",
      "mm",
      "--version",
      "v0.1.0",
      "--stage",
      "prod",
    ]],
    [
      ["assign", "mm", "--version", "0.0.1", "--stage", "dev"],
      ["assign", "mm", "--version", "v0.0.1", "--stage", "dev"],
    ],
    [["unassign", "mm", "--stage", "dev"], ["deprecate", "mm", "v0.0.1", "dev"]],
    [["deprecate", "mm", "--version", "v0.0.1"], ["deprecate", "mm", "v0.0.1"]],
    [["deprecate", "sub:mm"], ["deprecate", "sub:mm"]],
  ];
  for (const [ours, theirs] of steps) {
    await folder.dvt(["artifacts", ...ours], { cwd: folder.at("ours") });
    await gto(folder, "theirs", ...theirs);
    assert.equal(tags(folder, "ours"), tags(folder, "theirs"), ours.join(" "));
  }
  // Each reads what the other wrote.
  const shown = JSON.parse(await gto(folder, "ours", "show", "--json"));
  assert.equal(shown.mm.version, "v0.1.0");
  assert.deepEqual(shown.mm.stage, { prod: "v0.1.0" });
  const { stdout } = await folder.dvt(["artifacts", "list", "theirs", "--json"]);
  assert.deepEqual(JSON.parse(stdout).artifacts, [
    {
      name: "mm",
      path: "a",
      type: "model",
      latest: "v0.1.0",
      stages: { prod: "v0.1.0" },
      deprecated: false,
    },
    {
      name: "sub:mm",
      path: "sub/b",
      type: null,
      latest: "v3.0.0",
      stages: {},
      deprecated: true,
    },
  ]);
  const history = await folder.dvt(["artifacts", "history", "theirs", "mm", "--json"]);
  const events = JSON.parse(history.stdout).events as { event: string; ref: string }[];
  const wanted = JSON.parse(
    await gto(folder, "theirs", "history", "mm", "--json"),
  ) as typeof events;
  const sorted = (list: typeof events) => list.map(({ event, ref }) => `${ref} ${event}`).sort();
  assert.deepEqual(sorted(events), sorted(wanted));
  const show = JSON.parse((await folder.dvt(["artifacts", "show", "ours", "mm", "--json"])).stdout);
  assert.equal(show.desc, "words");
  assert.deepEqual(
    show.versions.map((one: { version: string; registered: boolean; stages: string[] }) => [
      one.version,
      one.registered,
      one.stages,
    ]),
    [["v0.1.0", true, ["prod"]], ["v0.0.1", false, []]],
  );
});

Deno.test("what would make no sense of an artifact is refused, and no tag is made", async () => {
  using folder = temporaryFolder();
  repository(folder, "r");
  const cwd = folder.at("r");
  await folder.dvt(["artifacts", "register", "mm"], { cwd });
  const before = tags(folder, "r");
  for (
    const [args, words] of [
      [["register", "mm"], /already registered in this commit with version 'v0.0.1'/],
      [["register", "mm", "HEAD~1", "--version", "v0.0.1"], /has version 'v0.0.1' already/],
      [["register", "mm", "HEAD~1", "--version", "1.x"], /'1.x' is no semantic version/],
      [["register", "mm", "nope"], /unknown Git revision 'nope'/],
      [["register", "-x", "HEAD~1"], /./],
      [["register", "a b"], /Can't use 'a b' as artifact name/],
      [["assign", "mm", "--stage", "a b"], /'a b' cannot be the name of a stage/],
      [["assign", "mm", "--version", "v9.0.0", "--stage", "p"], /has no version 'v9.0.0'/],
      [["assign", "mm"], /required: --stage/],
      [["unassign", "mm", "--stage", "prod"], /nothing of 'mm' is in stage 'prod'/],
      [["deprecate", "other"], /artifact 'other' has no versions/],
    ] as const
  ) {
    const { code, stderr } = await runDvt(["artifacts", ...args], { cwd });
    assert.notEqual(code, 0, args.join(" "));
    assert.match(stderr, words);
  }
  assert.equal(tags(folder, "r"), before);
});

Deno.test("tags are pushed where that is asked for", async () => {
  using folder = temporaryFolder();
  repository(folder, "r");
  folder.git("init", "-q", "--bare", "server");
  folder.git("-C", "r", "remote", "add", "origin", folder.at("server"));
  const cwd = folder.at("r");
  await folder.dvt(["artifacts", "register", "mm", "--push"], { cwd });
  await folder.dvt(["artifacts", "assign", "mm", "--stage", "prod", "--push", "origin"], { cwd });
  assert.equal(folder.git("-C", "server", "tag"), "mm#prod#1\nmm@v0.0.1\n");
});
