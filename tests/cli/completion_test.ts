import assert from "node:assert/strict";
import { complete, type Completer, completionLines } from "../../src/cli/completion.ts";
import { completionScript, shells } from "../../src/cli/completion_scripts.ts";
import { command, Option, optionalOption } from "../../src/cli/program.ts";
import { entry, group } from "../../src/cli/tree.ts";
import { globalOptions } from "../../src/commands/global_options.ts";

function makeAdd() {
  return Promise.resolve(
    command("add").argument("<targets...>", "paths")
      .option("-f, --force", "overwrite")
      .option("-r, --remote <name>", "remote")
      .option("-o, --out <path>", "where")
      .addOption(optionalOption("--rev [commit]", "revision"))
      .addOption(new Option("--type <type>", "type").choices(["metrics", "plots"])),
  );
}

function makeRemove() {
  return Promise.resolve(command("remove").argument("<name>", "remote"));
}

const tree = [
  entry("add", "Track data", makeAdd),
  entry("list", "List", makeAdd, { aliases: ["ls"] }),
  entry("complete", "Hidden", makeAdd, { hidden: true }),
  group("remote", "Manage remotes", [entry("remove", "Forget a remote", makeRemove)]),
];

const completer: Completer = ({ verb, name, placeholder }) => {
  const remotes = name === "remote" || (verb === "remote remove" && name === "name");
  if (remotes) return Promise.resolve(["storage", "backup"]);
  return Promise.resolve(placeholder === "commit" ? ["v1", "v2"] : undefined);
};

/** The words offered for a line, which ends in the word being typed, and the kind of paths. */
async function offered(line: string): Promise<string> {
  const words = line.split(" ");
  const answer = await complete({ words, tree, globalOptions, completer });
  return [...answer.candidates.map((one) => one.word), `:${answer.paths}`].join(" ");
}

Deno.test("what could come next follows from the declared tree", async () => {
  const cases: readonly [string, string][] = [
    ["", "add list ls remote :none"],
    ["a", "add :none"],
    ["-q re", "remote :none"],
    ["--cd fol", ":directories"],
    ["--c", "--cd :none"],
    ["remote ", "remove :none"],
    ["remote remove s", "storage :files"],
    ["nope ", ":none"],
    ["add ", ":files"],
    ["add a b", ":files"],
    ["add --", "--force --remote --out --rev --type --help --quiet --verbose :none"],
    ["add -f --f", ":none"],
    ["add --type ", "metrics plots :none"],
    ["add --type=p", "--type=plots :none"],
    ["add --remote ", "storage backup :none"],
    ["add -r b", "backup :none"],
    ["add --out da", ":files"],
    ["add --rev v", "v1 v2 :none"],
    ["add --rev v1 ", ":files"],
    ["add -- --", ":files"],
    ["ls --ty", "--type :none"],
    ["remote remove a b", ":none"],
  ];
  for (const [line, expected] of cases) assert.equal(await offered(line), expected, line);
});

Deno.test("answers are a word, a tab and its meaning a line, then the kind of paths", async () => {
  const answer = await complete({ words: ["re"], tree, globalOptions, completer });
  assert.deepEqual(completionLines(answer), ["remote\tManage remotes", ":none"]);
});

/** Runs bash with its completion script and a stand-in for dvt that answers from `answers`. */
function bashReplies(words: readonly string[], line: string, answers: readonly string[]) {
  const folder = Deno.makeTempDirSync();
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  Deno.writeTextFileSync(
    `${folder}/dvt`,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${quoted(`${folder}/asked`)}\n` +
      `printf '%s\\n' ${answers.map(quoted).join(" ")}\n`,
    { mode: 0o755 },
  );
  const program = `${completionScript("bash")}
    COMP_LINE=${quoted(line)} COMP_POINT=${line.length}
    COMP_WORDS=(${words.map(quoted).join(" ")}) COMP_CWORD=${words.length - 1}
    _dvt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, code } = new Deno.Command("bash", {
    args: ["--norc", "-c", program],
    env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
  }).outputSync();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const asked = Deno.readTextFileSync(`${folder}/asked`).split("\n").slice(0, -1);
  Deno.removeSync(folder, { recursive: true });
  return { asked, replies: new TextDecoder().decode(stdout).split("\n").slice(0, -1) };
}

Deno.test("in bash, words that were typed together stay together, and nothing is evaluated", () => {
  assert.deepEqual(
    bashReplies(["dvt", "add", "--rev", "=", "v"], "dvt add --rev=v", ["--rev=v1\t", ":none"]),
    { asked: ["complete", "--", "add", "--rev=v"], replies: ["v1"] },
  );
  assert.deepEqual(
    bashReplies(["dvt", "add", "--rev", "="], "dvt add --rev=", ["--rev=v1\t", "--rev=v2\tx"]),
    { asked: ["complete", "--", "add", "--rev="], replies: ["v1", "v2"] },
  );
  assert.deepEqual(
    bashReplies(["dvt", "get", "https", "://h/r", "'a b'", ""], "dvt get https://h/r 'a b' ", [
      "sp ace\tmeaning",
      "$(touch x)\t",
    ]),
    {
      asked: ["complete", "--", "get", "https://h/r", "'a b'", ""],
      replies: ["sp\\ ace", "\\$\\(touch\\ x\\)"],
    },
  );
});

Deno.test("there is a script for every shell, and bash finds its own well-formed", () => {
  for (const shell of shells) assert.match(completionScript(shell), /dvt complete/);
  const { code } = new Deno.Command("bash", { args: ["-n", "-c", completionScript("bash")] })
    .outputSync();
  assert.equal(code, 0);
});
