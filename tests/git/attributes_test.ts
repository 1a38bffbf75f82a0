/** Attributes of files, judged by git. */
import assert from "node:assert/strict";
import { AttributeFile } from "../../src/git/attributes.ts";
import { temporaryFolder } from "../support/temporary.ts";

const patterns = [
  "*.onnx filter=lfs diff=lfs merge=lfs -text",
  "models/* filter=lfs",
  "models/** filter=lfs",
  "**/raw/* filter=lfs",
  "/top.bin filter=lfs",
  "top.bin filter=lfs",
  "a/**/z filter=lfs",
  "[ab].csv filter=lfs",
  "[!ab].csv filter=lfs",
  "?.csv filter=lfs",
  '"with blank.bin" filter=lfs',
  "models/ filter=lfs",
  "!no.bin filter=lfs",
  "# *.bin filter=lfs",
  "*.bin filter",
  "*.bin -filter",
  "*.bin !filter",
  "*.bin filter=lfs\nkeep.bin -filter",
  "*.bin filter=other",
  "\\*.bin filter=lfs",
  "a*z filter=lfs",
  "models filter=lfs",
  "*.bin text",
  "[attr]big filter=lfs\nx.unknown big",
  "**foo filter=lfs",
  "a/**b filter=lfs",
  "[[:digit:]].csv text",
  "**/**/z filter=lfs",
  "a/**/**/z filter=lfs",
  "***.bin filter=lfs",
  "a/* filter=lfs",
];
const paths = [
  "a.onnx",
  "d/e.onnx",
  "models/m",
  "models/deep/m",
  "raw/x",
  "d/raw/x",
  "d/raw/e/x",
  "top.bin",
  "d/top.bin",
  "a/z",
  "a/b/z",
  "a/b/c/z",
  "a.csv",
  "c.csv",
  "with blank.bin",
  "no.bin",
  "!no.bin",
  "keep.bin",
  "d/keep.bin",
  "*.bin",
  "x.bin",
  "abz",
  "a/bz",
  "xfoo",
  "d/xfoo",
  "models",
];

Deno.test("the filter of a path is the one that git names", () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", ".");
  for (const text of patterns) {
    folder.write(".gitattributes", `${text}\n`);
    const file = new AttributeFile(text, "filter");
    for (const path of paths) {
      const said = folder.git("check-attr", "filter", "--", path).trim().split(": ").at(-1);
      assert.equal(file.valueFor(path) === "lfs", said === "lfs", `${text} | ${path}: ${said}`);
    }
  }
});

Deno.test("a pattern of many wildcards takes no time", () => {
  const file = new AttributeFile(`${"*a".repeat(2000)}*b filter=lfs`, "filter");
  const started = performance.now();
  assert.equal(file.valueFor("a".repeat(3000)), undefined);
  assert.ok(performance.now() - started < 3000);
});
