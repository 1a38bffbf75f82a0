import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryFolder, temporaryProject } from "../support/temporary.ts";

Deno.test("completion knows the project's remotes, and nothing outside of one", async () => {
  using project = temporaryProject();
  const answer = async (...words: string[]) => {
    const { code, stdout, stderr } = await runDvt(["complete", "--", ...words], {
      cwd: project.path,
    });
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout.split("\n").slice(0, -1);
  };
  await runDvt(["remote", "add", "storage", "/nowhere"], { cwd: project.path });
  assert.deepEqual(await answer("remote", "modify", ""), ["storage\t", ":files"]);
  assert.deepEqual(await answer("remote", "modify", "x"), [":files"]);
  using folder = temporaryFolder();
  const outside = await runDvt(["complete", "--", "remote", "modify", ""], { cwd: folder.path });
  assert.deepEqual(outside, { code: 0, stdout: ":files\n", stderr: "" });
});

Deno.test("completion -s prints a script; without a shell it is bash's, as in DVC", async () => {
  const usual = await runDvt(["completion"], { cwd: "/" });
  const named = await runDvt(["completion", "-sbash"], { cwd: "/" });
  assert.equal(usual.stdout, named.stdout);
  assert.match(usual.stdout, /^# bash completion for dvt/);
});

Deno.test("version tells about the machine and the project", async () => {
  using project = temporaryProject();
  const { code, stdout, stderr } = await runDvt(["doctor"], { cwd: project.path });
  assert.deepEqual([code, stderr], [0, ""]);
  for (
    const line of [
      /^dvt version: \d+\.\d+\.\d+\n-+\nDVC version: \d+\.\d+\.\d+ /,
      /^Platform: Deno \d+\.\d+\.\d+ on \S+ \S+$/m,
      /^Git: git version /m,
      /^Cache types: /m,
      /^Remotes: None$/m,
      /^Repo: dvc, git$/m,
    ]
  ) assert.match(stdout, line);
});
