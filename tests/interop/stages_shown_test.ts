import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

async function compare(project: TemporaryFolder, args: readonly string[]): Promise<void> {
  const wanted = await runDvc(args, { cwd: project.path });
  const found = await runDvt(args, { cwd: project.path });
  assert.equal(found.code, wanted.code, `${args.join(" ")}: ${found.stderr}${wanted.stderr}`);
  assert.equal(found.stdout, wanted.stdout, args.join(" "));
  const error = /^ERROR: .*$/m;
  assert.equal(error.exec(found.stderr)?.[0], error.exec(wanted.stderr)?.[0], args.join(" "));
}

async function someStages(): Promise<TemporaryFolder> {
  const project = temporaryProject();
  project.writeAll({ raw: "raw", "sub/deep/x": "x" });
  await project.dvt(["add", "raw", "sub/deep/x"]);
  project.write(
    "dvc.yaml",
    `stages:
  prepare:
    desc: |

      Makes it clean.
      And more.
    cmd: x
    deps: [raw]
    outs: [clean]
    metrics: [m.json]
  train:
    cmd: x
    deps: [clean, params.txt]
    params: [a]
    outs: [model]
  nothing:
    cmd: x
  needs:
    cmd: x
    deps: [${Array.from({ length: 30 }, (_, at) => `some/path${at}`).join(", ")}]
  each:
    foreach: [p, q]
    do:
      cmd: x
      deps: [model]
      outs:
      - each-\${item}
`,
  );
  return project;
}

Deno.test("stage list shows what DVC shows", async () => {
  using project = await someStages();
  for (
    const args of [
      [],
      ["--all"],
      ["--name-only"],
      ["--all", "--names-only"],
      ["raw.dvc"],
      ["-R", "sub"],
      ["train"],
      ["dvc.yaml:each"],
      ["nope"],
    ]
  ) await compare(project, ["stage", "list", ...args]);
});

Deno.test("dag prints DVC's Mermaid, and DVC's boxes where stages form a chain", async () => {
  using project = await someStages();
  for (
    const args of [
      ["--mermaid"],
      ["--md"],
      ["--mermaid", "--outs"],
      ["--mermaid", "--collapse-foreach-matrix"],
      ["--mermaid", "train"],
      ["--mermaid", "--full", "prepare"],
      ["--outs", "--collapse-foreach-matrix"],
    ]
  ) await compare(project, ["dag", ...args]);

  using chain = temporaryProject();
  for (
    const names of [["a"], ["ab", "cd"], ["a", "longer-name", "mid4"], ["x", "abcdef"], [
      "abc",
      "q",
      "xy",
      "w",
    ]]
  ) {
    const stages = names.map((name, at) =>
      `  ${name}:\n    cmd: x\n    deps: [f${at}]\n    outs: [f${at + 1}]\n`
    );
    chain.write("dvc.yaml", `stages:\n${stages.join("")}`);
    await compare(chain, ["dag"]);
  }
});

Deno.test("dag tells who needs whom where stages are no chain", async () => {
  using project = await someStages();
  const { stdout } = await project.dvt(["dag", "train", "--full"]);
  assert.equal(
    stdout,
    "raw.dvc\nprepare <- raw.dvc\ntrain <- prepare\neach@p <- train\neach@q <- train\n",
  );
  const dot = await project.dvt(["dag", "--dot", "train"]);
  assert.match(dot.stdout, /^strict digraph \{\n(?:"[^"]+";\n)+"raw\.dvc" -> "prepare";\n/);
});
