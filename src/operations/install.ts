/**
 * Git hooks and the merge driver.
 *
 * @module
 */
import type { Git } from "../git/git.ts";
import { hooksDirectory, setConfig } from "../git/work_tree.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { changeMode, exists, makeDirectory, readTextIfThere } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import { printYaml } from "../platform/yaml_print.ts";
import { readYaml } from "../platform/yaml_read.ts";
import { rewriteYaml } from "../platform/yaml_rewrite.ts";
import { isPlainList, isPlainMap, type PlainMap } from "../platform/yaml_value.ts";
import { pythonEquals } from "../platform/yaml_changes.ts";
import { openProject } from "../registry/project.ts";

const hooks = ["post-checkout", "pre-commit", "pre-push"] as const;

/** The release of DVC whose hooks the pre-commit tool is pointed to. */
const hooksRelease = "3.67.1";

/** Installs hooks, or the entries of the pre-commit tool, and the driver that merges `.dvc` files. */
export async function install(
  { usePreCommitTool }: { readonly usePreCommitTool: boolean },
  context: Context,
): Promise<void> {
  const project = openProject(context);
  const { git } = project;
  if (git?.root === undefined) return;
  if (!usePreCommitTool) refuseExisting(git);
  await setConfig(git, "merge.dvc.name", "DVC merge driver");
  // Whichever of the two programs is there can do it.
  await setConfig(
    git,
    "merge.dvc.driver",
    "$(command -v dvt || echo dvc) git-hook merge-driver --ancestor %O --our %A --their %B ",
  );
  if (usePreCommitTool) writePreCommit(git.root);
  else writeHooks(git);
}

function refuseExisting(git: Git): void {
  for (const name of hooks) {
    if (!exists(nativeBelow(hooksDirectory(git), name))) continue;
    throw new DvtError(
      "conflict",
      `Hook '${name}' already exists. Please refer to <https://man.dvc.org/install> for more info.`,
    );
  }
}

function writeHooks(git: Git): void {
  const folder = hooksDirectory(git);
  makeDirectory(folder);
  for (const name of hooks) {
    const place = nativeBelow(folder, name);
    writeFileAtomically(
      place,
      "#!/bin/sh\n" +
        `command -v dvt >/dev/null 2>&1 && exec dvt git-hook ${name} "$@"\n` +
        `exec dvc git-hook ${name} $@\n`,
    );
    changeMode(place, 0o755);
  }
}

function writePreCommit(root: string): void {
  const place = nativeBelow(root, ".pre-commit-config.yaml");
  const hook = (id: string, more: PlainMap = {}) => ({
    id: `dvc-${id}`,
    additional_dependencies: [".[all]"],
    language_version: "python3",
    stages: [id],
    ...more,
  });
  const entry: PlainMap = {
    repo: "https://github.com/treeverse/dvc",
    rev: hooksRelease,
    hooks: [hook("pre-commit"), hook("pre-push"), hook("post-checkout", { always_run: true })],
  };
  const text = readTextIfThere(place);
  const value = text === undefined ? {} : readYaml(text);
  const old = isPlainMap(value) ? value : {};
  const repos = isPlainList(old["repos"]) ? old["repos"] : [];
  if (repos.some((one) => pythonEquals(one, entry))) return;
  const next: PlainMap = { ...old, repos: [...repos, entry] };
  writeFileAtomically(
    place,
    text === undefined || text.trim() === "" ? printYaml(next) : rewriteYaml(text, next),
  );
}

/** Whether Git is in the middle of a rebase or merge, when data had better be left alone. */
export function isBetweenCommits(context: Context): boolean {
  const { git } = openProject(context);
  if (git === undefined) return false;
  return ["rebase-merge", "rebase-apply", "MERGE_HEAD"].some((name) =>
    exists(nativeBelow(git.gitDirectory, name))
  );
}
