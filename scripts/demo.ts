/**
 * A data registry from its first file to an update, in a temporary folder, before your eyes:
 *
 *     sh scripts/deno task demo                                with made-up pictures
 *     sh scripts/deno task demo FOLDER                         with the files of a folder of yours
 *     sh scripts/deno task demo FOLDER --git URL               through an empty Git repository of yours
 *
 * Options: `--dvt PROGRAM` takes another dvt than the sources beside this file (the compiled one,
 * for example), `--keep` leaves the temporary folder for you to look around in.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { catsAndDogs, countEqual, type Dataset, filesOf, writeFiles } from "./demo/dataset.ts";
import {
  describe,
  moveObjects,
  newObjects,
  objectsIn,
  sameObjects,
  untouched,
} from "./demo/objects.ts";
import { Shell } from "./demo/shell.ts";
import { permissions } from "./permissions.ts";
import { projectFolder, runScript, say, ScriptFailure } from "./project_folder.ts";

/** The places of the demo. */
interface Stage {
  readonly shell: Shell;
  readonly dataset: Dataset;
  readonly registry: string;
  readonly store: string;
  readonly consumer: string;
  /** Where the registry is published. */
  readonly url: string;
  /** Of the dataset, in the registry. */
  readonly path: string;
}

/** Builds a registry of two versions and publishes it. */
async function buildRegistry(stage: Stage): Promise<void> {
  const { shell, dataset: { name, first, added }, registry, store, url, path } = stage;
  shell.tell(`A registry with version 1 of ${name}: ${first.length.toLocaleString("en")} files`);
  Deno.mkdirSync(registry);
  shell.enter(registry);
  await shell.git("init", "-q", "-b", "main");
  await shell.dvt("init", "-q");
  await shell.dvt("remote", "add", "-d", "storage", store);
  writeFiles(`${registry}/${path}`, first);
  await shell.dvt("add", path);
  await shell.dvt("push");
  await shell.git("add", "--all");
  await shell.git("commit", "-q", "-m", `Add ${name}`);
  await shell.git("tag", `${name}-v1`);
  const before = objectsIn(store);
  shell.fact(`the store holds ${describe(before)}`);

  shell.tell(`Version 2: ${added.length.toLocaleString("en")} more files`);
  writeFiles(`${registry}/${path}`, added);
  await shell.dvt("add", path);
  await shell.dvt("push");
  await shell.git("commit", "-q", "-a", "-m", `More of ${name}`);
  await shell.git("tag", `${name}-v2`);
  const after = objectsIn(store);
  check(untouched(before, after), "the push wrote objects again that were there");
  shell.fact(`only what is new was pushed: ${describe(newObjects(before, after))}`);

  shell.tell("The registry is published, as any Git repository is");
  await shell.git("push", "-q", url, "main", `${name}-v1`, `${name}-v2`);
}

/** Imports version 1 somewhere else, then moves to version 2. */
async function useRegistry(stage: Stage): Promise<void> {
  const { shell, dataset: { name, first, added }, store, consumer, url, path } = stage;
  const stageFile = `${path.slice(path.lastIndexOf("/") + 1)}.dvc`;
  const data = `${consumer}/${stageFile.replace(/\.dvc$/, "")}`;
  const cache = `${consumer}/.dvc/cache`;

  shell.tell(`Another project imports version 1`);
  Deno.mkdirSync(consumer);
  shell.enter(consumer);
  await shell.git("init", "-q", "-b", "main");
  await shell.dvt("init", "-q");
  await shell.dvt("import", "--rev", `${name}-v1`, url, path);
  await shell.git("add", "--all");
  await shell.git("commit", "-q", "-m", `Import ${name}`);
  check(countEqual(data, first) === first.length, "the import differs from version 1");
  shell.fact(`${first.length.toLocaleString("en")} files are here, byte for byte`);
  const before = objectsIn(cache);

  shell.tell("It stays at its version until it is told to move");
  await shell.dvt("update", stageFile);
  check(sameObjects(before, objectsIn(cache)), "a plain update brought something");

  shell.tell("It moves to version 2, while the store holds nothing but what version 2 added");
  const aside = `${store}-version-1`;
  moveObjects(before, store, aside);
  const source = objectsIn(store);
  await shell.dvt("update", "--rev", `${name}-v2`, stageFile);
  moveObjects(before, aside, store);
  const after = objectsIn(cache);
  const moved = newObjects(before, after);
  check(sameObjects(moved, source), "something else moved than what version 2 added");
  check(untouched(before, after), "objects of version 1 were brought again");
  const all = [...first, ...added];
  check(countEqual(data, all) === all.length, "the update differs from version 2");
  shell.fact(`moved: ${describe(moved)}; kept: ${describe(before)}`);
  shell.fact(`${all.length.toLocaleString("en")} files are here, byte for byte`);
  await shell.git("commit", "-q", "-a", "-m", `${name}-v2`);
  await shell.dvt("status");
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ScriptFailure(`the demo failed: ${otherwise}`);
}

/** What the programs of the demo find: nothing of the user's settings that would change the story. */
async function demoEnvironment(folder: string): Promise<Record<string, string>> {
  const settings = [
    ["user.name", "Demo"],
    ["user.email", "demo@example.org"],
    ["commit.gpgSign", "false"],
    ["tag.gpgSign", "false"],
    ["core.hooksPath", "/dev/null"],
    ["core.autocrlf", "false"],
  ];
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return {
    DENO_DIR: JSON.parse(new TextDecoder().decode(info.stdout)).denoDir,
    DVC_GLOBAL_CONFIG_DIR: `${folder}/.settings`,
    DVC_SYSTEM_CONFIG_DIR: `${folder}/.settings`,
    DVC_SITE_CACHE_DIR: `${folder}/.cache`,
    DVC_NO_ANALYTICS: "1",
    XDG_CACHE_HOME: `${folder}/.cache`,
    GIT_CONFIG_COUNT: `${settings.length}`,
    ...Object.fromEntries(settings.flatMap(([key = "", value = ""], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ])),
  };
}

/** The Git repository between the two projects: the user's own, which must be empty, or a new one. */
async function publicPlace(folder: string, url: string | undefined): Promise<string> {
  const git = (...args: string[]) => new Deno.Command("git", { args, stderr: "inherit" }).output();
  if (url === undefined) {
    await git("init", "-q", "--bare", "-b", "main", `${folder}/registry.git`);
    return `${folder}/registry.git`;
  }
  const { success, stdout } = await git("ls-remote", "--", url);
  if (!success) throw new ScriptFailure(`git cannot read ${url}`);
  if (stdout.length > 0) throw new ScriptFailure(`${url} is not empty; the demo needs one that is`);
  return url;
}

if (import.meta.main) {
  await runScript(async () => {
    const { values, positionals } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: { dvt: { type: "string" }, git: { type: "string" }, keep: { type: "boolean" } },
    });
    const [source] = positionals;
    const dataset = source === undefined ? catsAndDogs() : filesOf(source);
    const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "dvt-demo-" }));
    const sources = [Deno.execPath(), "run", "-q", ...permissions, `${projectFolder}/main.ts`];
    const dvt = values.dvt === undefined ? sources : [Deno.realPathSync(values.dvt)];
    const shell = new Shell({ dvt, env: await demoEnvironment(folder) });
    const start = performance.now();
    try {
      const stage: Stage = {
        shell,
        dataset,
        registry: `${folder}/registry`,
        store: `${folder}/storage`,
        consumer: `${folder}/project`,
        url: await publicPlace(folder, values.git),
        path: source === undefined ? `use-cases/${dataset.name}` : `datasets/${dataset.name}`,
      };
      await buildRegistry(stage);
      await useRegistry(stage);
      shell.tell(`All of it took ${((performance.now() - start) / 1000).toFixed(1)} s`);
      if (values.keep) say(`It is all still in ${folder}`);
    } finally {
      if (!values.keep) Deno.removeSync(folder, { recursive: true });
    }
  });
}
