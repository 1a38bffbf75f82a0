/**
 * Renames tracked data together with its stage file.
 *
 * @module
 */
import { gitIgnored } from "../git/tracked.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  exists,
  isDirectory,
  readFileIfThere,
  removeIfThere,
  renameFile,
} from "../platform/files.ts";
import { baseName, joinPath, parentPath, relativePath } from "../platform/paths.ts";
import { refuseUnsafe } from "../registry/linked_way.ts";
import { readStagesAt } from "../registry/collect.ts";
import { openProject, type Project } from "../registry/project.ts";
import { stageLabel, type TrackedOut } from "../registry/tracked.ts";
import type { Dep, StageFile } from "../stages/stage_file.ts";
import { isUrl, normalizePath, workingDirectory } from "../stages/stage_paths.ts";
import { printStageFile } from "../stages/write.ts";
import { GitTracking } from "./git_tracking.ts";
import { recordData } from "./record.ts";
import { withChecksum } from "./save_stage.ts";
import { isCached } from "./status.ts";

/** What is moved where; both as typed. */
export interface MoveRequest {
  readonly source: string;
  readonly destination: string;
}

/** Where data lies after a move; both relative to the project's root. */
export interface Moved {
  readonly path: string;
  readonly stage: string;
}

/**
 * Moves an output. The new stage file is there before the data moves, and the old one goes last:
 * until then, a move that was interrupted is gone on with by the same command.
 */
export async function move(request: MoveRequest, context: Context): Promise<Moved> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracked = await movable(project, request.source);
  const path = await targetOf(project, request, tracked);
  for (const one of [tracked.path, path]) await refuseUnsafe(project, one);
  const stagePath = `${path}.dvc`;
  await refuse(project, { tracked, path, stagePath, request });
  const out = tracked.stage.outs[0];
  if (out === undefined) throw new Error("only stages with one output are movable");
  const { wdir: _wdir, ...stage } = tracked.stage;
  const moved: StageFile = {
    ...stage,
    path: stagePath,
    outs: [{ ...out, path: baseName(path) }],
  };
  // As DVC: the checksum is of the dependency as it was written before.
  const sealed = stage.deps.length > 0 ? withChecksum(moved) : moved;
  const saved = { ...sealed, deps: stage.deps.map((dep) => carried(dep, tracked.stage, moved)) };
  const tracking = new GitTracking(project);
  const [from, to] = [project.nativePath(tracked.path), project.nativePath(path)];
  const hadData = exists(from);
  if (!hadData && !exists(to)) context.reporter.warn(`'${from}' missing`);
  const place = project.nativePath(stagePath);
  const before = readFileIfThere(place);
  try {
    writeFileAtomically(place, await printStageFile(saved));
    await tracking.ignore(path);
    if (hadData) renameFile(from, to);
  } catch (error) {
    tracking.rollback();
    if (before === undefined) removeIfThere(place);
    else writeFileAtomically(place, before);
    throw error;
  }
  project.forgetCatalog();
  project.state.forget(tracked.path);
  if (hadData && out.cache && !await isCached(project, out)) {
    // The only copy, as a rule: the cache gets what is recorded, and what it is now.
    await recordData(path, { project, request: { commit: true }, old: out });
  }
  tracking.unignore(tracked.path);
  if (stagePath !== stage.path) removeIfThere(project.nativePath(stage.path));
  project.forgetCatalog();
  tracking.track(stage.path);
  tracking.track(stagePath);
  await tracking.finish();
  return { path, stage: stagePath };
}

/** A dependency on a file, seen from where the stage file is now. */
function carried(dep: Dep, from: StageFile, to: StageFile): Dep {
  if (dep.repo !== undefined || isUrl(dep.path) || dep.path.startsWith("/")) return dep;
  const place = normalizePath(`${workingDirectory(from)}/${dep.path}`.replace(/^\//, ""));
  // Counted from a root deep enough for paths that leave the project.
  const deep = "/0/1/2/3/4/5/6/7/8/9";
  const at = (path: string) => joinPath(deep, path);
  return { ...dep, path: relativePath(at(workingDirectory(to)), at(place)) };
}

async function movable(project: Project, source: string): Promise<TrackedOut> {
  const path = project.projectPath(source);
  const tracked = path === undefined ? undefined : (await project.catalog()).at(path);
  if (tracked === undefined) {
    throw new DvtError("not-found", `Unable to find DVC file with output '${source}'`);
  }
  const { stage } = tracked;
  if (stage.name !== undefined || stage.cmd !== undefined || stage.outs.length !== 1) {
    const label = stageLabel(stage).replace(/^dvc\.yaml:/, "");
    throw new DvtError(
      "failed",
      "move is not permitted for stages that are not data sources. You need to either move " +
        `'${label}' to a new location and edit it by hand, or remove '${label}' and create a new ` +
        "one at the desired location.",
    );
  }
  return tracked;
}

async function targetOf(
  project: Project,
  { source, destination }: MoveRequest,
  tracked: TrackedOut,
): Promise<string> {
  const typed = project.projectPath(destination);
  if (typed === undefined) {
    throw new DvtError(
      "failed",
      `stage working dir '${project.nativePath("..")}' is outside of DVC repo`,
    );
  }
  const moved = !exists(project.nativePath(tracked.path)) &&
    await isBegun(project, tracked, `${typed}.dvc`);
  if (isDirectory(project.nativePath(typed)) && !moved) {
    return typed === "" ? baseName(source) : `${typed}/${baseName(source)}`;
  }
  return typed;
}

/** Whether a stage file is what an interrupted move of the same data has left. */
async function isBegun(
  project: Project,
  { out }: TrackedOut,
  stagePath: string,
): Promise<boolean> {
  const there = (await readStagesAt(project.root, stagePath))?.[0]?.outs;
  return there?.length === 1 && out.md5 !== undefined && there[0]?.md5 === out.md5 &&
    there[0]?.hash === out.hash;
}

async function refuse(
  project: Project,
  { tracked, path, stagePath, request }: {
    tracked: TrackedOut;
    path: string;
    stagePath: string;
    request: MoveRequest;
  },
): Promise<void> {
  if (path.endsWith(".dvc")) {
    throw new DvtError("conflict", `DVC file '${request.destination}' cannot be an output.`);
  }
  const folder = project.nativePath(parentPath(path));
  if (!isDirectory(folder)) {
    throw new DvtError("not-found", `stage working dir '${folder}' does not exist`);
  }
  const isAnother = stagePath !== tracked.stage.path &&
    readFileIfThere(project.nativePath(stagePath)) !== undefined;
  const begun = isAnother && await isBegun(project, tracked, stagePath);
  if (isAnother && !begun) {
    throw new DvtError("conflict", `'${project.shown(stagePath)}' already exists`);
  }
  const around = (await project.catalog()).containing(path);
  const hidden = project.git !== undefined &&
    (await gitIgnored(project.git, [project.nativePath(stagePath)])).size > 0;
  if (!hidden && project.git === undefined && around !== undefined && around.path !== path) {
    throw new DvtError(
      "conflict",
      `The output paths:\n'${around.path}'('${around.stage.path}')\n'${path}'('${stagePath}')\n` +
        "overlap and are thus in the same tracked directory.\nTo keep reproducibility, outputs " +
        "should be in separate tracked directories or tracked individually.",
    );
  }
  if (hidden || (around !== undefined && around.path !== path)) {
    throw new DvtError(
      "conflict",
      `bad DVC file name '${project.shown(stagePath)}' is git-ignored.`,
    );
  }
  const moved = begun && !exists(project.nativePath(tracked.path));
  if (exists(project.nativePath(path)) && !moved) {
    throw new DvtError("conflict", `'${project.shown(path)}' already exists`);
  }
}
