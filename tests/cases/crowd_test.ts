/** Many processes at once; `deno task crowd` has more of them for longer. */
import assert from "node:assert/strict";
import { bundle } from "../../scripts/bundle.ts";
import { runCrowd } from "../support/crowd.ts";
import { realDvc } from "../support/dvc.ts";

Deno.test("dvt's and DVC's processes share projects, a cache and a remote, and nothing breaks", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "dvt-crowd-" });
  try {
    const program = await bundle(`${folder}/dvt.js`);
    const { wrong } = await runCrowd({
      processes: 8,
      rounds: 2,
      seed: 3,
      dvt: [Deno.execPath(), "run", "-A", "--no-config", "--no-lock", "--no-check", program],
      dvc: await realDvc(),
    });
    assert.deepEqual(wrong, []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
