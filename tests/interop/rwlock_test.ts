/** Outputs that a running `dvc repro` is at, which gave the project's lock back meanwhile. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { realDvc, runDvc } from "../support/dvc.ts";
import { environmentFor } from "../support/environment.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

/** Starts a pipeline that has written half of its output, and works on. */
async function startPipeline(project: TemporaryFolder): Promise<Deno.ChildProcess> {
  project.write(
    "dvc.yaml",
    'stages:\n  s:\n    cmd: sh -c "echo half > out; touch begun; sleep 60"\n    outs: [out]\n',
  );
  project.write("f", "f");
  await project.dvt(["add", "-q", "f"]);
  const child = new Deno.Command(await realDvc(), {
    args: ["repro", "-q"],
    cwd: project.path,
    clearEnv: true,
    env: environmentFor(project.path),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (!project.exists("begun")) await new Promise((resolve) => setTimeout(resolve, 50));
  return child;
}

Deno.test("what a running pipeline writes is left alone, in DVC's words", async () => {
  using project = temporaryProject();
  const child = await startPipeline(project);
  try {
    const same = async (args: readonly string[]) => {
      const theirs = await runDvc(args, { cwd: project.path });
      const ours = await runDvt(args, { cwd: project.path });
      assert.match(theirs.stderr, /is busy, it is being blocked by/, args.join(" "));
      assert.deepEqual([ours.code, ours.stderr], [theirs.code, theirs.stderr], args.join(" "));
    };
    await same(["remove", "s", "--outs"]);
    assert.equal(project.read("out"), "half\n");
    const { code, stderr } = await runDvt(["commit", "-f"], { cwd: project.path });
    assert.equal(code, 1);
    assert.match(stderr, /is busy, it is being blocked by:\n {2}\(PID \d+\): .*dvc repro -q/);
    // Nobody is at the rest.
    project.remove("f");
    await project.dvt(["checkout", "f.dvc"]);
    assert.equal(project.read("f"), "f");
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  // The dead hold nothing.
  await project.dvt(["remove", "s", "--outs"]);
  assert.equal(project.exists("out"), false);
});

Deno.test("a lock file that cannot be understood is named", async () => {
  using project = temporaryProject();
  project.write("f", "f");
  await project.dvt(["add", "f"]);
  for (const text of ["{", "[]", '{"write": {"/x": 1}}', '{"read": {"/x": [{"pid": "1"}]}}']) {
    project.write(".dvc/tmp/rwlock", text);
    project.write("f", text);
    const { code, stderr } = await runDvt(["add", "f"], { cwd: project.path });
    const theirs = await runDvc(["add", "f"], { cwd: project.path });
    assert.equal(code, theirs.code);
    const error = /^ERROR: (.*?)$/m;
    const [said, wanted] = [stderr, theirs.stderr].map((words) => error.exec(words)?.[1] ?? "");
    // DVC goes on with what Python's parser says.
    assert.ok(
      said !== "" && wanted?.startsWith(said?.replace(/\.$/, "") ?? ""),
      `${said}\n${wanted}`,
    );
  }
});
