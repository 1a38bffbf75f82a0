/**
 * Brings imports to a newer revision; only what changed is transferred.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { shellQuoted } from "../platform/shell_quote.ts";
import { openProject, type Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { importSource, isUrlImport, projectPathOf } from "../registry/tracked.ts";
import { stageChecksum } from "../stages/checksum.ts";
import { ownMeta, withOwnMeta } from "../stages/own_meta.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { requirePath } from "./get.ts";
import { GitTracking } from "./git_tracking.ts";
import { placeImport } from "./place_import.ts";
import { importData } from "./import_data.ts";
import { importDep } from "./import_source.ts";
import { partOf } from "./parts.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import { selectStages } from "./targets.ts";
import { upcoming } from "./upcoming.ts";
import type { UpdatedImport, UpdateRequest } from "./update_request.ts";

/** Updates imports one after the other; each is old or new, never between. */
export async function update(
  request: UpdateRequest,
  context: Context,
): Promise<readonly UpdatedImport[]> {
  if (request.toRemote && request.noDownload) {
    throw new DvtError("failed", "--to-remote can't be used with --no-download");
  }
  if (!request.toRemote && request.remote !== undefined) {
    throw new DvtError("failed", "--remote can't be used without --to-remote");
  }
  const project = openProject(context);
  using _lock = await project.lock();
  const stages = await selectStages(project, request.targets, request);
  const tracking = new GitTracking(project);
  const updated: UpdatedImport[] = [];
  try {
    for (const stage of stages) {
      const one = await updateStage(project, stage, { request, tracking });
      if (one !== undefined) updated.push(one);
    }
  } finally {
    await tracking.finish({ hint: false });
  }
  return updated;
}

interface Work {
  readonly request: UpdateRequest;
  readonly tracking: GitTracking;
}

async function updateStage(
  project: Project,
  stage: StageFile,
  work: Work,
): Promise<UpdatedImport | undefined> {
  if (importSource(stage) !== undefined) return await updateImport(project, stage, work);
  if (work.request.version !== undefined) {
    throw new DvtError("failed", `'${project.shown(stage.path)}' comes from no repository`, {
      hint: "only imports from repositories follow versions",
    });
  }
  if (work.request.dryRun) return await foresee(project, stage);
  if (isUrlImport(stage)) {
    const { updateUrlImport } = await import("./update_url.ts");
    return await updateUrlImport(project, stage, work.request, work.tracking);
  }
  const { updateWorktree } = await import("./update_worktree.ts");
  return await updateWorktree(project, stage, work);
}

/** Says what an update of data that comes from no repository would do. */
async function foresee(project: Project, stage: StageFile): Promise<UpdatedImport | undefined> {
  const shown = project.shown(stage.path);
  if (!isUrlImport(stage)) {
    throw new DvtError("failed", `'${shown}' is kept by a worktree remote`, {
      hint: "compare with 'dvt status -c'; --dry-run is for imports",
    });
  }
  const { urlStatus } = await import("./url_status.ts");
  const changed = Object.keys(await urlStatus(project, { ...stage, frozen: false })).length > 0;
  const words = changed ? "the source has changed" : "the same data";
  project.context.reporter.say(`'${shown}': ${words}`);
  return { stage: shown, changed, moved: 0, bytes: 0 };
}

async function updateImport(
  project: Project,
  stage: StageFile,
  { request, tracking }: Work,
): Promise<UpdatedImport> {
  const { context } = project;
  if (request.toRemote) {
    throw new DvtError(
      "failed",
      "Data imported from other DVC or Git repositories can't be updated with --to-remote",
    );
  }
  const dep = importDep(stage);
  const shown = project.shown(stage.path);
  const { rev, snapshot, newer, range } = await upcoming(project, stage, request);
  if (newer.length > 0) hintNewer(shown, newer, { context, range });
  const repo = {
    ...dep.repo,
    ...(rev === undefined ? {} : { rev }),
    ...(snapshot.head === undefined ? {} : { revLock: snapshot.head }),
  };
  const out = onlyOut(stage);
  const fresh = followed(withChecksum({ ...stage, deps: [{ ...dep, repo }] }), { range, request });
  const same = fresh.meta === stage.meta && fresh.md5 === stage.md5 &&
    stageChecksum(stage, md5Hex) === stage.md5 &&
    repo.revLock === dep.repo.revLock && (out.md5 !== undefined || request.noDownload);
  if (same) {
    context.reporter.say(`'${shown}' didn't change, skipping`);
    return { stage: shown, changed: false, moved: 0, bytes: 0 };
  }
  const path = projectPathOf(stage, out) ?? out.path;
  if (request.dryRun) {
    const { describeUpcoming } = await import("./outdated.ts");
    context.reporter.say(
      `'${shown}': ${await describeUpcoming(project, stage, { rev, snapshot })}`,
    );
    return { stage: shown, changed: true, moved: 0, bytes: 0 };
  }
  context.reporter.say(
    `Importing '${dep.path} (${maskSecrets(dep.repo.url)})' -> '${project.shown(path)}'`,
  );
  const { saved, moved, bytes } = await bring(project, { snapshot, stage: fresh, path, request });
  if (await saveStage(project, saved)) tracking.track(stage.path);
  await tracking.ignore(path);
  return { stage: shown, changed: true, moved, bytes };
}

async function bring(
  project: Project,
  { snapshot, stage, path, request }: {
    snapshot: Snapshot;
    stage: StageFile;
    path: string;
    request: UpdateRequest;
  },
): Promise<{ saved: StageFile; moved: number; bytes: number }> {
  const dep = importDep(stage);
  const out = onlyOut(stage);
  const found = partOf(await requirePath(snapshot, dep.path), ownMeta(stage), dep.path);
  const { md5: _md5, size: _size, nfiles: _nfiles, ...bare } = out;
  if (request.noDownload) {
    await placeImport(project, { path, wanted: { kind: "absent" }, force: false });
    return {
      saved: withChecksum({ ...stage, outs: [{ ...bare, hash: "md5" }] }),
      moved: 0,
      bytes: 0,
    };
  }
  const data = await importData(project, { snapshot, found, jobs: request.jobs });
  await placeImport(project, { path, wanted: data.wanted, force: false });
  // As DVC: an entry of a 2.x stage file whose content did not change stays a 2.x entry.
  const facts = out.md5 === data.id ? out : { ...bare, ...data.facts, hash: "md5" as const };
  return {
    saved: withChecksum({ ...stage, outs: [facts] }),
    moved: data.moved,
    bytes: data.bytes,
  };
}

/** The stage with the range that it follows from now on. */
function followed(
  stage: StageFile,
  { range, request }: { range: string | undefined; request: UpdateRequest },
): StageFile {
  const own = ownMeta(stage);
  // The newest of a series may lie outside of the range, which holds on all the same.
  const next = request.newest && request.version === undefined ? own.version : range;
  if (next === own.version) return stage;
  const { version: _old, ...others } = own;
  return withOwnMeta(stage, { ...others, ...(next === undefined ? {} : { version: next }) });
}

function onlyOut(stage: StageFile): Out {
  const [out] = stage.outs;
  if (out === undefined) throw new DvtError("invalid-stage", `'${stage.path}' has no output`);
  return out;
}

function hintNewer(
  shown: string,
  newer: readonly string[],
  { context, range }: { context: Context; range: string | undefined },
): void {
  const names = newer.length > 3 ? ["…", ...newer.slice(-3)] : newer;
  const where = range === undefined ? "" : ` outside of '${range}'`;
  context.reporter.note(
    `Newer tags of the source${where}: ${names.join(", ")}; to move there: ` +
      `dvt update --newest ${shellQuoted(shown)}`,
  );
}
