/**
 * Takes what is on disk as the new truth of tracked data.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists } from "../platform/files.ts";
import { openProject, type Project } from "../registry/project.ts";
import { projectPathOf, stageLabel } from "../registry/tracked.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { addInside } from "./add_inside.ts";
import { GitTracking } from "./git_tracking.ts";
import { recordData } from "./record.ts";
import { relink } from "./relink.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import { outStatus } from "./status.ts";
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

/** Hashes and caches data whose stage file is out of date, and brings the stage file up to date. */
export async function commit(request: CommitRequest, context: Context): Promise<void> {
  const project = openProject(context);
  using _lock = await project.lock();
  const tracking = new GitTracking(project);
  try {
    for (const piece of await pieces(project, request)) {
      await addInside(piece.tracked, piece.path, { project, request: { commit: true }, tracking });
    }
    for (const stage of await wholeStages(project, request)) {
      await commitStage(project, stage, { request, tracking });
    }
  } finally {
    await tracking.finish({ hint: false });
  }
}

/** Targets inside tracked folders. */
async function pieces(project: Project, { targets }: CommitRequest) {
  if (targets.length === 0) return [];
  const found = [];
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
  { request, tracking }: { request: CommitRequest; tracking: GitTracking },
): Promise<void> {
  const outs: Out[] = [];
  let changed = false;
  for (const out of stage.outs) {
    const path = projectPathOf(stage, out);
    if (path === undefined || !out.cache) {
      outs.push(out);
      continue;
    }
    if (!exists(project.nativePath(path))) {
      throw new DvtError("not-found", `output '${project.shown(path)}' does not exist`);
    }
    const difference = await outStatus(project, stage, out);
    if (difference === "modified" || difference === "new") {
      mayChange(project, stage, request);
      changed = true;
    }
    const fresh = await recordData(path, { project, request: { commit: true }, old: out });
    outs.push(
      fresh === out || fresh.md5 === out.md5 ? out : { ...withoutFacts(out), ...factsOf(fresh) },
    );
    if (request.relink) await relink(project, { path, hash: fresh.hash });
  }
  if (!changed) return;
  if (stage.name !== undefined) {
    throw new DvtError("failed", `'${stageLabel(stage)}' is a stage of a pipeline`, {
      hint: "its data is in the cache now; DVC itself writes dvc.lock",
    });
  }
  const next = { ...stage, outs };
  const saved = stage.deps.length > 0 ? withChecksum(next) : next;
  if (await saveStage(project, saved)) tracking.track(stage.path);
}

const factKeys = [
  "md5",
  "size",
  "nfiles",
  "isexec",
  "files",
  "cloud",
  "etag",
  "checksum",
  "versionId",
] as const;

/** What an out says of its content, as opposed to where it is and what people wrote to it. */
function factsOf(out: Out): Pick<Out, "hash" | (typeof factKeys)[number]> {
  const known = factKeys.filter((key) => out[key] !== undefined).map((key) => [key, out[key]]);
  return { hash: out.hash, ...Object.fromEntries(known) };
}

function withoutFacts(out: Out): Out {
  const bare: { -readonly [Key in keyof Out]: Out[Key] } = { ...out };
  for (const key of factKeys) delete bare[key];
  return bare;
}

function mayChange(project: Project, stage: StageFile, { force }: CommitRequest): void {
  if (force) return;
  const label = project.shown(stage.path);
  const agreed = project.context.confirm(
    `outputs of '${label}' changed. Are you sure you want to commit it?`,
  );
  if (agreed === true) return;
  throw new DvtError(
    "conflict",
    `unable to commit changed stage: '${label}'. Use \`-f|--force\` to force.`,
  );
}
