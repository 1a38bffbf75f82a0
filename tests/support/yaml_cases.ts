/**
 * Cases of YAML, made by chance: texts to read, values to write, texts to rewrite.
 *
 * @module
 */
import type { Chance } from "./chance.ts";
import type { StageCase, Tagged } from "./stage_cases.ts";

const pieces = [
  ..."a|b: |- |\n|\n  |  |[|]|{|}|,|: |? |'|\"|#c\n| # x|*a|&a |!!str |\t|é|😀|123|1.5|0x1f|true|null|~|<<: *a|<<|="
    .split("|"),
  ..."2024-01-02|---\n|...\n|key: value\n|- x: 1\n|outs:\n|- path: f\n|\\n|''|foo bar|?|-|:|@|`|0b11|1_000|yes|.inf|1e3"
    .split("|"),
  "|\n",
  "|-\n",
  ">\n",
  ">+\n  ",
];

const lines =
  `outs:\n- md5: abc\n  path: f\n  size: 3\ndeps:\nmeta:\n  a: [1, 2, {b: c}]\n  b: |\n    text\n\n# note\n  c: "q\\tq"\n  d: >-\n    fold\n    ed\nx: &n\ny: *n\n  <<: *n\n- two\nk: v # end\n? q\n: r\n"q": 1\n- - a\n- {a: b, c}\n- [x, y: z]\ndesc: it's\nplain\n  continued\n<<<<<<< HEAD`
    .split("\n");

/** A text for the reader, mostly a broken one. */
export function readCase(chance: Chance): StageCase {
  const text = chance.isTrue(0.5)
    ? chance.times(1 + chance.below(10), () => chance.pick(pieces)).join("")
    : chance.times(1 + chance.below(8), () => chance.pick(["", "", "  "]) + chance.pick(lines))
      .join("\n");
  // DVC sees no carriage returns, and a second document is told apart by either in its own words.
  return { kind: "read", text: text.replaceAll("%", "") };
}

const words = [
  ..."a|data/train.csv|it's|x\"y|yes|no|true|null|~|123|1.5|1e3|.5|1.|0x1f|0b11|0o17|1_000|2024-01-02|12:30:45"
    .split("|"),
  ..."<<|=|-|?|:|- a|a: b|a #b|#x|[a]|{a}|*a|&a|!t|>x|%x|@x|`x|é|😀|日本|---|...|a,b|x:y|x:|''|'|\"|.inf|+1|0123|back\\slash"
    .split("|"),
  "|x",
  "",
  " ",
  " lead",
  "trail ",
  "tab\there",
  "nl\nx",
  "\nlead",
  "trail\n",
  "a\rb",
  "\x7f",
  "\x85",
  "\u2028",
  "\ufeff",
  "\0",
  "\xa0",
  "word ".repeat(20),
  "longword".repeat(20),
  "w".repeat(79),
  "w".repeat(81),
  "x ".repeat(45) + "e",
  "k".repeat(122),
  "k".repeat(123),
  "it's a ".repeat(20),
  "d\"q' ".repeat(30),
  "uni é ".repeat(25),
  "😀 ".repeat(50),
  "nl \n words".repeat(12),
  "two  spaces  ".repeat(12),
];

function scalar(chance: Chance): Tagged {
  const kind = chance.next();
  if (kind < 0.55) return ["plain", chance.pick(words)];
  if (kind < 0.75) {
    const letters = [..."ab :#-'\"\\\n\t,[]{}é😀0123456789.eE+_"];
    return ["plain", chance.times(chance.below(12), () => chance.pick(letters)).join("")];
  }
  return chance.pick<Tagged>([
    ["plain", null],
    ["plain", true],
    ["plain", false],
    ["int", "0"],
    ["int", "-5"],
    ["int", "123456789012345678901234567890"],
    ["float", "1.0"],
    ["float", "1.5"],
    ["float", "-0.0"],
    ["float", "1e+16"],
    ["float", "1e-05"],
    ["float", "1.5e+300"],
    ["float", "inf"],
    ["float", "nan"],
    ["float", "123456789012345680.0"],
    ["date", "2024-01-02"],
  ]);
}

function value(chance: Chance, depth: number): Tagged {
  const kind = depth <= 0 ? 0 : chance.next();
  if (kind < 0.5) return scalar(chance);
  if (kind < 0.75) return ["list", chance.times(chance.below(5), () => value(chance, depth - 1))];
  return map(chance, { depth: depth - 1, size: chance.below(5) });
}

function map(chance: Chance, { depth, size }: { depth: number; size: number }): Tagged {
  const keys = new Set(
    chance.times(
      size,
      () => chance.isTrue(0.6) ? chance.pick(["path", "md5", "k"]) : chance.pick(words),
    ),
  );
  return ["map", [...keys].map((key) => [["plain", key] as const, value(chance, depth)] as const)];
}

/** A value for the writer. */
export function printCase(chance: Chance): StageCase {
  return { kind: "print", value: map(chance, { depth: 3, size: 1 + chance.below(4) }) };
}

const oldScalars = [
  ..."v|'q'|\"dq\"|1|1.50|0x1f|true|null|~||it's|a b c|1e3|007|2024-01-02|'1'|[]|{}|1_000|.5|-2|[x, 'y', 1]|{p: 1, q: [r]}"
    .split("|"),
  '"a\\tb"',
  "a long text ".repeat(9).trimEnd(),
];

function oldLines(chance: Chance, { indent, depth }: { indent: number; depth: number }): string[] {
  const pad = " ".repeat(indent);
  const comment = () => chance.pick(["", "", "", "", " # end", "   # far", "  #x"]);
  const above = () =>
    chance.pick<string[]>([[], [], [], [], [`${pad}# full`], [""], ["", "# top"], [
      `${pad}  # deep`,
      "",
    ]]);
  const result: string[] = [];
  for (const key of chance.some(["a", "b", "c", "md5", "path", "outs"], 1 + chance.below(3))) {
    result.push(...above());
    const kind = depth <= 0 ? 0 : chance.next();
    if (kind < 0.5) result.push(`${pad}${key}: ${chance.pick(oldScalars)}${comment()}`);
    else if (kind < 0.6) {
      result.push(`${pad}${key}: ${chance.pick(["|", "|-", ">"])}${chance.pick(["", " # h"])}`);
      result.push(`${pad}  text one`, `${pad}  two`, ...chance.pick([[], [""]]));
    } else if (kind < 0.8) {
      result.push(`${pad}${key}:${comment()}`);
      const deeper = indent + chance.pick([2, 2, 4]);
      result.push(...oldLines(chance, { indent: deeper, depth: depth - 1 }));
    } else {
      result.push(`${pad}${key}:${comment()}`);
      const dash = indent + chance.pick([0, 0, 2]);
      for (let count = 1 + chance.below(2); count > 0; count--) {
        const item = oldLines(chance, { indent: dash + 2, depth: depth - 1 });
        const first = item.findIndex((line) => line.trim() !== "" && !line.trim().startsWith("#"));
        const line = item[first] ?? "";
        item[first] = `${" ".repeat(dash)}- ${line.slice(dash + 2)}`;
        result.push(...item);
      }
    }
  }
  return result;
}

const changes = ["changed: {k: v}", "path: other", "md5: 5\nsize: 7", "outs: [x, {y: z}]", ""];

/** A text with comments, and what it is to say. */
export function rewriteCase(chance: Chance): StageCase {
  const head = chance.pick([[], [], ["# head"], ["# head", "", "# more"], [""]]);
  const tail = chance.pick([[], [], ["# tail"], ["", "# tail"], [""]]);
  const body = oldLines(chance, { indent: 0, depth: 2 });
  const old = [...head, ...body, ...tail].join("\n") + "\n";
  // The new content is the old one's without some lines at the top, and with some more.
  const kept = oldLines(chance, { indent: 0, depth: 1 });
  const fresh = chance.isTrue(0.4)
    ? body.join("\n")
    : chance.isTrue(0.5)
    ? `${kept.filter((line) => !line.trim().startsWith("#")).join("\n")}`
    : body.filter((line) => /^\S+: [^|>]/.test(line) && chance.isTrue(0.7)).join("\n");
  const more = chance.pick(changes);
  const isFree = more.split("\n").every((line) =>
    !new RegExp(`^${line.split(":")[0]}:`, "m").test(fresh)
  );
  const text = `${fresh}\n${isFree ? more : ""}`;
  return { kind: "rewrite", old, fresh: `${text.trim() === "" ? changes[0] : text}\n` };
}
