import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type Outcome, runDvc, type RunOptions } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";
import { type ConfigCase, configCases } from "./config_cases.ts";

type Program = (args: readonly string[], options: RunOptions) => Promise<Outcome>;

/** What a program said and left behind, without the places where it ran. */
interface Answer extends Outcome {
  readonly files: Readonly<Record<string, string | undefined>>;
}

for (const one of configCases) {
  Deno.test(`dvt configures as DVC does: ${one.name}`, async () => {
    const [wanted, answers] = await Promise.all([answersOf(one, runDvc), answersOf(one, runDvt)]);
    for (const [at, answer] of answers.entries()) {
      const expected = wanted[at];
      assert.ok(expected !== undefined);
      const context = (one.run[at] ?? []).join(" ");
      assert.deepEqual(answer, adapted(expected), `dvc ${context}`);
    }
  });
}

async function answersOf(one: ConfigCase, program: Program): Promise<readonly Answer[]> {
  using project = temporaryProject();
  if (one.config !== undefined) project.write(".dvc/config", one.config);
  if (one.local !== undefined) project.write(".dvc/config.local", one.local);
  if (one.global !== undefined) project.write("../.home/dvc-global/config", one.global);
  project.write(`${one.folder ?? "."}/.keep`, "");
  const cwd = Deno.realPathSync(project.at(one.folder ?? "."));
  const answers: Answer[] = [];
  for (const args of one.run) {
    const outcome = await program(args, { cwd });
    answers.push({
      code: outcome.code,
      stdout: settled(outcome.stdout, project),
      stderr: withoutHints(settled(outcome.stderr, project)),
      files: filesOf(project),
    });
  }
  return answers;
}

function filesOf(project: TemporaryFolder): Answer["files"] {
  const names = [
    ".dvc/config",
    ".dvc/config.local",
    "../.home/dvc-global/config",
    "../.home/dvc-system/config",
  ];
  return Object.fromEntries(
    names.map((name) => [
      name,
      project.exists(name) ? settled(project.read(name), project) : undefined,
    ]),
  );
}

/** The names of temporary folders differ, in length too, on which the columns of a list depend. */
function settled(text: string, project: TemporaryFolder): string {
  return text.replaceAll(project.path.replace(/\/work$/, ""), "<top>")
    .replace(/(<top>.*?) +\(default\)/g, "$1 (default)");
}

/** dvt says more than DVC: the next step after a failure, and what should not be committed. */
function withoutHints(text: string): string {
  return text.replace(/^hint: .*\n/gm, "");
}

/** DVC says twice what is wrong with a file, and asks for a report where a value is at fault. */
function adapted(expected: Answer): Answer {
  return {
    ...expected,
    stderr: expected.stderr
      .replace(/^(ERROR: configuration error - config file error: )([^]*): \2$/m, "$1$2")
      .replace(
        "\n\nHaving any troubles? Hit us up at https://dvc.org/support, we are always happy to help!\n",
        "\n",
      ),
  };
}
