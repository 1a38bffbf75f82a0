import assert from "node:assert/strict";
import { askDvc, assertAsDvc } from "../support/stage_answers.ts";
import { type StageCase, stageCases } from "../support/stage_cases.ts";
import { recordedCases } from "../support/stage_examples.ts";

const kinds: readonly {
  readonly kind: StageCase["kind"];
  readonly what: string;
  readonly count: number;
  /** How many cases DVC must have an answer for, so that the comparison means something. */
  readonly atLeast: number;
}[] = [
  { kind: "read", what: "random YAML is read or refused as DVC does it", count: 400, atLeast: 350 },
  { kind: "print", what: "random values are written as DVC writes them", count: 400, atLeast: 400 },
  { kind: "rewrite", what: "random comments survive as in DVC", count: 300, atLeast: 150 },
  { kind: "invalid", what: "invalid .dvc files get DVC's messages", count: 150, atLeast: 150 },
  {
    kind: "stage",
    what: "random .dvc files are dumped as DVC dumps them",
    count: 150,
    atLeast: 130,
  },
  {
    kind: "pipeline",
    what: "random pipelines are read as DVC reads them",
    count: 150,
    atLeast: 120,
  },
];

for (const { kind, what, count, atLeast } of kinds) {
  Deno.test(what, async () => {
    const cases = stageCases(kind, { seed: 20_263, count });
    const answers = await askDvc(cases);
    let equal = 0;
    for (const [index, one] of cases.entries()) {
      if (await assertAsDvc(one, answers[index] ?? null)) equal++;
    }
    assert.ok(equal >= atLeast, `DVC had only ${equal} answers`);
  });
}

Deno.test("the recorded answers on stage files are still DVC's", async () => {
  const file = new URL("../golden/stages/dvc_answers.json", import.meta.url);
  const recorded: { readonly answer: string | null }[] = JSON.parse(Deno.readTextFileSync(file));
  const answers = await askDvc(recordedCases());
  assert.deepEqual(recorded.map(({ answer }) => answer), answers);
});
