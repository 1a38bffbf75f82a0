/** Every shape of source with every verb that reads it: dvt beside real DVC, which made them. */
import assert from "node:assert/strict";
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { runDvt } from "../support/cli.ts";
import { type Outcome, runDvc } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** The shapes by name: which repository, and the path in it. */
const shapes = {
  "a tracked file": ["reg", "f.bin"],
  "a tracked folder": ["reg", "d"],
  "a file in a tracked folder": ["reg", "d/sub/x"],
  "a folder in a tracked folder": ["reg", "d/sub"],
  "a file of Git": ["reg", "plain.txt"],
  "a folder of Git": ["reg", "gitdir"],
  "a folder of both": ["reg", "mixed"],
  "an output of a pipeline": ["reg", "made"],
  "an output of a stage by the loop": ["reg", "loop/two"],
  "a project in a folder": ["reg", "mono/g"],
  "an import of an import": ["reg", "chained"],
  "what DVC 2 tracked": ["reg", "legacy.txt"],
  "a repository without DVC": ["bare", "dir"],
  "a file of such": ["bare", "file"],
} as const;

const legacyText = "one\r\ntwo\r\n";

async function make(folder: TemporaryFolder): Promise<void> {
  const dvc = (args: readonly string[], name: string) => folder.dvc(args, { cwd: folder.at(name) });
  for (const name of ["base", "reg", "bare"]) folder.git("init", "-q", name);
  const store = ["remote", "add", "-q", "-d", "st", folder.at("store")];
  await dvc(["init", "-q"], "base");
  await dvc(store, "base");
  folder.write("base/origin/one", "1");
  await dvc(["add", "-q", "origin"], "base");
  await dvc(["push", "-q"], "base");
  commit(folder, "base");

  await dvc(["init", "-q"], "reg");
  await dvc(store, "reg");
  folder.writeAll({
    "reg/f.bin": "a file",
    "reg/d/a": "a",
    "reg/d/sub/x": "x",
    "reg/d/sub/y": "",
    "reg/plain.txt": "of Git\r\n",
    "reg/gitdir/p": "p",
    "reg/gitdir/in/q": "q",
    "reg/mixed/git.txt": "git",
    "reg/mixed/data/t": "t",
    "reg/mixed/skip.tmp": "hidden",
    "reg/.dvcignore": "*.tmp\n",
    "reg/dvc.yaml": "vars:\n- name: made\nstages:\n  make:\n    cmd: echo made > ${name}\n" +
      "    outs:\n    - ${name}\n  loop:\n    foreach: [one, two]\n    do:\n" +
      "      cmd: mkdir -p loop/${item} && echo ${item} > loop/${item}/o\n" +
      "      outs:\n      - loop/${item}\n",
    "reg/legacy.txt.dvc": `outs:\n- md5: ${legacyMd5()}\n  size: 10\n  path: legacy.txt\n`,
  });
  const id = legacyMd5();
  folder.write(`reg/.dvc/cache/${id.slice(0, 2)}/${id.slice(2)}`, legacyText);
  folder.write("reg/.gitignore", "/legacy.txt\n");
  await dvc(["add", "-q", "f.bin", "d", "mixed/data"], "reg");
  await dvc(["repro", "-q"], "reg");
  await dvc(["import", "-q", `file://${folder.at("base")}`, "origin", "-o", "chained"], "reg");
  Deno.mkdirSync(folder.at("reg/mono"));
  await dvc(["init", "-q", "--subdir"], "reg/mono");
  await dvc(store, "reg/mono");
  folder.write("reg/mono/g/h", "h");
  await dvc(["add", "-q", "g"], "reg/mono");
  for (const name of ["reg", "reg/mono"]) await dvc(["push", "-q"], name);
  commit(folder, "reg");

  folder.writeAll({ "bare/dir/a": "a", "bare/dir/in/b": "b", "bare/file": "file" });
  commit(folder, "bare");
}

/** DVC 2's hash of a text file, whose line ends it took for one character. */
function legacyMd5(): string {
  return md5Hex(new TextEncoder().encode(legacyText.replaceAll("\r\n", "\n")));
}

async function change(folder: TemporaryFolder): Promise<void> {
  folder.writeAll({
    "reg/d/sub/x": "another x",
    "reg/d/sub/new": "new",
    "reg/gitdir/in/q": "another q",
    "reg/plain.txt": "of Git, again",
    "reg/mixed/data/u": "u",
    "reg/mono/g/i": "i",
    "bare/dir/in/c": "c",
  });
  folder.remove("reg/f.bin");
  folder.write("reg/f.bin", "another file");
  await folder.dvc(["add", "-q", "f.bin", "d", "mixed/data"], { cwd: folder.at("reg") });
  await folder.dvc(["add", "-q", "g"], { cwd: folder.at("reg/mono") });
  for (const name of ["reg", "reg/mono"]) {
    await folder.dvc(["push", "-q"], { cwd: folder.at(name) });
  }
  commit(folder, "reg");
  commit(folder, "bare");
}

function commit(folder: TemporaryFolder, name: string): void {
  folder.git("-C", name, "add", "--all");
  folder.git("-C", name, "commit", "-qm", "step");
}

type Run = (args: readonly string[], options: { cwd: string }) => Promise<Outcome>;

const programs: Readonly<Record<"ours" | "theirs", Run>> = { ours: runDvt, theirs: runDvc };

/** Does the same with both programs and compares what they leave in their project. */
async function both(
  folder: TemporaryFolder,
  label: string,
  work: (run: Run, cwd: string) => Promise<string | undefined>,
): Promise<void> {
  const answers: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(programs)) {
    const said = await work(run, folder.at(name));
    const files = folder.files(name).filter((path) => !/^\.(git|dvc)\//.test(path));
    answers[name] = [
      said,
      Object.fromEntries(files.map((path) => [path, folder.read(`${name}/${path}`)])),
    ];
  }
  assert.deepEqual(answers["ours"], answers["theirs"], label);
}

for (const scheme of ["file://", ""]) {
  const how = scheme === "" ? "by path" : "by address";
  Deno.test(`get, import, list, update and pull of every shape of source, ${how}`, async () => {
    using folder = temporaryFolder();
    await make(folder);
    for (const name of Object.keys(programs)) {
      folder.git("init", "-q", name);
      await folder.dvc(["init", "-q"], { cwd: folder.at(name) });
    }
    const urlOf = (repository: string) => `${scheme}${folder.at(repository)}`;
    const done = async (run: Run, args: readonly string[], cwd: string) => {
      const outcome = await run(args, { cwd });
      assert.equal(outcome.code, 0, `${args.join(" ")}: ${outcome.stderr}`);
      return outcome.stdout;
    };
    const outs = Object.keys(shapes).map((_, i) => `out${i}`);
    for (const [i, [shape, [repository, path]]] of Object.entries(shapes).entries()) {
      await both(folder, `${shape}: get, list, import`, async (run, cwd) => {
        await done(run, ["get", urlOf(repository), path, "-o", `got${i}`], cwd);
        await done(run, ["import", urlOf(repository), path, "-o", `out${i}`], cwd);
        const listed = await done(run, ["list", urlOf(repository), path, "-R", "--json"], cwd);
        // Of a folder that is imported, dvt follows the import to the hashes; DVC tells none.
        return shape === "an import of an import" ? listed.replace(/"md5": \S+/g, "") : listed;
      });
    }
    await change(folder);
    await both(folder, "status", async (run, cwd) => {
      const text = await done(run, ["status", "--json"], cwd);
      return JSON.stringify(Object.entries(JSON.parse(text)).sort());
    });
    await both(folder, "update", async (run, cwd) => {
      await done(run, ["update", ...outs.map((out) => `${out}.dvc`)], cwd);
      return undefined;
    });
    for (const name of Object.keys(programs)) {
      for (const out of outs) folder.remove(`${name}/${out}`);
      folder.remove(`${name}/.dvc/cache`);
    }
    await both(folder, "pull", async (run, cwd) => {
      await done(run, ["pull"], cwd);
      return undefined;
    });
    assert.equal(folder.read("ours/out1/sub/new"), "new");
  });
}
