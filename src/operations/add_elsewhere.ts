/**
 * Tracks data that lies elsewhere: a copy comes into the project (`add --out`), or it goes straight
 * to a remote (`add --to-remote`). No link to where it came from is kept.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, baseName } from "../platform/paths.ts";
import { readStagesAt } from "../registry/collect.ts";
import { openProject, type Project } from "../registry/project.ts";
import { nameOfUrl, openUrl, type UrlPlace } from "../registry/url_place.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { keepAnnotations } from "../stages/write.ts";
import type { AddResult } from "./add.ts";
import { refuseExisting } from "./get.ts";
import { GitTracking } from "./git_tracking.ts";
import { freeDestination } from "./import.ts";
import { recordAndPlace } from "./place_import.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { urlDestination } from "./import_url.ts";
import { saveStage } from "./save_stage.ts";
import { importUrlData } from "./url_data.ts";
import { lookAtSource } from "./url_source.ts";

/** What is added. */
export interface AddElsewhereRequest {
  /** As typed: paths or URLs; only one may be given. */
  readonly targets: readonly string[];
  /** Where the data shall be in the project; the source's own name where absent. */
  readonly out: string | undefined;
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  readonly force: boolean;
  readonly glob: boolean;
  readonly commit: boolean;
}

/** Refuses options that have no meaning together, in DVC's words. */
function refuseMixedOptions(request: AddElsewhereRequest): void {
  const { targets, out, toRemote, remote, jobs, glob, commit } = request;
  const refuse = (what: string, how: string): never => {
    throw new DvtError("failed", `${what} can't be used ${how}`, { exitCode: 1 });
  };
  if (toRemote || out !== undefined) {
    const how = `with ${toRemote ? "--to-remote" : "--out"}`;
    if (targets.length !== 1) refuse("multiple targets", how);
    if (glob) refuse("--glob option", how);
    if (!commit) refuse("--no-commit option", how);
    return;
  }
  if (remote !== undefined) refuse("--remote", "without --to-remote");
  if (jobs !== undefined) refuse("--remote-jobs", "without --to-remote");
}

/** Adds. */
export async function addElsewhere(
  request: AddElsewhereRequest,
  context: Context,
): Promise<AddResult> {
  refuseMixedOptions(request);
  const [source = ""] = request.targets;
  const project = openProject(context);
  using _lock = await project.lock();
  const path = await destinationOf(project, { source, request });
  const tracking = new GitTracking(project);
  const place = await openUrl({ url: source, directory: context.directory }, project);
  const { facts, wanted } = await bring(project, { place, path, request });
  const fresh: StageFile = {
    path: `${path}.dvc`,
    frozen: false,
    alwaysChanged: false,
    deps: [],
    outs: [
      { path: baseName(path), hash: "md5", cache: true, push: true, persist: false, ...facts },
    ],
  };
  const old = (await readStagesAt(project.root, fresh.path))?.[0];
  await recordAndPlace(project, {
    path,
    stagePath: fresh.path,
    wanted,
    force: request.force,
    tracking,
    save: () => saveStage(project, old === undefined ? fresh : keepAnnotations(fresh, old)),
  });
  await tracking.finish();
  return { stages: [fresh.path] };
}

async function destinationOf(
  project: Project,
  { source, request }: { source: string; request: AddElsewhereRequest },
): Promise<string> {
  const { context } = project;
  const { out, force } = request;
  if (out === undefined || out === "") {
    const inProject = isUrl(source) ? undefined : project.projectPath(source);
    const shown = inProject === undefined || inProject === ""
      ? nameOfUrl(source)
      : project.shown(inProject);
    return await freeDestination(project, { shown, request: { noExec: true, force } });
  }
  const shown = urlDestination({ url: source, out }, context);
  refuseExisting(absolutePath(shown, context.directory), { shown, force });
  return await freeDestination(project, { shown, request: { noExec: true, force } });
}

async function bring(
  project: Project,
  { place, path, request }: { place: UrlPlace; path: string; request: AddElsewhereRequest },
): Promise<{ facts: Pick<Out, "md5" | "size" | "nfiles">; wanted: Wanted | undefined }> {
  const { toRemote, remote, jobs } = request;
  const state = await lookAtSource(project, place, {
    outPath: path,
    versioned: false,
    store: !toRemote,
  });
  if (state === undefined) {
    const fact = place.path === undefined
      ? `The path '${place.label}' does not exist`
      : `[Errno 2] No such file or directory: '${place.path}'`;
    throw new DvtError("not-found", fact, { exitCode: 1 });
  }
  const { content } = state;
  if (toRemote) {
    const { sendToRemote } = await import("./to_remote.ts");
    const sent = await sendToRemote(project, { place, content, remote, verb: "add", jobs });
    return { facts: sent.facts, wanted: undefined };
  }
  const data = await importUrlData(project, { place, content, outPath: path, jobs });
  return { facts: data.facts, wanted: data.wanted };
}
