import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import {
  decodeIni,
  type IniSection,
  isIniSection,
  parseIni,
  printIni,
} from "../../src/platform/ini.ts";

/** Sections as plain objects, which are easier to compare. */
function plain(section: IniSection): unknown {
  return Object.fromEntries(
    [...section].map(([name, entry]) => [name, isIniSection(entry) ? plain(entry) : entry]),
  );
}

function read(text: string): unknown {
  return plain(parseIni(text, "a file"));
}

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof DvtError);
    return error.message;
  }
  assert.fail("nothing was thrown");
}

Deno.test("parseIni() reads sections, nested ones too, and values outside of them", () => {
  assert.deepEqual(read(`a = 1\n[one]\nb = 2\n[[two]] # c\nc = 3\n[ 'remote "x"' ]\nd = 4\n`), {
    a: "1",
    one: { b: "2", two: { c: "3" } },
    'remote "x"': { d: "4" },
  });
});

Deno.test("parseIni() takes quotes off, splits lists and drops comments", () => {
  const values: readonly (readonly [string, unknown])[] = [
    ["plain text # comment", "plain text"],
    ["a#b", "a"],
    ['"a # b" # c', "a # b"],
    ["'a'b'", "a'b"],
    [`"a" b"`, `a" b`],
    ["", ""],
    ["# c", ""],
    ["a, b", ["a", "b"]],
    ["a ,'b, c' , d", ["a", "b, c", "d"]],
    ["a,", ["a"]],
    ["a, # c", ["a"]],
    [",", []],
    ['"a"b", c', ['a"b', "c"]],
    ["a=b;c", "a=b;c"],
  ];
  for (const [text, value] of values) assert.deepEqual(read(`k = ${text}`), { k: value }, text);
});

Deno.test("parseIni() reads triple quotes over several lines", () => {
  assert.deepEqual(read(`k = """one\n two""" # c\nl = '''a "b" 'c''''\n`), {
    k: "one\n two",
    l: `a "b" 'c'`,
  });
});

Deno.test("parseIni() names the first fault with its line", () => {
  const head = "config file error: ";
  const faults: readonly (readonly [string, string])[] = [
    ["\n; x", "Invalid line ('; x') (matched as neither section nor keyword) at line 2."],
    ["it's", `Invalid line ("it's") (matched as neither section nor keyword) at line 1.`],
    [
      "\ufeff[a]",
      "Invalid line ('\\ufeff[a]') (matched as neither section nor keyword) at line 1.",
    ],
    ["a = 1\na = 2", "Duplicate keyword name at line 2."],
    ["[a]\n[a]", "Duplicate section name at line 2."],
    ["[[a]", "Cannot compute the section depth at line 1."],
    ["[[a]]", "Section too nested at line 1."],
    ["k = a,,b", "Parse error in value at line 1."],
    ["k = '''a", "Parse error in multiline value at line 1."],
    ["x\ny", "Parsing failed with several errors.\nFirst error at line 1."],
  ];
  for (const [text, fault] of faults) assert.equal(faultOf(() => read(text)), head + fault, text);
});

Deno.test("parseIni() resolves references between values", () => {
  assert.deepEqual(read("x = 1\n[a]\ny = <%(x)s>\nz = %(y)s%(y)s, 5%\n[DEFAULT]\n"), {
    x: "1",
    a: { y: "<1>", z: ["<1><1>", "5%"] },
    DEFAULT: {},
  });
  assert.equal(
    faultOf(() => read("a = %(b)s")),
    'unexpected error - missing option "b" in interpolation.',
  );
  assert.equal(
    faultOf(() => read("a = %(b)s\nb = %(a)s")),
    'unexpected error - interpolation loop detected in value "a".',
  );
});

Deno.test("parseIni() is not held up by hostile files", () => {
  const doubling = Array.from({ length: 60 }, (_, at) => `v${at} = %(v${at + 1})s%(v${at + 1})s`);
  assert.match(faultOf(() => read([...doubling, "v60 = x"].join("\n"))), /refers to too much/);
  const nested = Array.from(
    { length: 5000 },
    (_, at) => `${"[".repeat(at + 1)}a${"]".repeat(at + 1)}`,
  );
  assert.match(faultOf(() => read(nested.slice(0, 200).join("\n"))), /several errors/);
  const lines = [
    "k = " + "a,  ".repeat(50_000) + '"',
    "k = " + '"a",'.repeat(50_000) + '"x',
    "[" + "]".repeat(200_000) + "x",
    "[".repeat(200_000),
    "['" + "' ]x".repeat(50_000),
    " ".repeat(200_000) + "x",
    "k = '''" + "''' ".repeat(50_000) + "x",
    "k = " + "%(".repeat(100_000) + "'",
  ];
  // Python's expressions need years for some of these.
  for (const line of lines) faultOf(() => read(`${line}\n;`));
});

Deno.test("printIni() quotes what needs it, and parseIni() reads it back", () => {
  const printed: readonly (readonly [string | readonly string[], string])[] = [
    ["plain a=b;c 50%", "plain a=b;c 50%"],
    ["", '""'],
    ["a,b", '"a,b"'],
    ["a#b", '"a#b"'],
    [" a", '" a"'],
    ["'a'", `"'a'"`],
    ['"a"', `'"a"'`],
    ['a"b,c', `'a"b,c'`],
    [`a'b"c`, `'''a'b"c'''`],
    ["a\nb", "'''a\nb'''"],
    [`'''"`, `"""'''""""`],
    [["a", "b c", "d,e"], 'a, b c, "d,e"'],
    [["a"], "a,"],
    [[], ","],
  ];
  for (const [value, text] of printed) {
    const file: IniSection = new Map([["s", new Map([["k", value]])]]);
    assert.equal(printIni(file), `[s]\n    k = ${text}\n`);
    assert.deepEqual(plain(parseIni(printIni(file), "it")), { s: { k: value } });
  }
  assert.equal(printIni(new Map()), "\n");
  assert.match(faultOf(() => printIni(new Map([["a'\"", ""]]))), /cannot be safely quoted/);
});

Deno.test("decodeIni() takes UTF-8 and nothing else", () => {
  assert.equal(decodeIni(new TextEncoder().encode("größe"), "it"), "größe");
  assert.match(faultOf(() => decodeIni(new Uint8Array([0x61, 0xff]), "it")), /not text in UTF-8/);
});
