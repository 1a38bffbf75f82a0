/** Remotes that another program opens: set up where DVC does not look, started by one's own word. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { rcloneProgram } from "../support/rclone.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { wordsOf } from "../../src/storage/ssh/program.ts";

async function withProgram(): Promise<TemporaryFolder> {
  const project = temporaryProject();
  const line = `${await rcloneProgram()} serve sftp --stdio --config /dev/null '${
    project.at("../a store")
  }'`;
  await project.dvt(["config", "--local", "dvt.remote.drive.program", line]);
  project.writeAll({ "d/a": "1", "d/b": "2" });
  await project.dvt(["add", "d"]);
  return project;
}

Deno.test("data goes to a program's store and comes back; DVC sees nothing of it", async () => {
  using project = await withProgram();
  await project.dvt(["push", "-r", "drive"]);
  assert.equal(project.files("../a store/files/md5").length, 3);
  await project.dvt(["config", "--local", "dvt.core.remote", "drive"]);
  assert.match((await project.dvt(["status", "-c"])).stdout, /in sync/);
  for (const name of ["d", ".dvc/cache"]) project.remove(name);
  await project.dvt(["pull"]);
  assert.deepEqual(project.files("d"), ["a", "b"]);
  assert.equal((await project.dvt(["verify", "--contents"])).code, 0);
  assert.match((await project.dvc(["status"])).stdout, /up to date/);
  assert.equal((await project.dvc(["remote", "list"])).stdout, "");
});

Deno.test("a program that a repository names is not started", async () => {
  using project = await withProgram();
  project.write(".dvc/dvt", "['remote \"drive\"']\n    program = touch stolen\n");
  project.remove(".dvc/dvt.local");
  const { code, stderr } = await runDvt(["push", "-r", "drive"], { cwd: project.path });
  assert.notEqual(code, 0);
  assert.match(stderr, /WARNING: the program of remote 'drive' in .* is not started/);
  assert.equal(project.exists("stolen"), false);
  project.write(".dvc/config", "['remote \"drive\"']\n    url = program://drive\n");
  assert.notEqual((await runDvt(["push", "-r", "drive"], { cwd: project.path })).code, 0);
});

Deno.test("a program that does not speak, fails, or is not there is named", async () => {
  using project = await withProgram();
  for (
    const [line, sentence] of [
      ["git --version", /the program of 'program:\/\/drive' ended|SFTP/],
      ["git no-such-verb", /ended: .*no-such-verb/],
      ["no-such-program-here", /program 'no-such-program-here' was not found/],
      ["'unclosed", /a quote is not closed/],
    ] as const
  ) {
    project.write(".dvc/dvt.local", `['remote "drive"']\n    program = "${line}"\n`);
    const { code, stderr } = await runDvt(["push", "-r", "drive"], { cwd: project.path });
    assert.notEqual(code, 0, line);
    assert.match(stderr, sentence);
  }
});

Deno.test("a command line is split as a shell splits it", () => {
  assert.deepEqual(wordsOf("rclone  serve sftp"), ["rclone", "serve", "sftp"]);
  assert.deepEqual(wordsOf(`a 'b c' "d \\" e" f\\ g ''`), ["a", "b c", 'd " e', "f g", ""]);
  assert.deepEqual(wordsOf("'$HOME;`x`'"), ["$HOME;`x`"]);
  assert.deepEqual(wordsOf("  "), []);
});
