import assert from "node:assert/strict";
import { compareSequence } from "../support/differential.ts";

// `deno task differential` runs hundreds of sequences; these few keep the machinery honest.
Deno.test("random steps leave projects of DVC and dvt alike", async () => {
  let taken = 0;
  for (const seed of [1, 2, 3, 5, 8, 13]) {
    const result = await compareSequence(seed, 12);
    assert.equal(result.difference, undefined, JSON.stringify(result.difference, undefined, 1));
    taken += result.taken;
  }
  assert.ok(taken > 60, `${taken} steps were taken`);
});
