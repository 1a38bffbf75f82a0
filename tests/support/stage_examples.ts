/**
 * Hand-picked cases of stage files, beside the random ones of `stage_cases.ts`.
 *
 * @module
 */
import { type StageCase, stageCases } from "./stage_cases.ts";

const imported = `md5: 9970bcad4d64974e272eaf43c2688ee1
frozen: true
deps:
- path: f.csv
  repo:
    url: ../reg
    rev: v1
    rev_lock: 658951544aca037a9a86b5932c21e9d0308910f6
outs:
- md5: c3da2cd5a6abc84825611d717df35a67
  size: 6
  hash: md5
  path: g.csv
`;

const edited = `# the data of the paper
outs:
- md5: 764efa883dda1e11db47671c4a3bbd9e   # checked by hand
  size: 3

  # where it lies
  path: "f.txt"
  meta: {source: [a, "b"], ratio: 1.50}
  desc: |
    two
    lines
# the end
`;

const texts = [
  "a: 2024-01-02\nb: 2024-01-02T03:04:05.5Z\nc: 0b11\nd: 1_000\ne: +0x1f\nf: 0o17\ng: 017\n",
  "a: yes\nb: no\nc: 12:30:45\nd: .5\ne: 1.\nf: 1e3\ng: .inf\nh: -.INF\ni: .nan\nj: ~\n",
  "a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\nc: [*x, *x]\n",
  "a:\n  <<: [{k: 1, m: 2}, {k: 3}]\n  m: 4\n",
  "1: a\ntrue: b\n",
  "a: !!str 1\nb: !!int '2'\n",
  "a: |\n  one\n   two\n\nb: >-\n  one\n  two\n\n  three\n",
  "a: one\n  two\n\n  three\n",
  "a: 'it''s'\nb: \"\\x41\\u00e9\\U0001F600\\n\"\n",
  "? a\n: b\n? c\n",
  "- a\n- - b\n  - c\n-\n- ? d\n",
];

const faults = [
  "outs:\n- md5: [1\n",
  "outs:\n- path: f\n  path: g\n",
  "outs:\n- md5: ab\n  foo: 1\n  path: f\n",
  "outs:\n- md5: abc\n  size: '3'\n  path: f\n",
  "outs: 3\n",
  "outs:\n- 3\n",
  "[1]\n",
  "abc\n",
  "foo: 1\nouts: []\n",
  "deps:\n- path: x\n  repo:\n    rev: 3\n    config: 4\nouts:\n- path: f\n",
  "outs:\n<<<<<<< HEAD\n- md5: abc\n=======\n- md5: abd\n>>>>>>> other\n  path: f\n",
  "outs:\n- path: x\n  cloud: {a: {etag: x}, b: {etag: y}}\n",
  "a: b: c\n",
  "a: 1\nb\nc: 2\n",
  'a: "xx\nb: c\n',
  "a: @x\n",
  "x: !foo a\n",
  "a:\tb\n",
  "--- a\n--- b\n",
  "x: *a\n",
  "outs:\n - path: a\n- path: b\n",
  `outs:\n- path: f\n  foo: ${"long words ".repeat(12)}\n`,
];

const rewrites: readonly (readonly [string, string])[] = [
  [edited, edited.replace("size: 3", "size: 4")],
  [edited, "outs:\n- md5: 5b66c278f3312b7289e4469113d46e90.dir\n  nfiles: 2\n  path: f.txt\n"],
  [edited, "outs:\n- path: f.txt\n- path: g.txt\n"],
  [imported, imported.replace(/^ {4}rev: v1\n/m, "").replace("g.csv", "h.csv")],
  ["outs:\n- path: a # one\n# after\n- path: b\n", "md5: abc\nouts:\n- path: a\n- path: b\n"],
  ["frozen: true\n\n# deps\ndeps:\n- path: f\n", "frozen: true\ndeps:\n- path: f\n  size: 3\n"],
  ["a: [1,2]   # list\nb: {x: 1}\n", "a: [1, 2, 3]\nb: {x: 2, y: 3}\n"],
  ["a: 'v'\nb: \"w x\"\nc: 007\nd: 1.50\n", "a: v\nb: w x\nc: 7\nd: 1.5\n"],
  ["a: >\n  one\n  two\n\n  three\nb: 1 # x\n", "a: |\n  one two\n  three\nb: 2\n"],
  ["a: &n {k: v}\nb: *n\n", "a: {k: v}\nb: {k: v}\nc: 1\n"],
  ["# only\n", "outs:\n- path: f\n"],
];

const stages = [
  imported,
  "outs:\n- md5: 764efa883dda1e11db47671c4a3bbd9e\n  size: 3\n  hash: md5\n  path: f.txt\n",
  "outs:\n- md5: 5b66c278f3312b7289e4469113d46e90.dir\n  size: 8\n  nfiles: 5\n  path: d\n",
  "outs:\n- hash: md5\n  path: data\n",
  "wdir: ..\nlocked: true\nouts:\n- path: tutorials/x.zip\n  md5: abc\n  cache: false\n",
  "deps:\n- db:\n    query: select 1\n    connection: c\nouts:\n- path: f\n  hash: md5\n",
  "meta: {1: a, '1': b, 2.0: c, d: 2024-01-02}\ndesc: ''\nouts:\n- path: f\n",
  "outs:\n- path: a b c ".padEnd(120, "x") + "\n  md5: '12345678901234567890123456789012'\n",
];

/** All cases whose answers are recorded. */
export function recordedCases(): StageCase[] {
  const random = (kind: StageCase["kind"], count: number) => stageCases(kind, { seed: 7, count });
  return [
    ...texts.map((text): StageCase => ({ kind: "read", text })),
    ...faults.map((text): StageCase => ({ kind: "invalid", text })),
    ...rewrites.map(([old, fresh]): StageCase => ({ kind: "rewrite", old, fresh })),
    ...stages.map((text): StageCase => ({ kind: "stage", text })),
    ...random("read", 30),
    ...random("print", 40),
    ...random("rewrite", 40),
    ...random("invalid", 15),
    ...random("stage", 20),
    ...random("pipeline", 25),
  ];
}
