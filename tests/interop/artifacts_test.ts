import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { Twins } from "../support/twins.ts";

/** A registry with two versions of everything, pushed to a remote beside it. */
async function registry(): Promise<TemporaryFolder> {
  const folder = temporaryProject();
  folder.writeAll({
    ".dvc/config": `[core]\n    remote = r\n['remote "r"']\n    url = ${folder.path}/../rem\n`,
    "dvc.yaml": "artifacts:\n  text-clf:\n    path: models/m.pkl\n    type: model\n" +
      "  folder:\n    path: models/dir\n  gone:\n    path: models/none\n" +
      "  templated:\n    path: ${place}\n",
    "params.yaml": "place: models/m.pkl\n",
    "sub/dvc.yaml": "artifacts:\n  inner:\n    path: in.txt\n",
    "models/m.pkl": "model 1",
    "models/dir/a": "a",
    "models/dir/b": "b",
    "sub/in.txt": "inner 1",
  });
  await folder.dvc(["add", "models/m.pkl", "models/dir"]);
  folder.commit("one");
  tag(folder, "text-clf@v1.9.0", "sub=inner@v1.0.0", "folder@v1.0.0", "gone@v1.0.0");
  tag(folder, "templated@v1.0.0", "undeclared@v1.0.0", "text-clf#prod#1");
  folder.write("models/m.pkl", "model 2");
  folder.write("sub/in.txt", "inner 2");
  await folder.dvc(["add", "models/m.pkl"]);
  folder.commit("two");
  tag(folder, "text-clf@v1.10.0", "sub=inner@v2.0.0", "text-clf#dev#2");
  folder.git("tag", "light@v1.0.0");
  folder.write("models/m.pkl", "not registered");
  await folder.dvc(["add", "models/m.pkl"]);
  folder.commit("three");
  await folder.dvc(["push", "--all-commits"]);
  return folder;
}

function tag(folder: TemporaryFolder, ...names: readonly string[]): void {
  for (const name of names) folder.git("tag", "-a", name, "-m", "x");
}

Deno.test("artifacts get brings the versions that DVC brings", async () => {
  using source = await registry();
  using twins = new Twins({ "w/ex/keep": "" });
  const commands = [
    ["text-clf"],
    ["text-clf"],
    ["text-clf", "--rev", "v1.9.0", "-o", "old"],
    ["text-clf", "--stage", "prod", "-o", "prod"],
    ["text-clf", "--stage", "dev", "-o", "dev", "-f"],
    ["sub:inner"],
    ["sub/dvc.yaml:inner", "-f", "--rev", "v1.0.0"],
    ["folder"],
    ["folder", "-o", "ex"],
    ["folder", "-o", "new/place"],
    ["templated", "-o", "templated"],
    ["text-clf", "--rev", "v1.9.0", "--stage", "prod"],
    ["text-clf", "--show-url"],
    ["folder", "--rev", "v1.0.0", "--show-url"],
    ["nope", "--show-url"],
  ];
  for (const [name = "", ...args] of commands) {
    await twins.run(["artifacts", "get", source.path, name, ...args]);
  }
  await twins.run(["artifacts", "get", `file://${source.path}`, "sub:inner", "-o", "cloned"]);
  await twins.run(["artifacts", "get", `${source.path}/sub`, "sub:inner", "-o", "from-within"]);
  twins.compare();
  assert.equal(twins.dvt.read("w/m.pkl"), "model 2");

  const refused = [
    ["nope"],
    ["light"],
    ["no name"],
    ["undeclared"],
    ["gone"],
    ["text-clf", "--rev", "v9.9.9"],
    ["text-clf", "--stage", "nope"],
    ["text-clf", "--remote", "nope", "-o", "z"],
  ];
  for (const args of refused) {
    const command = ["artifacts", "get", source.path, ...args];
    const theirs = await runDvc(command, { cwd: twins.dvc.at("w") });
    const ours = await runDvt(command, { cwd: twins.dvt.at("w") });
    assert.deepEqual([ours.code, ours.stdout], [theirs.code, theirs.stdout], ours.stderr);
    // DVC tries its company's service first, and says that this failed.
    const [, fact = "?"] = /via DVC remote: (.*)$/m.exec(theirs.stderr) ?? [];
    const same = fact.startsWith("[") ? "models/none" : fact.replace(/: 'undeclared'$/, "");
    assert.ok(ours.stderr.includes(same), `${args}: ${ours.stderr} does not say ${same}`);
  }
  twins.compare();
});
