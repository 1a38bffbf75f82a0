import assert from "node:assert/strict";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

/** Every verb of DVC that works without a server or a terminal. */
const commands: readonly (readonly string[])[] = [
  ["root"],
  ["version"],
  ["config", "-l", "--show-origin"],
  ["remote", "add", "-d", "store", "../store"],
  ["remote", "list"],
  ["cache", "dir"],
  ["add", "data"],
  ["status"],
  ["data", "status"],
  ["commit", "-f", "data.dvc"],
  ["push"],
  ["status", "-c"],
  ["fetch"],
  ["pull"],
  ["checkout"],
  ["diff"],
  ["list", ".", "-R"],
  ["list-url", "data"],
  ["du", "."],
  ["get", ".", "data/a.txt", "-o", "copy.txt"],
  ["get-url", "data/a.txt", "other.txt"],
  ["import", ".", "data/a.txt", "-o", "imported.txt"],
  ["import-url", "data/a.txt", "fetched.txt"],
  ["update", "fetched.txt.dvc"],
  ["unfreeze", "fetched.txt.dvc"],
  ["freeze", "fetched.txt.dvc"],
  ["unprotect", "data"],
  ["move", "fetched.txt", "moved.txt"],
  ["remove", "moved.txt.dvc"],
  ["check-ignore", "-d", "skipped.log"],
  ["stage", "add", "-n", "make", "-M", "out.json", "echo {} > out.json"],
  ["stage", "list"],
  ["repro"],
  ["dag"],
  ["metrics", "show"],
  ["params", "diff"],
  ["plots", "diff"],
  ["exp", "list"],
  ["queue", "status"],
  ["artifacts", "get", ".", "nothing"],
  ["gc", "-w", "-f"],
  ["cache", "migrate"],
  ["install"],
];

const settings = {
  ".dvc/dvt":
    "[core]\n    jobs = 8\n['remote \"store\"']\n    mirrors = https://m1/x, https://m2/x\n",
  ".dvc/dvt.local": "[lock]\n    wait = 5\n",
};

function project(): TemporaryFolder {
  const folder = temporaryProject();
  folder.writeAll({
    "data/a.txt": "a\n",
    "data/b.txt": "b\n",
    "skipped.log": "",
    ".dvcignore": "*.log\n",
  });
  return folder;
}

Deno.test("DVC does not notice dvt's settings, whatever it is asked to do", async () => {
  using plain = project();
  using set = project();
  await set.dvt(["config", "dvt.core.jobs", "8"]);
  await set.dvt(["config", "dvt.remote.store.mirrors", "https://m1/x, https://m2/x"]);
  await set.dvt(["config", "--local", "dvt.lock.wait", "5"]);
  assert.equal(set.read(".dvc/dvt.local"), settings[".dvc/dvt.local"]);
  assert.equal(set.git("check-ignore", ".dvc/dvt.local").trim(), ".dvc/dvt.local");
  plain.write(".dvc/.gitignore", set.read(".dvc/.gitignore"));
  set.write(".dvc/dvt", settings[".dvc/dvt"]);
  for (const folder of [plain, set]) folder.commit("start");
  const revisions = [plain, set].map((folder) => folder.git("rev-parse", "HEAD").trim());
  for (const args of commands) {
    const [wanted, found] = await Promise.all(
      [plain, set].map(async (folder, at) => {
        const { code, stdout, stderr } = await runDvc(args, { cwd: folder.path });
        const settle = (text: string) =>
          text.replaceAll(folder.path.replace(/\/work$/, ""), "<top>").replaceAll(
            revisions[at] ?? "",
            "<rev>",
          )
            .replaceAll(/repo\/[0-9a-f]{32}/g, "repo/<token>").replaceAll(/ {2,}/g, " ");
        return { code, stdout: settle(stdout), stderr: settle(stderr) };
      }),
    );
    assert.deepEqual(found, wanted, `dvc ${args.join(" ")}`);
  }
  for (const [name, content] of Object.entries(settings)) assert.equal(set.read(name), content);
  assert.deepEqual(
    set.files().filter((name) => !/^\.dvc\/(dvt|tmp\/|cache\/)/.test(name)),
    plain.files().filter((name) => !/^\.dvc\/(tmp\/|cache\/)/.test(name)),
  );
});

Deno.test("what DVC cannot write, dvt writes such that DVC reads it", async () => {
  using folder = temporaryProject();
  folder.write(".dvc/config", "[core]\n    autostage = true\n");
  const broken = await runDvc(["config", "exp.git_remote", "größe"], { cwd: folder.path });
  assert.equal(broken.code, 255);
  assert.equal(folder.read(".dvc/config"), "", "DVC leaves an empty file behind");
  folder.write(".dvc/config", "[core]\n    autostage = true\n");
  await folder.dvt(["config", "exp.git_remote", "größe"]);
  assert.equal(
    folder.read(".dvc/config"),
    "[core]\n    autostage = true\n[exp]\n    git_remote = größe\n",
  );
  assert.equal((await folder.dvc(["config", "exp.git_remote"])).stdout, "größe\n");
});
