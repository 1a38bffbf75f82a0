/**
 * Cases of stage files, made by chance but the same for the same seed.
 *
 * @module
 */
import { Chance } from "./chance.ts";
import { printCase, readCase, rewriteCase } from "./yaml_cases.ts";

/** A value that says its Python type. */
export type Tagged =
  | readonly ["plain", string | boolean | null]
  | readonly ["int" | "float" | "date", string]
  | readonly ["list", readonly Tagged[]]
  | readonly ["map", readonly (readonly [Tagged, Tagged])[]];

/** Something to ask dvt and DVC about. */
export type StageCase =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "print"; readonly value: Tagged }
  | { readonly kind: "rewrite"; readonly old: string; readonly fresh: string }
  | { readonly kind: "invalid"; readonly text: string }
  | { readonly kind: "stage"; readonly text: string }
  | { readonly kind: "pipeline"; readonly files: Readonly<Record<string, string>> };

function invalidCase(chance: Chance): StageCase {
  const keys =
    "md5 path size nfiles isexec hash cache push remote desc labels meta files cloud foo etag"
      .split(" ");
  const values =
    "abc|ab|1|123456|1.5|null|''|[a, b]|[1, x]|{a: 1}|[]|2024-01-02|{r: {etag: abc, size: x}}|[{relpath: a}]|[{md5: abc}]|[1|x: y|@"
      .split("|");
  const outs = chance.times(1 + chance.below(2), () => {
    const chosen = chance.some(keys, 1 + chance.below(3));
    if (!chosen.includes("path")) chosen.push("path");
    return "- " + chosen.map((key) => {
      const filler = "w ".repeat(chance.below(60)) + "e";
      return `${key}: ${
        key === "path" ? chance.pick(["f", "3"]) : chance.pick([...values, filler])
      }`;
    }).join("\n  ");
  });
  const top = chance.pick(["", "", "", "frozen: 1\n", "wdir: 3\n", "desc: 3\n", "x: y\n"]);
  return { kind: "invalid", text: `${top}outs:\n${outs.join("\n")}\n` };
}

function entry(chance: Chance, kind: "out" | "dep"): string {
  const may = (share: number, text: string) => chance.isTrue(share) ? [text] : [];
  const fields = [
    `path: ${
      chance.pick(["f", "d/e", "./f", "d//x", "d/../e", "ünï", "it's", "'a: b'", "'123'", "d/"])
    }`,
    ...may(0.85, `md5: '${chance.hex()}${chance.pick(["", ".dir"])}'`),
    ...may(0.6, `size: ${chance.pick(["0", "3", "1000000000000"])}`),
    ...may(0.3, `nfiles: ${chance.below(9)}`),
    ...may(0.2, "isexec: true"),
    ...may(0.7, "hash: md5"),
    ...may(0.1, "version_id: abc"),
    ...may(0.15, "cloud: {r: {etag: abc, version_id: v, size: 7}}"),
    ...may(0.1, `files:\n  - {relpath: b/x, md5: '${chance.hex()}'}\n  - {relpath: a, etag: abc}`),
  ];
  if (kind === "out") {
    fields.push(
      ...may(0.2, "desc: some words"),
      ...may(0.2, "type: model"),
      ...may(0.2, "labels: [a, b]"),
      ...may(0.2, `meta: ${chance.pick(["{a: 1, b: [x, 1.50, 1.0]}", "{}", "{1: a, '1': b}"])}`),
      ...may(0.2, "cache: false"),
      ...may(0.2, "push: false"),
      ...may(0.2, "persist: true"),
      ...may(0.2, "remote: docs/dvc"),
    );
  }
  return `- ${chance.some(fields, fields.length).join("\n  ")}\n`;
}

function stageCase(chance: Chance): StageCase {
  const repo = `- path: f.csv\n  repo:\n    url: ../reg\n    rev_lock: '${chance.hex()}'\n${
    chance.pick(["", "    rev: v1\n", "    remote: {url: s}\n", "    config: c\n"])
  }`;
  const parts = [
    `outs:\n${chance.times(chance.pick([1, 1, 2]), () => entry(chance, "out")).join("")}`,
    ...chance.isTrue(0.2) ? [`wdir: ${chance.pick([".", "d", "''"])}\n`] : [],
    ...chance.isTrue(0.3) ? [chance.pick(["frozen: true\n", "locked: true\n"])] : [],
    ...chance.isTrue(0.2) ? ["desc: hello\n"] : [],
    ...chance.isTrue(0.2) ? ["meta:\n  k: v\n"] : [],
    ...chance.isTrue(0.5) ? [`deps:\n${chance.isTrue(0.6) ? repo : entry(chance, "dep")}`] : [],
  ];
  return { kind: "stage", text: chance.some(parts, parts.length).join("") };
}

const params =
  "a: 1\nb: true\nc: 0.1\nlst: [x, y, true, 1.0]\nmaps: [{p: 1}, {p: 2}]\nd: {x: {n: 1}, y: {n: 2}}\ns: text\nnested: {k: {z: deep, l: [1, 2]}}\n";
const good = ["${s}", "${nested.k.z}", "x${a}y${b}", "x${c}", "${lst[0]}", "\\${a}", "plain"];
const bad = ["${missing}", "${a..b}", "${}", "${nested}", "${lst}", "${item}", "${key}"];

function pipelineStageLines(chance: Chance, pad: string): string {
  const text = () => `'${chance.pick(chance.isTrue(0.97) ? good : bad)}'`;
  const may = (share: number, line: string) => chance.isTrue(share) ? [line] : [];
  const vars = chance.pick(["{v: 1}", "{a: 5}", "v.yaml", "'v.yaml:v2'", "{item: 3}", "nope.yaml"]);
  return [
    `cmd: ${chance.isTrue(0.7) ? `'echo ${chance.pick(good)}'` : `[${text()}, b]`}`,
    ...may(0.3, `wdir: ${chance.pick(["w", "..", "'w/${s}'"])}`),
    ...may(0.5, `deps: [${text()}, 'data/x']`),
    ...may(0.6, `outs: [o1, {'out-${chance.pick(good.slice(0, 4))}': {push: false, desc: d}}]`),
    ...may(0.3, chance.pick(["params: [a, nested.k]", "params: [a, {p2.yaml: [q]}, a]"])),
    ...may(0.25, "metrics: [{m.json: {cache: false}}]"),
    ...may(0.25, "plots: [{p.csv: {x: e, cache: false}}]"),
    ...may(0.2, chance.pick(["frozen: true", "desc: d ${a}", "meta: {m: '${a}'}"])),
    ...may(0.1, `vars: [${vars}]`),
  ].map((line) => `${pad}${line}\n`).join("");
}

function pipelineCase(chance: Chance): StageCase {
  let text = chance.isTrue(0.3)
    ? `vars: [${chance.pick(["v.yaml", "{v1: i}", "'v.yaml:v2'"])}]\n`
    : "";
  text += "stages:\n";
  for (let index = 0; index < 1 + chance.below(3); index++) {
    const name = `  ${chance.pick(["s", "t", "u_"])}${index}:\n`;
    const kind = chance.next();
    if (kind < 0.4) text += name + pipelineStageLines(chance, "    ");
    else if (kind < 0.75) {
      const data = chance.pick([
        "[a, b]",
        "[1, true, 1.5]",
        "'${lst}'",
        "'${maps}'",
        "'${d}'",
        "{k: 1, l: {z: 3}}",
        "'${a}'",
      ]);
      text += `${name}    foreach: ${data}\n    do:\n${pipelineStageLines(chance, "      ")}`;
    } else {
      const axes = chance.pick([
        "{m: [1, 2], n: [x, y]}",
        "{m: '${lst}'}",
        "{m: '${maps}', n: [true]}",
        "{m: ['${a}']}",
      ]);
      text += `${name}    matrix: ${axes}\n${pipelineStageLines(chance, "    ")}`;
    }
  }
  if (chance.isTrue(0.3)) text += "artifacts:\n  m:\n    path: '${s}/m'\n    labels: [a]\n";
  const files: Record<string, string> = {
    "sub/dvc.yaml": text,
    "sub/params.yaml": params,
    "sub/v.yaml": "v1: one\nv2: {q: 2}\n",
  };
  if (chance.isTrue(0.6)) {
    const data = (path: string) =>
      `    - path: ${path}\n      md5: ${chance.hex()}.dir\n${
        chance.pick(["", "      hash: md5\n"])
      }      size: 3\n`;
    const names = chance.some(["s0", "s0@a", "t1", "s0@x", "u_0@1-x", "t0@k", "s1"], 4);
    const stages = names.map((name) =>
      `  ${name}:\n    cmd: echo plain\n    params:\n      params.yaml: {a: 1}\n    deps:\n${
        data("data/x")
      }    outs:\n${data("o1")}${data("m.json")}`
    );
    files["sub/dvc.lock"] = `schema: '2.0'\nstages:\n${stages.join("")}`;
  }
  return { kind: "pipeline", files };
}

const makers: Readonly<Record<StageCase["kind"], (chance: Chance) => StageCase>> = {
  read: readCase,
  print: printCase,
  rewrite: rewriteCase,
  invalid: invalidCase,
  stage: stageCase,
  pipeline: pipelineCase,
};

/** Cases of one kind. */
export function stageCases(
  kind: StageCase["kind"],
  { seed, count }: { readonly seed: number; readonly count: number },
): StageCase[] {
  const chance = new Chance(seed);
  return chance.times(count, () => makers[kind](chance));
}
