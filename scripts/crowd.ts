/**
 * `deno task crowd [--processes N] [--rounds N] [--seed N]`: many processes at once, dvt's and real
 * DVC's, over two projects that share a cache and a remote.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runCrowd } from "../tests/support/crowd.ts";
import { realDvc } from "../tests/support/dvc.ts";
import { compile } from "./compile.ts";
import { say } from "./project_folder.ts";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "16" },
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
const { commands, wrong } = await runCrowd({
  processes: Number(values.processes),
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  dvt: [await compile()],
  dvc: await realDvc(),
});
for (const sentence of wrong) say(`WRONG: ${sentence}`);
say(
  `${values.rounds} rounds of ${values.processes} processes, ${commands} commands, ${wrong.length} went wrong`,
);
Deno.exit(wrong.length === 0 ? 0 : 1);
