/**
 * Records what real DVC answers to the cases of `stage_examples.ts`, for tests without DVC:
 * `deno run -A tests/support/record_stage_answers.ts`.
 *
 * @module
 */
import { askDvc } from "./stage_answers.ts";
import { recordedCases } from "./stage_examples.ts";

const cases = recordedCases();
const answers = await askDvc(cases);
const rows = cases.map((one, index) => JSON.stringify({ one, answer: answers[index] }));
const file = new URL("../golden/stages/dvc_answers.json", import.meta.url);
Deno.writeTextFileSync(file, `[\n${rows.join(",\n")}\n]\n`);
