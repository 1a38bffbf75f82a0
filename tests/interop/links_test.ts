/** Link types, shared caches and umasks, as DVC has them. */
import assert from "node:assert/strict";
import { projectFolder } from "../../scripts/project_folder.ts";
import { runDvt } from "../support/cli.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { realDvc, runProgram } from "../support/dvc.ts";
import type { TemporaryFolder } from "../support/temporary.ts";
import { Twins } from "../support/twins.ts";

/** Modes, links and owners' counts of the workspace and the cache; the cache is at `cache`. */
function shape(folder: TemporaryFolder, cache: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string) => {
    const info = Deno.lstatSync(folder.at(path));
    const mode = ((info.mode ?? 0) & 0o7777).toString(8);
    if (info.isSymlink) {
      found[path] = `-> ${Deno.readLinkSync(folder.at(path)).replace(folder.path, "<here>")}`;
    } else found[path] = info.isDirectory ? mode : `${mode} ${info.nlink}`;
    if (!info.isDirectory) return;
    for (const { name } of Deno.readDirSync(folder.at(path))) {
      if (name !== ".dvt" && name !== "runs") visit(`${path}/${name}`);
    }
  };
  for (const path of ["w/d", "w/f", "w/d.dvc", "w/f.dvc", `${cache}/files`]) visit(path);
  return found;
}

const masks = [0o022, 0o077, 0o002];

Deno.test("modes and links are DVC's for every link type, shared or not, under every umask", async () => {
  const dvc = await realDvc();
  // A process of its own, whose umask is its own.
  const dvt = `'${Deno.execPath()}' run -A -q --no-check '${projectFolder}/main.ts'`;
  for (const mask of masks) {
    for (const shared of ["", "    shared = group\n"]) {
      const types = mask === 0o022 ? ["copy", "hardlink", "symlink", "hardlink,symlink"] : ["copy"];
      for (const type of types) {
        const label = `umask ${mask.toString(8)} ${type} ${shared.trim()}`;
        using twins = new Twins({
          "w/.dvc/config": `[cache]\n    dir = ../../cache\n    type = ${type}\n${shared}`,
          "w/d/a": "one",
          "w/d/sub/b": "two",
          "w/f": "three",
        });
        twins.each((folder) => Deno.chmodSync(folder.at("w/d/a"), 0o755));
        const steps = "add -q d f && rm -rf d f && DVC checkout -q";
        const script = `umask ${mask.toString(8)}; DVC ${steps}`.replaceAll("DVC", `'${dvc}'`);
        const theirs = await runProgram(["sh", "-c", script], { cwd: twins.dvc.at("w") });
        assert.equal(theirs.code, 0, theirs.stderr);
        const ours = await runProgram(["sh", "-c", script.replaceAll(`'${dvc}'`, dvt)], {
          cwd: twins.dvt.at("w"),
          env: { DENO_DIR: await denoFolder() },
        });
        assert.equal(ours.code, 0, ours.stderr);
        assert.deepEqual(shape(twins.dvt, "cache"), shape(twins.dvc, "cache"), label);
      }
    }
  }
});

Deno.test("relinking, unprotecting and moving the cache leave what DVC leaves", async () => {
  using twins = new Twins({
    "w/.dvc/config": "[cache]\n    type = copy\n",
    "w/d/a": "one",
    "w/d/sub/b": "two",
    "w/f": "three",
  });
  const compare = (cache: string, label: string) =>
    assert.deepEqual(shape(twins.dvt, cache), shape(twins.dvc, cache), label);
  await twins.run(["add", "-q", "d", "f"]);
  compare("w/.dvc/cache", "copies");
  for (const type of ["symlink", "hardlink", "copy", "symlink"]) {
    await twins.run(["config", "cache.type", type]);
    await twins.run(["checkout", "--relink"]);
    compare("w/.dvc/cache", type);
    await twins.run(["status"]);
  }
  await twins.run(["unprotect", "d", "f"]);
  compare("w/.dvc/cache", "unprotected");
  await twins.run(["checkout", "--relink"]);
  twins.each((folder) => Deno.renameSync(folder.at("w/.dvc/cache"), folder.at("cache")));
  await twins.run(["cache", "dir", "../cache"]);
  await twins.run(["checkout", "--relink"]);
  compare("cache", "the cache is elsewhere");
  await twins.run(["status"]);
});

Deno.test("a link to a file of the cache is written through by nobody", async () => {
  using twins = new Twins({ "w/.dvc/config": "[cache]\n    type = hardlink\n", "w/f": "three" });
  const { dvt: folder } = twins;
  await folder.dvt(["add", "-q", "f"], { cwd: folder.at("w") });
  assert.equal((Deno.lstatSync(folder.at("w/f")).mode ?? 0) & 0o222, 0);
  Deno.removeSync(folder.at("w/f"));
  folder.write("w/f", "edited");
  const { stdout } = await runDvt(["status", "--json"], { cwd: folder.at("w") });
  assert.match(stdout, /"f": "modified"/);
});
