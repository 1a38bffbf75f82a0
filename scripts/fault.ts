/**
 * dvt with a fault at every point at which it changes the disk, in five ways: killed before it,
 * killed in the middle of a write, one failure, a full disk, the power gone.
 *
 *     deno task fault [--every N] [--only WORD]     at every Nth point, of commands with the word
 *     deno task fault --kills N                     killed at N random moments instead
 *
 * Ends with 1 where anything was lost, half-written or not put right by the next run.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { bundleFaulty, faultModes, FaultRun } from "../tests/support/fault_runs.ts";
import { faultScenes } from "../tests/support/fault_scenes.ts";
import { say } from "./project_folder.ts";

const { values } = parseArgs({
  options: {
    every: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    kills: { type: "string", default: "0" },
  },
});
const folder = Deno.makeTempDirSync({ prefix: "dvt-fault-" });
let points = 0;
let wrong = 0;
try {
  const program = await bundleFaulty(folder);
  for (const scene of faultScenes) {
    if (!scene.name.includes(values.only)) continue;
    using run = await FaultRun.prepare(scene, program);
    let here = 0;
    const kills = Math.ceil(Number(values.kills) / faultScenes.length);
    for (let i = 0; i < kills; i++) {
      here++;
      for (const sentence of await run.killAfter(Math.floor(Math.random() * 180))) {
        wrong++;
        say(`WRONG: ${sentence}`);
      }
    }
    if (kills > 0) {
      points += here;
      say(`${scene.name}: killed ${here} times`);
      continue;
    }
    for (let at = 1; at <= run.points + 1; at += Number(values.every)) {
      for (const mode of faultModes) {
        here++;
        for (const sentence of await run.try(at, mode)) {
          wrong++;
          say(`WRONG: ${sentence}`);
        }
      }
    }
    points += here;
    say(`${scene.name}: ${run.points} points, ${here} runs`);
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
say(`${points} faults, ${wrong} of them did harm`);
Deno.exit(wrong === 0 ? 0 : 1);
