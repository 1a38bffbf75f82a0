import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import { YamlError } from "../../src/platform/yaml_error.ts";
import { readYaml } from "../../src/platform/yaml_read.ts";
import { decodeStageText, parseStageFile, tryParsePlainStageFile } from "../../src/stages/read.ts";
import { readStageFile } from "../../src/stages/read_stage.ts";
import { pathInProject, windowsReading } from "../../src/stages/stage_paths.ts";

const md5 = "764efa883dda1e11db47671c4a3bbd9e";

async function refused(text: string): Promise<DvtError> {
  try {
    await parseStageFile(text, "f.dvc");
  } catch (error) {
    assert.ok(error instanceof DvtError);
    assert.equal(error.kind, "invalid-stage");
    return error;
  }
  throw new assert.AssertionError({ message: `accepted: ${text}` });
}

Deno.test("what the fast path reads, the full reader reads in the same way", () => {
  const paths = [
    ..."f.txt|d|a b|a  b|ünï|it's|x,y|[a]|a.b@c|.hidden|./f|d/|日本.csv|a{b}|$x|~x".split("|"),
    ..."true|null|~|1.5|.5|1e3|123|2024-01-02|0x1f|.inf|a: b|a #b|a:b|-x|*x|/abs|../up|x ".split(
      "|",
    ),
  ];
  let plain = 0;
  for (const path of paths) {
    for (const rest of ["", "  size: 3\n", "  size: 0\n  nfiles: 2\n", "  isexec: true\n"]) {
      for (const [id, hash] of [[md5, "  hash: md5\n"], [`${md5}.dir`, ""]] as const) {
        const text = `outs:\n- md5: ${id}\n${rest}${hash}  path: ${path}\n`;
        const fast = tryParsePlainStageFile(text, "sub/f.dvc");
        if (!fast) continue;
        plain++;
        assert.deepEqual(fast, readStageFile(text, "sub/f.dvc", { path: "sub/f.dvc" }), text);
      }
    }
  }
  assert.ok(plain >= 100, `${plain} texts went the fast way`);
});

Deno.test("the fast path leaves numbers that look like hashes to the full reader", async () => {
  const text = "outs:\n- md5: 12345678901234567890123456789012\n  path: f\n";
  assert.equal(tryParsePlainStageFile(text, "f.dvc"), undefined);
  const { outs } = await parseStageFile(text, "f.dvc");
  assert.equal(outs[0]?.md5, "12345678901234567890123456789012");
});

Deno.test("a missing hash means DVC 2.x in the project, and nothing elsewhere", async () => {
  const text =
    `outs:\n- path: f\n  md5: ${md5}\n- path: s3://b/k\n  etag: abc\n- path: /abs\n  md5: ${md5}\n`;
  const { outs } = await parseStageFile(text, "f.dvc");
  assert.deepEqual(outs.map(({ hash }) => hash), ["md5-dos2unix", "md5", "md5"]);
});

Deno.test("old and empty spellings are understood", async () => {
  const stage = await parseStageFile("locked: true\nwdir:\nouts:\n- path: f\n  md5: ''\n", "f.dvc");
  assert.equal(stage.frozen, true);
  assert.equal(stage.wdir, undefined);
  assert.equal(stage.outs[0]?.md5, undefined);
  for (const text of ["", "\n", "# nothing\n", "outs:\n", "{}\n", "---\n"]) {
    assert.deepEqual((await parseStageFile(text, "f.dvc")).outs, []);
  }
});

Deno.test("an import keeps all that it knows of its source", async () => {
  const text = `deps:
- path: f.csv
  repo:
    url: ../reg
    rev: v1
    rev_lock: ${md5}
    config: {core: {remote: x}}
    remote: {url: s3://b}
outs:
- path: f.csv
`;
  const { deps } = await parseStageFile(text, "f.dvc");
  assert.deepEqual(deps[0]?.repo, {
    url: "../reg",
    rev: "v1",
    revLock: md5,
    config: { core: { remote: "x" } },
    remote: { url: "s3://b" },
  });
});

Deno.test("an out without a path is refused, where DVC crashes", async () => {
  const { report } = await refused(`outs:\n- md5: ${md5}\n`);
  assert.match(report ?? "", /required key not provided, in outs -> 0 -> path, line 2, column 3/);
});

Deno.test("a report names the revision and the path as they are given", async () => {
  const source = { path: "../f.dvc", rev: "658951544aca037a9a86b5932c21e9d0308910f6" };
  await assert.rejects(parseStageFile("outs: [", "f.dvc", source), {
    message: "'../f.dvc' is invalid in revision '6589515'",
  });
});

Deno.test("control characters are refused", async () => {
  const error = await refused("outs:\n- path: a\x01\n");
  assert.equal(
    error.message,
    "unable to read: 'f.dvc', YAML file structure is corrupted: unacceptable character #x0001: " +
      'special characters are not allowed in "<unicode string>", position 15',
  );
  assert.equal(error.report, undefined);
});

Deno.test("bytes that are not UTF-8 are refused in Python's words", () => {
  const cases: readonly (readonly [number[], string])[] = [
    [[0xff], "byte 0xff in position 2: invalid start byte"],
    [[0xe2, 0x82, 0x0a], "bytes in position 2-3: invalid continuation byte"],
    [[0xf0, 0x9f], "bytes in position 2-3: unexpected end of data"],
    [[0xc3, 0x28], "byte 0xc3 in position 2: invalid continuation byte"],
    [[0xed, 0xa0, 0x80], "byte 0xed in position 2: invalid continuation byte"],
  ];
  for (const [bytes, what] of cases) {
    assert.throws(() => decodeStageText(new Uint8Array([0x61, 0x62, ...bytes]), "f.dvc"), {
      message: `unable to read: 'f.dvc', is not valid utf-8: 'utf-8' codec can't decode ${what}`,
    });
  }
  assert.equal(decodeStageText(new TextEncoder().encode("a\r\nb\rc"), "f.dvc"), "a\nb\nc");
});

Deno.test("a text that would grow without end is refused", () => {
  const bomb = ["a: &l0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    bomb.push(`b${level}: &l${level} [${Array(10).fill(`*l${level - 1}`).join(", ")}]`);
  }
  assert.throws(() => readYaml(bomb.join("\n")), YamlError);
  assert.throws(() => readYaml("[".repeat(100_000)), YamlError);
  assert.throws(() => readYaml("- ".repeat(100_000)), YamlError);
  assert.throws(() => readYaml("a: &a [*a]"), YamlError);
});

Deno.test("keys that mean something to JavaScript are kept as keys", () => {
  const value = readYaml("__proto__: {x: 1}\n2: b\n1: a\n'1': c\n") as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.ok(Object.hasOwn(value, "__proto__"));
});

Deno.test("paths are found in the project, or told to lie outside", () => {
  const place = { path: "sub/dir/f.dvc", wdir: ".." };
  assert.equal(pathInProject("f", place), "sub/f");
  assert.equal(pathInProject("../f", place), "f");
  assert.equal(pathInProject("./d//x/../y", place), "sub/d/y");
  for (const path of ["../../f", "..", "/abs", "s3://b/k", "../../../etc/passwd"]) {
    assert.equal(pathInProject(path, place), undefined, path);
  }
});

Deno.test("a path from Windows has a second reading", () => {
  assert.equal(windowsReading(".\\f"), "f");
  assert.equal(windowsReading("a\\b"), "a/b");
  assert.equal(windowsReading("a/b"), undefined);
});
