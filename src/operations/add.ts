/**
 * Tracks files and folders: their bytes go into the cache, a stage file says what they are.
 *
 * @module
 */
import { gitTracked } from "../git/tracked.ts";
import type { HashName } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists, lookAt, lookThrough } from "../platform/files.ts";
import { parentPath } from "../platform/paths.ts";
import { readStagesAt } from "../registry/collect.ts";
import { resolveUrl } from "../registry/config_remote.ts";
import { openProject, type Project } from "../registry/project.ts";
import { stageLabel, type TrackedOut } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { keepAnnotations } from "../stages/write.ts";
import { GitTracking } from "./git_tracking.ts";
import { recordData } from "./record.ts";
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
  const done: { path: string; hash: HashName }[] = [];
  try {
    for (const typed of targets) {
      const added = await addOne(typed, { project, request, tracking });
      stages.push(added.stage.path);
      const hash = added.stage.outs[0]?.hash ?? "md5";
      done.push({ path: added.path, hash });
    }
  } finally {
    await tracking.finish();
  }
  if (request.commit && request.relink) {
    for (const { path, hash } of done) await relink(project, { path, hash });
  }
  return { stages };
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
}

async function addOne(
  typed: string,
  work: Work,
): Promise<{ stage: StageFile; path: string }> {
  const { project } = work;
  const path = targetPath(typed, project);
  const catalog = await project.catalog();
  const around = catalog.containing(path);
  if (around !== undefined && around.path !== path) {
    const { addInside } = await import("./add_inside.ts");
    return { stage: await addInside(around, path, work), path: around.path };
  }
  if (!exists(project.nativePath(path))) {
    throw failure(
      `output '${typed}' does not exist: [Errno 2] No such file or directory: ` +
        `'${project.nativePath(path)}'`,
      "not-found",
    );
  }
  refuseLinkedFolders(path, project);
  refuseIgnored(path, project);
  refuseOverlap(path, catalog.outs);
  const stagePath = `${path}.dvc`;
  const old = (await readStagesAt(project.root, stagePath))?.[0];
  refuseDoubles(path, stagePath, catalog.outs);
  await refuseGitTracked(path, typed, project);

  const out = await recordData(path, { ...work, old: catalog.at(path)?.out });
  const fresh: StageFile = {
    path: stagePath,
    frozen: false,
    alwaysChanged: false,
    deps: [],
    outs: [out],
  };
  const stage = old === undefined ? fresh : keepAnnotations(fresh, old);
  await saveStage(project, stage);
  work.tracking.track(stagePath);
  await work.tracking.ignore(path);
  return { stage, path };
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

function refuseIgnored(path: string, project: Project): void {
  const place = project.nativePath(path);
  const kind = lookThrough(place)?.kind === "directory" ? "directory" : "file";
  const { ignored, rule } = project.ignore.check(path, kind);
  if (!ignored) return;
  throw failure(`Path '${place}' is ignored by ${rule?.label ?? ".dvcignore"}`, "conflict");
}

function refuseOverlap(path: string, outs: readonly TrackedOut[]): void {
  const inner = outs.find((one) => one.path.startsWith(path + "/"));
  if (inner === undefined) return;
  throw failure(
    `Cannot add '${path}', because it is overlapping with other DVC tracked output: ` +
      `'${inner.path}'.\nTo include '${inner.path}' in '${path}', run 'dvc remove ` +
      `${stageLabel(inner.stage)}' and then 'dvc add ${path}'`,
    "conflict",
  );
}

function refuseDoubles(path: string, stagePath: string, outs: readonly TrackedOut[]): void {
  const others = outs.filter((one) => one.path === path && one.stage.path !== stagePath);
  const [only] = others;
  if (only === undefined) return;
  const isOnly = outs.filter((one) => one.path === path).length === 1;
  if (isOnly && (only.stage.cmd !== undefined || only.stage.deps.length > 0)) {
    throw failure(
      `cannot update '${path}': overlaps with an output of stage: ` +
        `'${only.stage.name ?? only.stage.path}' in '${only.stage.path}'.\n` +
        "Run the pipeline or use 'dvc commit' to force update it.",
      "conflict",
    );
  }
  const labels = [stagePath, ...others.map((one) => stageLabel(one.stage))];
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
