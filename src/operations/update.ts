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
import { newerInSeries } from "../registry/tag_series.ts";
import { importSource, isUrlImport, projectPathOf } from "../registry/tracked.ts";
import { stageChecksum } from "../stages/checksum.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { requirePath } from "./get.ts";
import { GitTracking } from "./git_tracking.ts";
import { placeImport } from "./import.ts";
import { importData } from "./import_data.ts";
import { importDep, openImportSource } from "./import_source.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import { selectStages } from "./targets.ts";

/** What is updated. */
export interface UpdateRequest {
  readonly targets: readonly string[];
  readonly recursive: boolean;
  /** The revision to follow from now on. */
  readonly rev: string | undefined;
  /** Follow the newest tag of the series that the import's tag belongs to. */
  readonly newest: boolean;
  readonly noDownload: boolean;
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
}

/** What happened to one import. */
export interface UpdatedImport {
  /** The stage file as shown. */
  readonly stage: string;
  readonly changed: boolean;
  /** Objects that came from the source. */
  readonly moved: number;
  readonly bytes: number;
}

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
  if (isUrlImport(stage)) {
    const { updateUrlImport } = await import("./update_url.ts");
    return await updateUrlImport(project, stage, work.request, work.tracking);
  }
  const { updateWorktree } = await import("./update_worktree.ts");
  return await updateWorktree(project, stage, work);
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
  let rev = request.rev ?? dep.repo.rev;
  let snapshot = await openImportSource(project, stage, rev);
  const newer = dep.repo.rev === undefined || request.rev !== undefined
    ? []
    : newerInSeries(await snapshot.tagNames(), dep.repo.rev);
  const newest = newer.at(-1);
  if (request.newest && newest !== undefined) {
    rev = newest;
    snapshot = await openImportSource(project, stage, rev);
  } else if (newest !== undefined) hintNewer(shown, newer, context);
  const repo = {
    ...dep.repo,
    ...(rev === undefined ? {} : { rev }),
    ...(snapshot.head === undefined ? {} : { revLock: snapshot.head }),
  };
  const out = onlyOut(stage);
  const fresh = withChecksum({ ...stage, deps: [{ ...dep, repo }] });
  const same = fresh.md5 === stage.md5 && stageChecksum(stage, md5Hex) === stage.md5 &&
    repo.revLock === dep.repo.revLock && (out.md5 !== undefined || request.noDownload);
  if (same) {
    context.reporter.say(`'${shown}' didn't change, skipping`);
    return { stage: shown, changed: false, moved: 0, bytes: 0 };
  }
  const path = projectPathOf(stage, out) ?? out.path;
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
  const found = await requirePath(snapshot, dep.path);
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

function onlyOut(stage: StageFile): Out {
  const [out] = stage.outs;
  if (out === undefined) throw new DvtError("invalid-stage", `'${stage.path}' has no output`);
  return out;
}

function hintNewer(shown: string, newer: readonly string[], context: Context): void {
  const names = newer.length > 3 ? ["…", ...newer.slice(-3)] : newer;
  context.reporter.note(
    `Newer tags of the source: ${names.join(", ")}; to move there: ` +
      `dvt update --newest ${shellQuoted(shown)}`,
  );
}
