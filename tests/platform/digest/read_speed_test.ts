import assert from "node:assert/strict";
import { ReadSpeed } from "../../../src/platform/digest/read_speed.ts";

Deno.test("reads from memory stay blocking, also on a busy machine", () => {
  const speed = new ReadSpeed();
  for (let round = 0; round < 1000; round++) {
    assert.equal(speed.slow(), false);
    speed.took(round % 10 === 0 ? 10 : 2, { files: 250, bytes: 1e6 });
  }
});

Deno.test("slow reads are put in flight together for some rounds, then tried again", () => {
  const speed = new ReadSpeed();
  speed.took(100, { files: 24, bytes: 1e6 });
  let rounds = 0;
  while (speed.slow()) rounds++;
  assert.equal(rounds, 16);
  speed.took(100, { files: 24, bytes: 1e6 });
  assert.equal(speed.slow(), true);
});
