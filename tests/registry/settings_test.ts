import assert from "node:assert/strict";
import { loadSettings } from "../../src/registry/settings.ts";
import { environmentFor } from "../support/environment.ts";
import { temporaryProject } from "../support/temporary.ts";

Deno.test("loadSettings() merges the user's, the project's, the clone's and the environment's", () => {
  using folder = temporaryProject();
  const place = {
    directory: folder.path,
    environment: environmentFor(folder.path),
    dvcDirectory: folder.at(".dvc"),
  };
  assert.deepEqual(loadSettings(place), {
    gcGrace: undefined,
    jobs: undefined,
    lockWait: undefined,
    mirrors: new Map(),
    pushImports: false,
    programs: new Map(),
    remote: undefined,
    warnings: [],
  });
  folder.write("../.home/.config/dvt/config", "[core]\n    jobs = 2\n");
  folder.write(
    ".dvc/dvt",
    `[core]\n    jobs = 4\n['remote "Store"']\n    mirrors = https://a/x, https://b/y\n`,
  );
  folder.write(".dvc/dvt.local", "[lock]\n    wait = 1.5\n");
  const settings = loadSettings(place);
  assert.equal(settings.jobs, 4);
  assert.equal(settings.lockWait, 1.5);
  assert.deepEqual(settings.mirrors, new Map([["store", ["https://a/x", "https://b/y"]]]));
  const environment = { ...place.environment, DVT_JOBS: "9" };
  const loud = loadSettings({ ...place, environment });
  assert.equal(loud.jobs, 9);
});

Deno.test("loadSettings() passes over what it does not understand, with a warning", () => {
  using folder = temporaryProject();
  const place = {
    directory: folder.path,
    environment: { ...environmentFor(folder.path), DVT_JOBS: "many" },
    dvcDirectory: folder.at(".dvc"),
  };
  folder.write(
    ".dvc/dvt",
    `top = 1\n[core]\n    jobs = 0\n    news = 1\n[lock]\n    wait = soon\n[other]\n    x = 1\n` +
      `[__proto__]\n    jobs = 1\n['remote "r"']\n    url = x\n`,
  );
  const settings = loadSettings(place);
  assert.equal(settings.jobs, undefined);
  assert.equal(settings.lockWait, undefined);
  const file = folder.at(".dvc/dvt");
  assert.deepEqual(settings.warnings, [
    `the setting 'remote.r.url' of ${file} is ignored: dvt has no such setting`,
    `the setting 'top' of ${file} is ignored: dvt has no such setting`,
    `the setting 'core.jobs' of ${file} is ignored: it must be a whole number of at least 1`,
    `the setting 'core.news' of ${file} is ignored: dvt has no such setting`,
    `the setting 'lock.wait' of ${file} is ignored: it must be a number of seconds`,
    `the setting 'other.x' of ${file} is ignored: dvt has no such setting`,
    `the setting '__proto__.jobs' of ${file} is ignored: dvt has no such setting`,
    `the setting 'core.jobs' of the environment is ignored: ` +
    `it must be a whole number of at least 1`,
  ]);
});
