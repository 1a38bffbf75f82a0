import assert from "node:assert/strict";
import { printYaml } from "../../src/platform/yaml_print.ts";
import { readYaml } from "../../src/platform/yaml_read.ts";
import { rewriteYaml } from "../../src/platform/yaml_rewrite.ts";
import { stageChecksum } from "../../src/stages/checksum.ts";
import { parseStageFile } from "../../src/stages/read.ts";
import type { Out, StageFile } from "../../src/stages/stage_file.ts";
import { keepAnnotations, printStageFile } from "../../src/stages/write.ts";

const md5 = "764efa883dda1e11db47671c4a3bbd9e";
const out: Out = {
  path: "f.txt",
  md5,
  size: 3,
  hash: "md5",
  cache: true,
  push: true,
  persist: false,
};
const stage: StageFile = {
  path: "f.txt.dvc",
  frozen: false,
  alwaysChanged: false,
  deps: [],
  outs: [out],
};
const plain = `outs:\n- md5: ${md5}\n  size: 3\n  hash: md5\n  path: f.txt\n`;

Deno.test("a fresh file has DVC's keys in DVC's order", async () => {
  assert.equal(await printStageFile(stage), plain);
  assert.equal(
    await printStageFile({ ...stage, outs: [{ ...out, md5: `${md5}.dir`, nfiles: 0, size: 0 }] }),
    `outs:\n- md5: ${md5}.dir\n  size: 0\n  nfiles: 0\n  hash: md5\n  path: f.txt\n`,
  );
});

Deno.test("writing over a plain file changes values in place and appends new keys", async () => {
  const changed = { ...stage, outs: [{ ...out, size: 4 }] };
  assert.equal(await printStageFile(changed, plain), plain.replace("size: 3", "size: 4"));
  const without = plain.replace("  size: 3\n", "");
  assert.equal(await printStageFile(stage, without), `${without}  size: 3\n`);
  const { size: _, ...bare } = out;
  assert.equal(await printStageFile({ ...stage, outs: [bare] }, plain), without);
});

Deno.test("a legacy out becomes one of DVC 3 with its hash key last", async () => {
  const legacy = `outs:\n- md5: ${md5}\n  path: f.txt\n`;
  assert.equal(await printStageFile(stage, legacy), `${legacy}  size: 3\n  hash: md5\n`);
});

Deno.test("what is written again without a change stays as it is, comments included", async () => {
  for (const text of [plain, `# why\n${plain}\n# end\n`, plain.replace("f.txt", "f.txt  # it")]) {
    assert.equal(await printStageFile(await parseStageFile(text, stage.path), text), text);
  }
});

Deno.test("comments that would break the new text are given up, the values are not", () => {
  const old = "a:\n    # deep\n    b: 1\nc: 2\n";
  const text = rewriteYaml(old, { a: {}, c: 2 });
  assert.deepEqual(readYaml(text), { a: {}, c: 2 });
});

Deno.test("what people wrote about an out stays when it is added anew", () => {
  const old: StageFile = {
    ...stage,
    desc: "the file",
    meta: { k: "v" },
    outs: [{ ...out, desc: "d", labels: ["a"], meta: 3, remote: "r", push: false, persist: true }],
  };
  const kept = keepAnnotations({ ...stage, outs: [{ ...out, size: 4 }] }, old);
  assert.deepEqual(kept, { ...old, outs: [{ ...old.outs[0], size: 4 }] });
  const other = keepAnnotations({ ...stage, outs: [{ ...out, path: "g" }] }, old);
  assert.deepEqual(other.outs, [{ ...out, path: "g" }]);
});

Deno.test("a value that occurs twice is written with an anchor", () => {
  const shared = ["x"];
  assert.equal(printYaml({ a: shared, b: shared }), "a: &id001\n- x\nb: *id001\n");
});

Deno.test("keys keep their order and their types", async () => {
  const text =
    "outs:\n- path: f\n  hash: md5\n  meta:\n    b: 1\n    2: x\n    '2': y\n    1.0: z\n    1.50: w\n";
  const parsed = await parseStageFile(text, "f.dvc");
  assert.equal(
    await printStageFile(parsed),
    "outs:\n- hash: md5\n  path: f\n  meta:\n    b: 1\n    2: x\n    '2': y\n    1.0: z\n    1.5: w\n",
  );
});

Deno.test("the checksum of an import is DVC's", async () => {
  const text = `frozen: true
deps:
- path: f.csv
  repo:
    url: ../reg
    rev_lock: 3ae1d9114facbffa1310702010c0a601e70ca0ae
outs:
- md5: c3da2cd5a6abc84825611d717df35a67
  size: 6
  hash: md5
  path: f.csv
`;
  const parsed = await parseStageFile(text, "f.csv.dvc");
  assert.equal(stageChecksum(parsed), "80f3c57fb4e2ef3d486881fa9ad4858e");
  const noted = { ...parsed, md5, desc: "d", meta: { k: 1 }, frozen: false };
  assert.equal(stageChecksum(noted), "80f3c57fb4e2ef3d486881fa9ad4858e");
});
