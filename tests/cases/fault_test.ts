/** Faults at points of the commands that change something; `deno task fault` takes every point. */
import assert from "node:assert/strict";
import { bundleFaulty, faultModes, FaultRun } from "../support/fault_runs.ts";
import { faultScenes } from "../support/fault_scenes.ts";

/** So many points of a scene are tried here. */
const pointsEach = 2;

Deno.test("a fault at any point loses nothing, leaves nothing half, and the next run goes on", async (t) => {
  const folder = Deno.makeTempDirSync({ prefix: "dvt-fault-" });
  try {
    const program = await bundleFaulty(folder);
    for (const [number, scene] of faultScenes.entries()) {
      await t.step(scene.name, async () => {
        using run = await FaultRun.prepare(scene, program);
        assert.ok(run.points > 3, "the faults have something to meet");
        for (let i = 0; i < pointsEach; i++) {
          const at = 1 + Math.floor((i + (number % 7) / 7) * run.points / pointsEach);
          for (const mode of faultModes) assert.deepEqual(await run.try(at, mode), []);
        }
      });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
