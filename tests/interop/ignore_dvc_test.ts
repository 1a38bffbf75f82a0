import assert from "node:assert/strict";
import { realPython, runProgram } from "../support/dvc.ts";
import { answersOf, type IgnoreAnswers } from "../support/ignore_answers.ts";
import { type IgnoreCase, ignoreCases } from "../support/ignore_cases.ts";
import { temporaryFolder } from "../support/temporary.ts";

interface Golden extends IgnoreCase {
  readonly answers: IgnoreAnswers;
}

async function askDvc(cases: readonly IgnoreCase[]): Promise<IgnoreAnswers[]> {
  using folder = temporaryFolder();
  const script = new URL("../support/ignore_answers.py", import.meta.url).pathname;
  const command = [await realPython(), "-B", "-W", "ignore", script] as const;
  const { code, stdout, stderr } = await runProgram([...command], {
    cwd: folder.path,
    stdin: JSON.stringify(cases),
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("new random rules and paths get DVC's answers", async () => {
  const cases = ignoreCases(20_261, { count: 400 });
  const answers = await askDvc(cases);
  let checks = 0;
  for (const [i, one] of cases.entries()) {
    const [own, wanted] = [answersOf(one), answers[i]];
    const what = JSON.stringify(one.files);
    if (typeof wanted === "string") assert.equal(typeof own, "string", `${what}: ${wanted}`);
    else assert.deepEqual(own, wanted, what);
    checks += one.paths.length * 2;
  }
  assert.ok(checks > 10_000);
});

Deno.test("the recorded answers are still DVC's", async () => {
  const path = new URL("../golden/ignore/dvc_answers.json", import.meta.url);
  const golden: readonly Golden[] = JSON.parse(Deno.readTextFileSync(path));
  const some = golden.filter((_, i) => i % 6 === 0);
  const answers = await askDvc(some);
  assert.deepEqual(answers, some.map((one) => one.answers));
});
