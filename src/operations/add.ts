/**
 * Tracks files and folders: their bytes go into the cache, a stage file says what they are.
 *
 * @module
 */
import { gitTracked } from "../git/tracked.ts";
import type { HashName } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists, isDirectory, lookAt, lookThrough } from "../platform/files.ts";
import { parentPath } from "../platform/paths.ts";
import { readStagesAt } from "../registry/collect.ts";
import { resolveUrl } from "../registry/config_remote.ts";
import { openProject, type Project } from "../registry/project.ts";
import { stageLabel, type TrackedOut } from "../registry/tracked.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { keepAnnotations, keepOutAnnotations } from "../stages/write.ts";
import { GitTracking } from "./git_tracking.ts";
import { recordData } from "./record.ts";
import type { Scan } from "../workspace/scan.ts";
import { relink } from "./relink.ts";
import { saveStage } from "./save_stage.ts";

/** What is added. */
export interface AddRequest {
  /** As typed. */
  readonly targets: readonly string[];
  /** False for `--no-commit`: the stage file is written, nothing is cached. */
  readonly commit: boolean;
  /** False for `--no-relink`: workspace files stay as they are. */
  readonly relink: boolean;
  readonly glob: boolean;
}

/** What was added: the stage files, relative to the project's root. */
export interface AddResult {
  readonly stages: readonly string[];
}

/** Adds targets in order; what was added before a failure stays added. */
export async function add(request: AddRequest, context: Context): Promise<AddResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  const stages: string[] = [];
  const targets = request.glob ? await expandGlobs(request.targets, project) : request.targets;
  const done: { path: string; hash: HashName; found: Scan | undefined }[] = [];
  const plans: Plan[] = [];
  for (const typed of targets) plans.push(await planOne(typed, project));
  await refuseOverlaps(plans, project);
  try {
    for (const plan of plans) {
      let found: Scan | undefined;
      const seen = (scan: Scan) => void (found = scan);
      const stage = await carryOut(plan, { project, request, tracking, seen });
      stages.push(stage.path);
      done.push({ path: plan.path, hash: stage.outs[0]?.hash ?? "md5", found });
    }
  } finally {
    if (request.commit && request.relink) {
      for (const one of done) await relink(project, one);
    }
    await tracking.finish();
  }
  return { stages };
}

/** A target, checked before anything is added. */
interface Plan {
  readonly typed: string;
  readonly path: string;
  /** The tracked output that is the target, or holds it. */
  readonly tracked: TrackedOut | undefined;
}

/** Refuses targets that overlap with what is tracked, or with each other, before one is added. */
async function refuseOverlaps(plans: readonly Plan[], project: Project): Promise<void> {
  const { outs } = await project.catalog();
  const fresh = plans.filter(({ path, tracked }) => tracked === undefined || tracked.path === path);
  for (const { path, tracked } of fresh) {
    const inner = outs.find((one) => one.path.startsWith(`${path}/`));
    if (inner !== undefined) {
      throw overlap(path, { path: inner.path, stage: stageLabel(inner.stage) });
    }
    const other = fresh.find((one) => one.path.startsWith(`${path}/`))?.path;
    if (other === undefined || tracked !== undefined) continue;
    throw overlap(path, { path: other, stage: `${other}.dvc` });
  }
}

async function expandGlobs(patterns: readonly string[], project: Project): Promise<string[]> {
  const { expandGlob } = await import("./glob.ts");
  const found = patterns.flatMap((pattern) => expandGlob(pattern, project.context.directory));
  if (found.length > 0) return found;
  throw new DvtError(
    "not-found",
    `Glob [${patterns.map((one) => `'${one}'`).join(", ")}] has no matches.`,
    { exitCode: 1 },
  );
}

interface Work {
  readonly project: Project;
  readonly request: AddRequest;
  readonly tracking: GitTracking;
  readonly seen: (found: Scan) => void;
}

async function planOne(typed: string, project: Project): Promise<Plan> {
  const path = targetPath(typed, project);
  refuseLinkedFolders(path, project);
  const catalog = await project.catalog();
  refuseDoubles(path, catalog.outs);
  const tracked = catalog.containing(path);
  if (tracked === undefined) {
    const folder = project.nativePath(parentPath(path));
    if (!isDirectory(folder)) {
      throw failure(`stage working dir '${folder}' does not exist`, "not-found");
    }
    project.refuseIgnored(path);
  } else if (tracked.path === path) refusePipelineOutput(tracked);
  return { typed, path, tracked };
}

/** Adds one target; answers the saved stage. */
async function carryOut({ typed, path, tracked }: Plan, work: Work): Promise<StageFile> {
  const { project } = work;
  if (tracked !== undefined && tracked.path !== path) {
    const { addInside } = await import("./add_inside.ts");
    return await addInside(tracked, path, work);
  }
  if (!exists(project.nativePath(path))) {
    throw failure(
      `output '${typed}' does not exist: [Errno 2] No such file or directory: ` +
        `'${project.nativePath(path)}'`,
      "not-found",
    );
  }
  await refuseGitTracked(path, typed, project);
  const out = await recordData(path, { ...work, old: tracked?.out });
  if (
    out.nfiles !== undefined && project.ignore.rulesFor(path, "file").some(({ source }) => source)
  ) {
    const { warnOfGitDifferences } = await import("./ignore_warnings.ts");
    warnOfGitDifferences(project, path);
  }
  const stage = await stageWith(out, { path, tracked, project });
  await saveStage(project, stage);
  work.tracking.track(stage.path);
  await work.tracking.ignore(path);
  return stage;
}

/** The stage that records the data: the one that does already, else one of the data's own name. */
async function stageWith(
  fresh: Out,
  { path, tracked, project }: { path: string; tracked: TrackedOut | undefined; project: Project },
): Promise<StageFile> {
  if (tracked !== undefined) {
    const { stage, out: old } = tracked;
    const out = { ...keepOutAnnotations(fresh, old), path: old.path };
    return { ...stage, outs: stage.outs.map((one) => one === old ? out : one) };
  }
  const stagePath = `${path}.dvc`;
  const old = (await readStagesAt(project.root, stagePath))?.[0];
  const stage: StageFile = {
    path: stagePath,
    frozen: false,
    alwaysChanged: false,
    deps: [],
    outs: [fresh],
  };
  return old === undefined ? stage : keepAnnotations(stage, old);
}

/** What a user typed as a path of the project, or the refusal in DVC's words. */
function targetPath(typed: string, project: Project): string {
  if (typed.endsWith(".dvc") && lookAt(project.nativePath(project.projectPath(typed) ?? typed))) {
    throw failure(`DVC file '${typed}' cannot be an output.`, "conflict");
  }
  if (isUrl(typed)) resolveUrl(project.config, typed, {}); // throws where nobody could read it
  const path = isUrl(typed) ? undefined : project.projectPath(typed);
  if (path === undefined) {
    throw failure(
      `Cached output(s) outside of DVC project: ${typed}. See ` +
        "<https://dvc.org/doc/user-guide/data-management/importing-external-data> for more info.",
      "failed",
    );
  }
  if (path === "") {
    throw failure(`'${typed}' is the project itself and cannot be an output`, "failed");
  }
  return path;
}

function failure(message: string, kind: "not-found" | "conflict" | "failed"): DvtError {
  return new DvtError(kind, message, { exitCode: 1 });
}

function refuseLinkedFolders(path: string, project: Project): void {
  const linked = (at: string) => lookAt(project.nativePath(at))?.kind === "link";
  let bad = lookThrough(project.nativePath(path))?.kind === "directory" && linked(path);
  for (let at = parentPath(path); at !== "" && !bad; at = parentPath(at)) bad = linked(at);
  if (!bad) return;
  throw failure(
    "Cannot add files inside symlinked directories to DVC. " +
      "See <https://dvc.org/doc/user-guide/troubleshooting#add-symlink> for more information.",
    "conflict",
  );
}

function overlap(path: string, inner: { readonly path: string; readonly stage: string }): DvtError {
  return failure(
    `Cannot add '${path}', because it is overlapping with other DVC tracked output: ` +
      `'${inner.path}'.\nTo include '${inner.path}' in '${path}', run 'dvc remove ` +
      `${inner.stage}' and then 'dvc add ${path}'`,
    "conflict",
  );
}

function refusePipelineOutput({ path, stage }: TrackedOut): void {
  if (stage.cmd === undefined) return;
  throw failure(
    `cannot update '${path}': overlaps with an output of stage: ` +
      `'${stage.name ?? stage.path}' in '${stage.path}'.\n` +
      "Run the pipeline or use 'dvc commit' to force update it.",
    "conflict",
  );
}

function refuseDoubles(path: string, outs: readonly TrackedOut[]): void {
  const all = outs.filter((one) => one.path === path);
  if (all.length < 2) return;
  const labels = all.map((one) => stageLabel(one.stage));
  throw failure(
    `output '${path}' is specified in:\n${labels.map((one) => `\t- ${one}\n`).join("")}` +
      "Use `dvc remove` with any of the above targets to stop tracking the overlapping output.",
    "conflict",
  );
}

async function refuseGitTracked(path: string, typed: string, project: Project): Promise<void> {
  const { git } = project;
  if (git === undefined) return;
  const place = project.nativePath(path);
  if (!(await gitTracked(git, [place])).has(place)) return;
  throw trackedByGit(typed);
}

/** The refusal of data that Git tracks, in DVC's words and spaces. */
export function trackedByGit(shown: string): DvtError {
  return failure(
    ` output '${shown}' is already tracked by SCM (e.g. Git).\n` +
      "    You can remove it from Git, then add to DVC.\n" +
      "        To stop tracking from Git:\n" +
      `            git rm -r --cached '${shown}'\n` +
      `            git commit -m "stop tracking ${shown}" `,
    "conflict",
  );
}
