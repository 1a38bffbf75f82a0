/** Random input for the parsers; `deno task fuzz` gives each a million. */
import assert from "node:assert/strict";
import { Chance } from "../support/chance.ts";
import { fuzzedParsers, mutated, tryInput } from "../support/fuzz.ts";

for (const parser of fuzzedParsers) {
  Deno.test(`fuzz: ${parser.name} takes anything, quickly and with a sentence`, async () => {
    const chance = new Chance(Number(Deno.env.get("DVT_TEST_SEED") ?? "7"));
    for (let i = 0; i < 2000; i++) {
      const bytes = mutated(parser.examples, chance);
      const fault = await tryInput(parser, bytes);
      assert.equal(fault, undefined, JSON.stringify(new TextDecoder().decode(bytes)));
    }
  });
}

Deno.test("fuzz: what throws anything else, or takes its time, is found", async () => {
  const bytes = new Uint8Array();
  const parser = { name: "p", examples: [""] };
  const throwing = { ...parser, parse: () => JSON.parse("{") };
  assert.match(await tryInput(throwing, bytes) ?? "", /SyntaxError/);
  const slow = { ...parser, parse: () => new Promise((done) => setTimeout(done, 1100)) };
  assert.match(await tryInput(slow, bytes) ?? "", /took/);
});
