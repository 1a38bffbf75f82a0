import assert from "node:assert/strict";
import { addIgnoreEntries, removeIgnoreEntries } from "../../src/git/ignore_file.ts";
import { temporaryProject } from "../support/temporary.ts";

const names = [
  ...["[a] b", "#h", "!b", "st*r", "q?m", "back\\slash", " a", "tab\tx", "ü", "😀", "x#y", "plain"],
  ...["sub/[c]", "crlf/data", "open/data", "bin/x.bin", "dir/data"],
];

const given: Readonly<Record<string, string>> = {
  "crlf/.gitignore": "old\r\n/data2\r\n",
  "open/.gitignore": "no line break",
  "bin/.gitignore": "*.bin\n",
  "dir/.gitignore": "# note\n\n/other\n",
};

Deno.test("entries are the ones that DVC writes, byte by byte", async () => {
  using byDvc = temporaryProject();
  using byDvt = temporaryProject();
  for (const project of [byDvc, byDvt]) {
    project.writeAll(given);
    for (const name of names) project.write(name, name);
  }
  await byDvc.dvc(["add", "-q", "--", ...names]);
  const paths = names.filter((name) => !name.endsWith(".bin")).map((name) => byDvt.at(name));
  addIgnoreEntries(paths, byDvt.path);
  const files = byDvc.files().filter((name) => /(^|[^c]\/)\.gitignore$/.test(name));
  assert.equal(files.length, 6);
  // DVC adds the targets in no fixed order.
  const lines = (text: string) => text.split("\n").sort();
  for (const file of files) {
    assert.deepEqual(lines(byDvt.read(file)), lines(byDvc.read(file)), file);
  }

  await byDvc.dvc(["remove", "crlf/data.dvc", "open/data.dvc", "dir/data.dvc", "plain.dvc"]);
  const removed = ["crlf/data", "open/data", "dir/data", "plain"].map((name) => byDvt.at(name));
  removeIgnoreEntries(removed, byDvt.path);
  for (const file of files) {
    assert.deepEqual(lines(byDvt.read(file)), lines(byDvc.read(file)), file);
  }
});
