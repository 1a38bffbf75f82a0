import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import { loadConfig } from "../../src/registry/config.ts";
import { requireRemote } from "../../src/registry/config_remote.ts";
import { environmentFor } from "../support/environment.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { runDvc } from "../support/dvc.ts";

function remoteOf(folder: TemporaryFolder, name?: string) {
  const config = loadConfig({
    directory: folder.path,
    environment: environmentFor(folder.path),
    dvcDirectory: folder.at(".dvc"),
  });
  return requireRemote(config, { name, project: folder.path });
}

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof DvtError, String(error));
    return error.message;
  }
  assert.fail("nothing was thrown");
}

Deno.test("requireRemote() fails in the words of DVC's push", async () => {
  using folder = temporaryProject();
  folder.write("data.txt", "data\n");
  await folder.dvc(["add", "data.txt"]);
  const remotes = `['remote "a"']\n    url = s3://b/p\n    worktree = true\n` +
    `    version_aware = false\n['remote "b"']\n    url = remote://nope/x\n` +
    `['remote "c"']\n    url = remote://a/x\n    nope = 1\n`;
  const cases: readonly (readonly [config: string, name: string | undefined])[] = [
    ["", undefined],
    ["", "Nope"],
    [remotes, undefined],
    [remotes, "a"],
    [remotes, "b"],
    [remotes, "c"],
    [`[core]\n    remote = gone\n${remotes}`, undefined],
    [`[core]\n    remote = ""\n${remotes}`, undefined],
  ];
  for (const [config, name] of cases) {
    folder.write(".dvc/config", config);
    const flags = name === undefined ? [] : ["-r", name];
    const { code, stderr } = await runDvc(["push", ...flags], { cwd: folder.path });
    assert.equal(code, 1);
    const prefix = "ERROR: failed to push data to the cloud - ";
    assert.equal(`${prefix}${faultOf(() => remoteOf(folder, name))}\n`, stderr);
  }
});

Deno.test("requireRemote() finds the folder that DVC pushes to", async () => {
  using folder = temporaryProject();
  folder.write("data.txt", "data\n");
  await folder.dvc(["add", "data.txt"]);
  const hash = /md5: ([0-9a-f]{32})/.exec(folder.read("data.txt.dvc"))?.[1] ?? "";
  folder.write(
    ".dvc/config",
    `['remote "home"']\n    url = ~/far/\n['remote "near"']\n    url = ../../store\n` +
      `['remote "inner"']\n    url = remote://near//in/ner\n['remote "odd"']\n    url = foo:bar\n`,
  );
  for (const name of ["home", "near", "inner", "odd"]) {
    await folder.dvc(["push", "-r", name]);
    const path = `files/md5/${hash.slice(0, 2)}/${hash.slice(2)}`;
    const file = `${remoteOf(folder, name).url}/${path}`;
    assert.equal(Deno.readTextFileSync(file), "data\n", name);
  }
});
