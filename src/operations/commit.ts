/**
 * Takes what is on disk as the new truth of tracked data.
 *
 * @module
 */
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists } from "../platform/files.ts";
import { refuseUnsafe } from "../registry/linked_way.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf, type TrackedOut } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { scan } from "../workspace/scan.ts";
import { addInside } from "./add_inside.ts";
import { GitTracking } from "./git_tracking.ts";
import { recordData, scanOptions } from "./record.ts";
import { recordStage } from "./record_stage.ts";
import { relink } from "./relink.ts";
import { lockPathOf, saveLock } from "./save_lock.ts";
import { saveStage } from "./save_stage.ts";
import { changedFileDeps, namedOuts, shownStage, workspaceStatus } from "./status.ts";
import { selectOuts, selectStages } from "./targets.ts";

/** What is committed. */
export interface CommitRequest {
  readonly targets: readonly string[];
  readonly recursive: boolean;
  readonly withDeps: boolean;
  /** Do not ask. */
  readonly force: boolean;
  readonly relink: boolean;
}

/**
 * Hashes and caches data whose stage file is out of date, and brings the stage file up to date.
 * Gives the files that it wrote, relative to the project's root.
 */
export async function commit(request: CommitRequest, context: Context): Promise<string[]> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  const written: string[] = [];
  const note = (path: string) => {
    written.push(path);
    tracking.track(path);
  };
  try {
    for (const piece of await pieces(project, request)) {
      await commitPiece(project, piece, tracking);
    }
    const only = await namedOuts(project, request.targets);
    const byFile = new Map<string, StageFile[]>();
    for (const stage of await wholeStages(project, request)) {
      const group = byFile.get(stage.path);
      if (group === undefined) byFile.set(stage.path, [stage]);
      else group.push(stage);
    }
    for (const [path, stages] of byFile) {
      const done: StageFile[] = [];
      for (const stage of stages) {
        done.push(await commitStage(project, stage, { request, tracking, only }));
      }
      const [first] = done;
      if (first?.name !== undefined) {
        if (saveLock(project, done)) note(lockPathOf(first));
      } else if (first !== undefined && await saveStage(project, first)) note(path);
    }
  } finally {
    await tracking.finish({ hint: false });
  }
  return written;
}

interface Piece {
  readonly tracked: TrackedOut;
  readonly path: string;
}

/** Targets inside tracked folders. */
async function pieces(project: Project, { targets }: CommitRequest): Promise<Piece[]> {
  if (targets.length === 0) return [];
  const found: Piece[] = [];
  const catalog = await project.catalog();
  for (const typed of targets) {
    const path = project.projectPath(typed);
    const tracked = path === undefined ? undefined : catalog.containing(path);
    if (path !== undefined && tracked !== undefined && tracked.path !== path) {
      found.push({ tracked, path });
    }
  }
  return found;
}

/** Of a folder that is as its stage file says, the piece goes into the cache; else it is renewed. */
async function commitPiece(project: Project, piece: Piece, tracking: GitTracking): Promise<void> {
  const { tracked, path } = piece;
  const { out } = tracked;
  const whole = await scan(
    project.nativePath(tracked.path),
    scanOptions(tracked.path, { project, hash: out.hash }),
  );
  if (whole.kind !== "directory" || whole.id !== out.md5) {
    await addInside(tracked, path, { project, request: { commit: true }, tracking });
    return;
  }
  await scan(project.nativePath(path), {
    ...scanOptions(path, { project, hash: out.hash, commit: true }),
    keepsListing: false,
  });
  const cache = project.cache(out.hash);
  if (!await cache.has(whole.id)) cache.insertBlocks(whole.id, listingBlocks(whole.listing()));
}

async function wholeStages(project: Project, request: CommitRequest): Promise<StageFile[]> {
  const targets: string[] = [];
  const catalog = request.targets.length === 0 ? undefined : await project.catalog();
  for (const typed of request.targets) {
    const path = project.projectPath(typed);
    const tracked = path === undefined ? undefined : catalog?.containing(path);
    if (tracked === undefined || tracked.path === path) targets.push(typed);
  }
  if (request.targets.length > 0 && targets.length === 0) return [];
  const stages = await selectStages(project, targets, request);
  if (!request.withDeps) return stages;
  const { addUpstream } = await import("./upstream.ts");
  const more = await addUpstream(project, await selectOuts(project, targets, request));
  return [...new Set([...stages, ...more.map((one) => one.stage)])];
}

async function commitStage(
  project: Project,
  stage: StageFile,
  { request, tracking, only }: {
    request: CommitRequest;
    tracking: GitTracking;
    /** The outputs that were asked for; all where absent. */
    only: ReadonlySet<string> | undefined;
  },
): Promise<StageFile> {
  const isChanged = await differs(project, stage);
  if (isChanged) mayChange(project, stage, request);
  const next = isChanged || request.force ? await recordStage(project, stage) : stage;
  for (const out of next.outs) {
    const path = projectPathOf(next, out);
    if (path === undefined || !out.cache || only?.has(path) === false) continue;
    await refuseUnsafe(project, path);
    if (!exists(project.nativePath(path))) {
      throw new DvtError("not-found", `output '${project.shown(path)}' does not exist`);
    }
    await recordData(path, { project, request: { commit: true }, old: out });
    if (request.relink) await relink(project, { path, hash: out.hash });
    if (isChanged || request.force) await tracking.ignore(path);
  }
  return next;
}

/** Whether the workspace differs from what the stage records, whatever the cache holds. */
async function differs(project: Project, stage: StageFile): Promise<boolean> {
  const isImport = stage.name === undefined && stage.deps.length > 0;
  if (stage.cmdChanged === true) return true;
  if (stage.name === undefined && stage.md5 !== undefined && !isImport) return true;
  if (!isImport && (await changedFileDeps(project, stage))) return true;
  for (const out of stage.outs) {
    if (await workspaceStatus(project, stage, out) !== undefined) return true;
  }
  return false;
}

function mayChange(project: Project, stage: StageFile, { force }: CommitRequest): void {
  if (force) return;
  const label = shownStage(project, stage);
  const agreed = project.context.confirm(
    `outputs of '${label}' changed. Are you sure you want to commit it?`,
  );
  if (agreed === true) return;
  throw new DvtError(
    "conflict",
    `unable to commit changed stage: '${label}'. Use \`-f|--force\` to force.`,
  );
}
