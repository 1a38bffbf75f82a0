/**
 * Registries of strangers: whatever they hold, nothing is written outside of the place that was
 * asked for, nothing of theirs is run, and no file of ours is read for them.
 */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { hostileData } from "../support/hostile_data.ts";
import { Scene } from "../support/hostile_scene.ts";
import { hostileSettings } from "../support/hostile_settings.ts";

const cases = [...hostileData, ...hostileSettings];

for (const { name, build, says, mayPass = false } of cases) {
  Deno.test(`hostile: ${name}`, async () => {
    using scene = new Scene();
    const lines = build(scene);
    const before = scene.state();
    let told = "";
    for (const line of lines) {
      const started = performance.now();
      const { code, stdout, stderr } = await runDvt(line, { cwd: scene.folder.at("w") });
      told += stderr;
      assert.ok(performance.now() - started < 20_000, `${line.join(" ")} took too long`);
      if (!mayPass) assert.notEqual(code, 0, `${line.join(" ")}:\n${stdout}${stderr}`);
      assert.equal(scene.state(), before, `${line.join(" ")}:\n${stdout}${stderr}`);
      assert.doesNotMatch(stdout + stderr, /s3cret-of-the-victim/, line.join(" "));
      if (code !== 0) assert.notEqual(stderr, "", line.join(" "));
      assert.doesNotMatch(stderr, /fault of dvt itself/, `${line.join(" ")}: ${stderr}`);
    }
    if (says !== undefined) assert.match(told, says);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
}

Deno.test("hostile: there are at least a hundred kinds", () => {
  assert.ok(cases.length >= 100, `${cases.length}`);
});
