import assert from "node:assert/strict";
import { pythonJson } from "../../src/console/python_json.ts";
import { randomNumbers } from "../support/ignore_cases.ts";

function randomValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 6 : 8));
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return Math.floor((random() - 0.5) * 2 ** Math.floor(random() * 53));
    case 3:
      return (random() - 0.5) * 10 ** Math.floor((random() - 0.5) * 50);
    case 4:
    case 5:
      return randomText(random);
    case 6:
      return Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from(
          { length: Math.floor(random() * 4) },
          () => [`k${randomText(random)}`, randomValue(random, depth + 1)],
        ),
      );
  }
}

function randomText(random: () => number): string {
  const ranges = [0x20, 0x80, 0x100, 0x800, 0xd800, 0x10ffff];
  return Array.from({ length: Math.floor(random() * 6) }, () => {
    const code = Math.floor(random() * (ranges[Math.floor(random() * ranges.length)] ?? 1));
    return code >= 0xd800 && code < 0xe000 ? "x" : String.fromCodePoint(code);
  }).join("");
}

function dumped(values: readonly unknown[], options: string): string[] {
  const input = Deno.makeTempFileSync();
  Deno.writeTextFileSync(input, JSON.stringify(values));
  // JSON.stringify writes 1.0 as 1, so whole floats come out as Python's integers, as here.
  const program = "import json,sys\n" +
    "read=lambda t: int(float(t)) if float(t).is_integer() else float(t)\n" +
    `for value in json.load(open(sys.argv[1]), parse_float=read, parse_int=read): print(json.dumps(value${options}))`;
  const { stdout, stderr } = new Deno.Command("python3", { args: ["-c", program, input] })
    .outputSync();
  Deno.removeSync(input);
  assert.equal(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

Deno.test("pythonJson() writes what json.dumps writes, over 3000 random values", () => {
  const random = randomNumbers(3);
  const values = Array.from({ length: 3000 }, () => randomValue(random, 0));
  assert.deepEqual(values.map((value) => pythonJson(value)), dumped(values, ""));
  const sorted = values.slice(0, 500);
  assert.deepEqual(
    sorted.map((value) => pythonJson(value, { sortKeys: true })),
    dumped(sorted, ", sort_keys=True"),
  );
  assert.deepEqual(
    sorted.map((value) => pythonJson(value, { indent: 2 })).join("\n"),
    dumped(sorted, ", indent=2").join("\n"),
  );
});

Deno.test("pythonJson() writes what JSON cannot say as Python does", () => {
  assert.equal(
    pythonJson([NaN, Infinity, -Infinity, 2n ** 70n, 1e16, 1e-5, 1.5e-7, 123456789.125, -0.5]),
    "[NaN, Infinity, -Infinity, 1180591620717411303424, 10000000000000000, 1e-05, 1.5e-07, " +
      "123456789.125, -0.5]",
  );
  assert.equal(pythonJson({ a: undefined, b: undefined }), "{}");
  assert.equal(pythonJson(new Map<string, unknown>([["2", 1], ["1", []]])), '{"2": 1, "1": []}');
});
