/**
 * `deno task differential [--sequences N] [--steps N] [--seed N]`: real DVC and dvt through the same
 * random steps, compared after each. Ends with 1 where they differ and nothing excuses it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { compareSequence } from "../tests/support/differential.ts";
import { say } from "./project_folder.ts";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "300" },
    steps: { type: "string", default: "15" },
    seed: { type: "string", default: "1" },
  },
});
const excused = new Map<string, number>();
let taken = 0;
let differing = 0;
const first = Number(values.seed);
for (let seed = first; seed < first + Number(values.sequences); seed++) {
  const result = await compareSequence(seed, Number(values.steps));
  taken += result.taken;
  if (result.excused !== undefined) {
    excused.set(result.excused, (excused.get(result.excused) ?? 0) + 1);
  }
  if (result.difference === undefined) continue;
  differing++;
  say(`seed ${seed}, step ${result.taken}:`);
  for (const step of result.difference.steps) say(`  ${JSON.stringify(step)}`);
  say(result.difference.what);
}
say(`${values.sequences} sequences, ${taken} steps, ${differing} differ`);
for (const [name, count] of excused) say(`  ended where DVC is at fault, ${name}: ${count}`);
Deno.exit(differing === 0 ? 0 : 1);
