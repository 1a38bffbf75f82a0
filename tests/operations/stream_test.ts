import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runProgram } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";
import { startWebServer } from "../support/web_server.ts";

/** A registry `reg` with a file, a folder and a file of Git; its data lies in `store`. */
async function registry(): Promise<TemporaryFolder> {
  const folder = temporaryFolder();
  folder.git("init", "-q", "reg");
  const cwd = folder.at("reg");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-q", "-d", "main", folder.at("store")], { cwd });
  folder.writeAll({
    "reg/f": "0123456789",
    "reg/d/a": "one",
    "reg/d/ü b": "two",
    [`reg/d/${"long/".repeat(40)}name`]: "deep",
    "reg/plain": "of git",
  });
  await folder.dvt(["add", "-q", "f", "d"], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  folder.git("-C", "reg", "tag", "v1");
  folder.write("reg/f", "abcdefghij");
  await folder.dvt(["add", "-q", "f"], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  folder.git("-C", "reg", "commit", "-qam", "two");
  folder.remove("reg/.dvc/cache");
  return folder;
}

Deno.test("cat prints a file, a part of it, at any revision, and nothing else", async () => {
  using folder = await registry();
  const url = `file://${folder.at("reg")}`;
  for (
    const [args, wanted] of [
      [["f"], "abcdefghij"],
      [["f", "--rev", "v1"], "0123456789"],
      [["f", "--head", "3"], "abc"],
      [["f", "--head", "0"], ""],
      [["f", "--range", "2-4"], "cde"],
      [["f", "--range", "8-"], "ij"],
      [["f", "--range", "8-99"], "ij"],
      [["d/ü b"], "two"],
      [["plain"], "of git"],
      [["plain", "--range", "3-4"], "gi"],
    ] as const
  ) {
    const run = await runDvt(["cat", url, ...args], { cwd: folder.path });
    assert.deepEqual(run, { code: 0, stdout: wanted, stderr: "" }, args.join(" "));
  }
  for (
    const [args, words] of [
      [["d"], /'d' is a folder/],
      [["none"], /No such file or directory: 'none'/],
      [["f", "--range", "4-2"], /'4-2' is no range/],
      [["f", "--head", "-1"], /expected one argument|no number of bytes/],
      [["f", "--head", "1", "--range", "0-1"], /not allowed with/],
    ] as const
  ) {
    const run = await runDvt(["cat", url, ...args], { cwd: folder.path });
    assert.notEqual(run.code, 0);
    assert.doesNotMatch(run.stdout, /abc/);
    assert.match(run.stderr, words);
  }
});

Deno.test("what is streamed and is not what was recorded ends with an error", async () => {
  using folder = await registry();
  const objects = folder.files("store/files/md5").filter((name) => !name.endsWith(".dir"));
  for (const name of objects) {
    Deno.chmodSync(folder.at(`store/files/md5/${name}`), 0o644);
    folder.write(`store/files/md5/${name}`, "damaged");
  }
  for (const verb of [["cat"], ["get", "-o", "-"]]) {
    const [name = "", ...rest] = verb;
    const run = await runDvt([name, "reg", "f", "--rev", "v1", ...rest], { cwd: folder.path });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /object \w{32} from '.*store' has the wrong content/);
  }
  const run = await runDvt(["get", "reg", "d", "-o", "-"], { cwd: folder.path });
  assert.equal(run.code, 1);
});

Deno.test("get -o - sends a file as it is and a folder as a tar archive", async () => {
  using folder = await registry();
  const { stdout } = await folder.dvt(["get", "reg", "f", "-o", "-"]);
  assert.equal(stdout, "abcdefghij");
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const env = { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` };
  const dvt = `'${Deno.execPath()}' run -A -q --no-check '${main}'`;
  for (const step of ["one.tar", "two.tar"]) {
    const run = await runProgram(
      ["sh", "-c", `${dvt} get 'file://${folder.at("reg")}' d --rev v1 -o - > ${step}`],
      { cwd: folder.path, env },
    );
    assert.deepEqual(run, { code: 0, stdout: "", stderr: "" });
  }
  assert.equal(folder.read("one.tar"), folder.read("two.tar"), "equal data, equal archives");
  const unpacked = await runProgram(["tar", "-xf", "one.tar"], { cwd: folder.path });
  assert.equal(unpacked.code, 0, unpacked.stderr);
  assert.deepEqual(folder.files("d"), ["a", `${"long/".repeat(40)}name`, "ü b"]);
  assert.equal(folder.read("d/ü b"), "two");
  // A reader that goes away is no error worth words.
  const piped = await runProgram(
    ["bash", "-c", `set -o pipefail; ${dvt} get reg d -o - | true; echo "\${PIPESTATUS[0]}"`],
    { cwd: folder.path, env },
  );
  assert.match(piped.stdout, /^(0|141)\n$/);
  assert.equal(piped.stderr, "");
});

Deno.test("--offline asks nobody: what is in the mirror and the cache is enough", async () => {
  using folder = await registry();
  const server = startWebServer();
  try {
    const cwd = folder.at("reg");
    for (const name of folder.files("store/files/md5")) {
      server.files.set(
        `/files/md5/${name}`,
        Deno.readFileSync(folder.at(`store/files/md5/${name}`)),
      );
    }
    await folder.dvt(["remote", "modify", "-q", "main", "url", server.url], { cwd });
    folder.git("-C", "reg", "commit", "-qam", "three");
    folder.git("init", "-q", "w");
    await folder.dvt(["init", "-q"], { cwd: folder.at("w") });
    const url = `file://${folder.at("reg")}`;
    const here = { cwd: folder.at("w") };
    const early = await runDvt(["get", url, "d", "--offline"], here);
    assert.notEqual(early.code, 0);
    await folder.dvt(["import", "-q", url, "d", "-o", "imported"], here);
    await server.stop();
    await folder.dvt(["get", url, "d", "--offline"], here);
    assert.equal(folder.read("w/d/a"), "one");
    const { code, stderr } = await runDvt(["cat", url, "f", "--offline"], here);
    assert.notEqual(code, 0);
    assert.match(stderr, /the data of 'f' cannot be had/);
  } finally {
    await server.stop().catch(() => {});
  }
});
