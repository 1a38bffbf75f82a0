/**
 * `deno task fuzz [--inputs N] [--seed N] [--only WORD]`: random input for every parser of what
 * strangers wrote, a million for each unless told otherwise. Ends with 1 where one of them threw
 * what is no sentence for people, or took longer than a second.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Chance } from "../tests/support/chance.ts";
import { fuzzedParsers, mutated, tryInput } from "../tests/support/fuzz.ts";
import { say } from "./project_folder.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
let wrong = 0;
for (const parser of fuzzedParsers) {
  if (!parser.name.includes(values.only)) continue;
  const chance = new Chance(Number(values.seed));
  const started = performance.now();
  let peak = 0;
  for (let i = 0; i < Number(values.inputs); i++) {
    const bytes = mutated(parser.examples, chance);
    const fault = await tryInput(parser, bytes);
    if (i % 10_000 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
    if (fault === undefined) continue;
    wrong++;
    if (wrong <= 20) {
      say(`WRONG: ${fault}\n  ${JSON.stringify(new TextDecoder().decode(bytes)).slice(0, 600)}`);
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  say(
    `${parser.name}: ${values.inputs} inputs, ${seconds} s, at most ${(peak / 1e6).toFixed(0)} MB`,
  );
}
say(`${wrong} went wrong`);
Deno.exit(wrong === 0 ? 0 : 1);
