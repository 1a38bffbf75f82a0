import assert from "node:assert/strict";
import { generateKernel } from "../../../scripts/md5/build.ts";

Deno.test("kernel.ts is what its generator writes", async () => {
  const file = new URL("../../../src/platform/digest/kernel.ts", import.meta.url);
  assert.ok(
    await generateKernel() === await Deno.readTextFile(file),
    "run scripts/md5/build.ts and commit src/platform/digest/kernel.ts",
  );
});
