import assert from "node:assert/strict";
import { assertAsDvc } from "../support/stage_answers.ts";
import type { StageCase } from "../support/stage_cases.ts";

interface Recorded {
  readonly one: StageCase;
  readonly answer: string | null;
}

const file = new URL("../golden/stages/dvc_answers.json", import.meta.url);
const recorded: readonly Recorded[] = JSON.parse(Deno.readTextFileSync(file));

const kinds: Readonly<Record<StageCase["kind"], string>> = {
  read: "YAML is read, or refused at the same place, as DVC recorded",
  print: "values are written byte for byte as DVC wrote them",
  rewrite: "rewriting keeps comments, order and layout byte for byte as DVC did",
  invalid: "invalid .dvc files get the reports that DVC printed",
  stage: "stage files and their checksums are those that DVC dumped",
  pipeline: "pipelines are what DVC made of dvc.yaml, dvc.lock and parameters",
};

for (const [kind, what] of Object.entries(kinds)) {
  Deno.test(what, async () => {
    let equal = 0;
    for (const { one, answer } of recorded) {
      if (one.kind === kind && await assertAsDvc(one, answer)) equal++;
    }
    assert.ok(equal >= 20, `${equal} recorded answers`);
  });
}
