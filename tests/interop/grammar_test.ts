import assert from "node:assert/strict";
import type { Grammar } from "../../src/cli/arguments.ts";
import { grammarOf } from "../../src/cli/program.ts";
import type { TreeEntry } from "../../src/cli/tree.ts";
import { tree } from "../../src/commands/root.ts";
import { runDvt } from "../support/cli.ts";
import { realPython, runProgram } from "../support/dvc.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** One verb of real DVC, as `dvc_grammar.py` finds it in DVC's own parser. */
interface DvcVerb {
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly values: "none" | "one" | "optional" | "many";
    readonly choices: readonly string[] | null;
    readonly excludes: readonly string[];
    readonly integer: boolean;
    /** Whether it is one of `--x` and `--no-x`, which DVC's messages name together. */
    readonly pair: boolean;
  }[];
  readonly arguments: readonly {
    readonly required: boolean;
    readonly variadic: boolean;
    readonly choices: readonly string[] | null;
  }[];
}

/** Verbs that run pipelines and experiments, serve DVC itself or its company's service. */
const outOfScope =
  /^(?:exp|experiments|queue|repro|metrics|params|plots|studio|daemon|dataset|ds|import-db|test-db)(?: |$)/;

/** Verbs to come. Whoever adds one takes it off this list. */
const missing = new Set<string>([
  "stage add",
]);

/** Runs `dvc_grammar.py`. */
async function ask(args: readonly string[], stdin?: string): Promise<string> {
  const script = new URL("../support/dvc_grammar.py", import.meta.url).pathname;
  const { stdout, stderr, code } = await runProgram([await realPython(), "-B", script, ...args], {
    cwd: "/",
    ...stdin === undefined ? {} : { stdin },
  });
  assert.equal(code, 0, stderr);
  return stdout;
}

const dvcVerbs: Readonly<Record<string, DvcVerb>> = JSON.parse(await ask([]));

async function dvtVerbs(
  entries: readonly TreeEntry[],
  path: readonly string[] = [],
): Promise<Map<string, Grammar>> {
  const found = new Map<string, Grammar>();
  for (const entry of entries) {
    for (const name of [entry.name, ...entry.aliases]) {
      const words = [...path, name];
      if (entry.kind === "verb") found.set(words.join(" "), grammarOf(await entry.load()));
      else for (const [verb, it] of await dvtVerbs(entry.children, words)) found.set(verb, it);
    }
  }
  return found;
}

Deno.test("every verb, option and argument of DVC is spelled the same way", async () => {
  const verbs = await dvtVerbs(tree);
  const faults: string[] = [];
  for (const [name, wanted] of Object.entries(dvcVerbs)) {
    if (outOfScope.test(name)) continue;
    const found = verbs.get(name);
    if (found === undefined) {
      if (!missing.has(name)) faults.push(`${name}: missing`);
      continue;
    }
    if (missing.has(name)) faults.push(`${name}: not missing any more`);
    faults.push(...differences(wanted, found).map((fault) => `${name}: ${fault}`));
  }
  assert.deepEqual(faults, []);
});

function differences(wanted: DvcVerb, found: Grammar): string[] {
  const faults: string[] = [];
  const findOption = (flag: string) => found.options.find((one) => one.flags.includes(flag));
  for (const option of wanted.options) {
    const spelled = option.flags.join("/");
    const own = findOption(option.flags[0] ?? "");
    if (own === undefined) {
      faults.push(`no option ${spelled}`);
      continue;
    }
    if (own.flags.join("/") !== spelled) {
      faults.push(`${own.flags.join("/")} instead of ${spelled}`);
    }
    // `--json=stream` is dvt's own; DVC refuses every value there.
    const values = own.values === "glued" ? "none" : own.values;
    if (values !== option.values) faults.push(`${spelled} takes ${own.values}`);
    const lacking = (option.choices ?? []).filter((choice) => !own.choices?.includes(choice));
    if (lacking.length > 0) faults.push(`${spelled} refuses ${lacking.join(", ")}`);
    for (const flag of option.excludes) {
      const other = findOption(flag);
      if (other === undefined) continue;
      const exclusive = own.key === other.key || own.conflicts.includes(other.key) ||
        other.conflicts.includes(own.key);
      if (!exclusive) faults.push(`${spelled} may stand beside ${flag}`);
    }
  }
  for (const [at, argument] of wanted.arguments.entries()) {
    const own = found.arguments[at];
    if (own?.required !== argument.required || own.variadic !== argument.variadic) {
      faults.push(`argument ${at + 1} is not as DVC's`);
    }
  }
  if (found.arguments.length > wanted.arguments.length) faults.push("more arguments than in DVC");
  return faults;
}

/** Wrong command lines of a verb: too few and too many arguments, and every option misused. */
function wrongLines(name: string, verb: DvcVerb): string[][] {
  const required = verb.arguments.filter((argument) => argument.required).map(() => "x");
  const most = verb.arguments.some((argument) => argument.variadic) ? [] : Array(9).fill("x");
  const lines = [
    required.slice(1),
    [...required, "--nope"],
    ["--nope"],
    ...name === "config" ? [] : [most],
    [...required, "--quiet=x"],
    [...required, "-q", "-v"],
    ...verb.options.flatMap((option) => {
      const flag = option.flags.at(-1) ?? "";
      return [
        ...option.excludes.map((other) => [...required, flag, other]),
        ...option.values === "one" ? [[...required, flag]] : [],
        ...option.values === "none" && !option.pair ? [[...required, `${flag}=x`]] : [],
        ...option.integer ? [[...required, flag, "1x"]] : [],
        ...option.choices === null || name === "completion" ? [] : [[...required, flag, "nope"]],
        [...required, flag.slice(0, 4)],
      ];
    }),
  ];
  return lines.map((line) => [...name.split(" "), ...line]);
}

Deno.test("what is wrong with a command line is said in DVC's words", async () => {
  const verbs = await dvtVerbs(tree);
  const lines = Object.entries(dvcVerbs).filter(([name]) => verbs.has(name))
    .flatMap(([name, verb]) => wrongLines(name, verb));
  lines.push([], ["remote"], ["--nope"], ["--ver"], ["-q", "-v"], ["--cd"]);
  const verdicts: (string | null)[] = JSON.parse(await ask(["--judge"], JSON.stringify(lines)));
  using folder = temporaryFolder();
  const faults: string[] = [];
  for (const [at, line] of lines.entries()) {
    const verdict = verdicts[at];
    if (verdict === null || verdict === undefined) continue; // nothing is wrong with it
    const { code, stdout, stderr } = await runDvt(line, { cwd: folder.path });
    const said = stderr.split("\n")[0];
    const expected = `ERROR: ${verdict}`;
    // DVC also counts its global and hidden options, and dvt may have further ones.
    if (/^ambiguous .*--(?:version|show-stack)/.test(verdict)) continue;
    if (verdict.startsWith("ambiguous") && said?.startsWith("ERROR: ambiguous")) continue;
    if (code !== 254 || said !== expected || !stdout.startsWith("Usage: dvt")) {
      faults.push(`${line.join(" ")}: ${code} ${said} instead of ${expected}`);
    }
  }
  assert.deepEqual(faults, []);
});
