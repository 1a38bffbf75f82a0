import assert from "node:assert/strict";
import {
  type ArgumentShape,
  type Grammar,
  type OptionShape,
  readArguments,
} from "../../src/cli/arguments.ts";
import { DvtError } from "../../src/platform/error.ts";
import { randomNumbers } from "../support/ignore_cases.ts";

interface Answer {
  readonly error?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

function option(
  flags: readonly string[],
  values: OptionShape["values"] = "none",
  more: { readonly choices?: readonly string[]; readonly group?: string } = {},
): OptionShape & { readonly group: string } {
  const key = (flags.at(-1) ?? "").replace(/^-+/, "").replaceAll("-", "_");
  return { flags, values, key, conflicts: [], choices: more.choices, group: more.group ?? "" };
}

function argument(name: string, required = true, variadic = false): ArgumentShape {
  return { name, required, variadic };
}

const options = [
  option(["-q", "--quiet"], "none", { group: "loudness" }),
  option(["-v", "--verbose"], "none", { group: "loudness" }),
  option(["-R", "--recursive"]),
  option(["-f", "--force"]),
  option(["-j", "--jobs"], "one"),
  option(["-o", "--out"], "optional"),
  option(["--rev"], "optional"),
  option(["--remote"], "one"),
  option(["--remote-config"], "many"),
  option(["--no-exec"], "none", { group: "no" }),
  option(["--no-download"], "none", { group: "no" }),
  option(["-s", "--shell"], "one", { choices: ["bash", "zsh"] }),
  option(["-n"], "one"),
];

const grammars: readonly Grammar[] = [
  [],
  [argument("url")],
  [argument("url"), argument("path", false)],
  [argument("url"), argument("path")],
  [argument("targets", true, true)],
  [argument("targets", false, true)],
].map((positionals) => ({
  // argparse excludes options in groups; here they name each other.
  options: options.map((one) => ({
    ...one,
    conflicts: options.filter((other) => other !== one && one.group && other.group === one.group)
      .map((other) => other.key),
  })),
  arguments: positionals,
}));

const words =
  `a b v1 -1 -.5 - -x --nope -j 4 -j4 -j=4 -Rj4 -Rfj -Rj -fx -fR -Rq -qv --jobs --jobs=4 --job=4
   --rev --rev=v1 --re --rem --remote --remote-c --remote-config k=v --remote-config=k=v --recu
   --rec=1 --no --no-e --no-d --no-exec --force --force=1 --fo --out -o -ox -o=x -s bash -sbash
   -stcsh --shell=fish -n -n3 -q -v --quiet --verb`.split(/\s+/).concat(["-a b", "--a b", ""]);

function randomLine(random: () => number): string[] {
  const length = Math.floor(random() * 6);
  return Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? "");
}

/** What the plain command line says, in the shape of argparse's namespace. */
function valuesOf(line: readonly string[], grammar: Grammar): Record<string, unknown> {
  const plain = readArguments(line, grammar);
  const values: Record<string, unknown> = {};
  for (const { key, values: kind } of grammar.options) values[key] = kind === "none" ? 0 : null;
  for (const { flag, value } of plain.options) {
    const named = grammar.options.find((one) => one.flags.includes(flag));
    assert(named !== undefined, flag);
    const before = values[named.key];
    if (named.values === "none") values[named.key] = Number(before) + 1;
    else if (named.values === "many") {
      values[named.key] = [
        ...Array.isArray(before) ? before : [],
        ...value === undefined ? [] : [value],
      ];
    } else values[named.key] = value ?? "<none>";
  }
  for (const [at, shape] of grammar.arguments.entries()) {
    if (shape.variadic) values[shape.name] = plain.operands.slice(at);
    else values[shape.name] = plain.operands[at] ?? null;
  }
  return values;
}

function ask(cases: readonly { grammar: Grammar; lines: readonly string[][] }[]): Answer[] {
  const script = new URL("../support/argparse_answers.py", import.meta.url);
  const input = Deno.makeTempFileSync();
  Deno.writeTextFileSync(input, JSON.stringify(cases));
  const { code, stdout, stderr } = new Deno.Command("sh", {
    args: ["-c", 'exec python3 "$1" < "$2"', "sh", script.pathname, input],
  }).outputSync();
  Deno.removeSync(input);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Newer versions of Python no longer quote the choices. */
function plainText(error: string): string {
  return error.replace(/\(choose from .*\)/, (list) => list.replaceAll("'", ""));
}

Deno.test("random command lines mean what argparse makes of them, mistakes included", () => {
  const random = randomNumbers(7);
  const cases = grammars.map((grammar) => ({
    grammar,
    lines: Array.from({ length: 3000 }, () => randomLine(random)),
  }));
  const answers = ask(cases);
  let at = 0;
  let alike = 0;
  for (const { grammar, lines } of cases) {
    for (const line of lines) {
      const expected = answers[at++];
      assert(expected !== undefined);
      let found: Answer;
      try {
        found = { values: valuesOf(line, grammar) };
      } catch (error) {
        assert(error instanceof DvtError);
        found = { error: plainText(error.message) };
      }
      const wanted = expected.error === undefined ? expected : { error: plainText(expected.error) };
      // argparse gives all it has to optional arguments at once, and so refuses those that follow
      // an option. Here they may stand anywhere.
      const lenient = grammar.arguments.some((shape) => !shape.required || shape.variadic) &&
        wanted.error?.startsWith("unrecognized arguments: ");
      if (lenient && !found.error?.startsWith("the following")) continue;
      // Of two mistakes, some versions of Python name the ambiguous option first, wherever it is.
      if (wanted.error?.startsWith("ambiguous") && found.error !== undefined) continue;
      assert.deepEqual(found, wanted, JSON.stringify(line));
      alike++;
    }
  }
  assert(alike > 10_000, `only ${alike} command lines were compared`);
});
