/**
 * What other revisions than the workspace track: all branches, all tags, all commits.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Git } from "../git/git.ts";
import { fileHistory } from "../git/history.ts";
import { objectsOf } from "../git/object_reader.ts";
import { listRevisions } from "../git/revisions.ts";
import { GitTree } from "../git/tree.ts";
import { DvtError } from "../platform/error.ts";
import { relativeNative, toPosix } from "../platform/paths.ts";
import { readFromTree, stageFilesInTree, stagesOfText } from "../registry/collect.ts";
import { IgnoreRules } from "../registry/ignore.ts";
import { preloadIgnoreSource } from "../registry/ignore_source.ts";
import type { Project } from "../registry/project.ts";
import { Catalog } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import type { Scope } from "./scope_options.ts";
import type { SelectedOut } from "./targets.ts";

/**
 * The outputs of the revisions in scope, each path and content once. A stage file that cannot be
 * read is an error that names its commit: what it needs is not known.
 */
export async function selectInRevisions(project: Project, scope: Scope): Promise<SelectedOut[]> {
  const { git } = project;
  if (git?.root === undefined) return [];
  const stages = scope.allCommits
    ? await stagesOfHistory(project, git)
    : await stagesOfTips(project, git, scope);
  const found = new Map<string, SelectedOut>();
  for (const one of new Catalog(stages).outs) {
    const key = JSON.stringify([one.path, one.out.hash, one.out.md5, one.out.files]);
    if (!found.has(key) && wanted(project, scope, one.path, one.stage.path)) {
      found.set(key, { ...one, inside: "" });
    }
  }
  return [...found.values()];
}

function wanted(project: Project, scope: Scope, path: string, stage: string): boolean {
  if (scope.targets.length === 0) return true;
  return scope.targets.some((typed) => {
    const target = project.projectPath(typed);
    return target !== undefined &&
      (target === path || target === stage || path.startsWith(`${target}/`) || target === "");
  });
}

/** The project's folder relative to the work tree's root; `""` where it is the root. */
export function projectPrefix(project: Project, git: Git): string {
  const path = toPosix(relativeNative(git.root ?? project.root, project.root));
  return path === "." ? "" : path;
}

/** The stages of all branches or tags, read from their trees. */
async function stagesOfTips(project: Project, git: Git, scope: Scope): Promise<StageFile[]> {
  const prefix = projectPrefix(project, git);
  const tips = await listRevisions(git, { branches: scope.allBranches, tags: scope.allTags });
  const stages: StageFile[] = [];
  for (const { commit } of tips) append(stages, await stagesOfCommit({ git, commit, prefix }));
  project.context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  return stages;
}

/** The stages of one commit. */
export async function stagesOfCommit(
  { git, commit, prefix }: { git: Git; commit: string; prefix: string },
): Promise<StageFile[]> {
  const tree = new GitTree(git, commit);
  const ignore = IgnoreRules.load(await preloadIgnoreSource(tree, { root: prefix }));
  const paths = await stageFilesInTree(tree, { projectPath: prefix, below: prefix, ignore });
  return await named(commit, () => readFromTree(tree, paths, prefix));
}

async function named<T>(commit: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DvtError)) throw error;
    const place = `in commit ${commit.slice(0, 7)}: `;
    throw new DvtError(error.kind, place + error.message, {
      hint: error.hint,
      cause: error,
      ...(error.report === undefined ? {} : { report: place + error.report }),
    });
  }
}

/**
 * The stages of all commits. Every version of a `.dvc` file is read once, however many commits have
 * it; only pipelines, whose files belong together, are read commit by commit.
 */
export async function stagesOfHistory(project: Project, git: Git): Promise<StageFile[]> {
  const prefix = projectPrefix(project, git);
  const start = prefix === "" ? "" : `${prefix}/`;
  const versions = await fileHistory(
    git,
    (name) => name.endsWith(".dvc") || name === "dvc.yaml" || name === "dvc.lock",
  );
  const objects = objectsOf(git);
  const seen = new Set<string>();
  const pipelines = new Map<string, Set<string>>();
  const stages: StageFile[] = [];
  for (const { commit, path, blob } of versions) {
    if (!path.startsWith(start)) continue;
    if (!path.endsWith(".dvc")) {
      const yaml = path.replace(/dvc\.lock$/, "dvc.yaml");
      const commits = pipelines.get(yaml) ?? new Set();
      pipelines.set(yaml, commits.add(commit));
      continue;
    }
    if (seen.has(`${path}\0${blob}`)) continue;
    seen.add(`${path}\0${blob}`);
    const inProject = path.slice(start.length);
    const found = await named(commit, async () => {
      const object = await objects.read(blob);
      if (object === undefined) throw new DvtError("git", `'${path}' is lost from the repository`);
      return await stagesOfText(inProject, object.bytes, () => Promise.resolve(undefined));
    });
    append(stages, found);
  }
  for (const [yaml, commits] of pipelines) {
    for (const commit of commits) {
      const tree = new GitTree(git, commit);
      if ((await tree.stat(yaml))?.kind !== "file") continue;
      append(stages, await named(commit, () => readFromTree(tree, [yaml], prefix)));
    }
  }
  project.context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  return stages;
}
