/**
 * Brings an import from a URL up to date. A source that did not change costs one request.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { md5Hex } from "../platform/digest/md5.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import type { UrlPlace } from "../registry/url_place.ts";
import { stageChecksum } from "../stages/checksum.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import type { GitTracking } from "./git_tracking.ts";
import { placeImport } from "./place_import.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import { isCached, outStatus } from "./status.ts";
import { importUrlData } from "./url_data.ts";
import {
  compareSource,
  isVersioned,
  lookAtSource,
  missingSource,
  openSourceOf,
  shownSource,
  type SourceChange,
  type SourceState,
  urlDep,
  withFacts,
} from "./url_source.ts";

/** How an import from a URL is updated. */
export interface UpdateUrlOptions {
  /** Only note what the source is now. */
  readonly noDownload: boolean;
  /** Send the data straight to a remote. */
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  /** The version to bring, of an import by version. */
  readonly rev: string | undefined;
}

/** What became of an import. */
export interface UpdatedUrl {
  /** The stage file as shown. */
  readonly stage: string;
  readonly changed: boolean;
  /** Objects that came from the source. */
  readonly moved: number;
  readonly bytes: number;
}

/** Updates one import; the stage file is written last, and the old data stays until then. */
export async function updateUrlImport(
  project: Project,
  stage: StageFile,
  options: UpdateUrlOptions,
  tracking: GitTracking,
): Promise<UpdatedUrl> {
  const update = await prepare(project, stage, options);
  const result = options.toRemote
    ? await send(update, options)
    : options.noDownload
    ? await note(update)
    : await bring(update, options);
  const shown = project.shown(stage.path);
  if (result === undefined) {
    project.context.reporter.say(`'${shown}' didn't change, skipping`);
    return { stage: shown, changed: false, moved: 0, bytes: 0 };
  }
  if (await saveStage(project, result.stage)) tracking.track(stage.path);
  await tracking.ignore(update.path);
  return { ...result, stage: shown, changed: true };
}

interface Update {
  readonly project: Project;
  readonly stage: StageFile;
  readonly out: Out;
  /** Of the output in the project. */
  readonly path: string;
  readonly place: UrlPlace;
  readonly state: SourceState;
  readonly change: SourceChange;
  /** The stage with what its source is now. */
  readonly fresh: StageFile;
  /** Says what is about to happen, as DVC does. */
  readonly announce: () => void;
}

interface Done {
  readonly stage: StageFile;
  readonly moved: number;
  readonly bytes: number;
}

async function prepare(
  project: Project,
  stage: StageFile,
  { rev }: UpdateUrlOptions,
): Promise<Update> {
  const [out] = stage.outs;
  const path = out === undefined ? undefined : projectPathOf(stage, out);
  if (out === undefined || path === undefined) {
    throw new DvtError("invalid-stage", `'${stage.path}' has no output in the project`);
  }
  const dep = urlDep(stage);
  const place = await openSourceOf(project, stage);
  const versioned = isVersioned(place, dep);
  const versionId = versioned && dep.files === undefined ? rev : undefined;
  const shown = shownSource(project, stage);
  const announce = () =>
    project.context.reporter.say(`Importing '${shown}' -> '${project.shown(path)}'`);
  const state = await lookAtSource(project, place, { outPath: path, versioned, versionId });
  if (state === undefined) {
    announce();
    throw missingSource(shown);
  }
  const isIntact = stage.md5 !== undefined && stageChecksum(stage, md5Hex) === stage.md5;
  const change = isIntact ? compareSource(dep, state) : "changed";
  const fresh = { ...stage, deps: [withFacts(dep, state.facts)] };
  return { project, stage, out, path, place, state, change, fresh, announce };
}

async function send(update: Update, { remote, jobs }: UpdateUrlOptions): Promise<Done> {
  const { project, place, state: { content }, out, fresh } = update;
  const { sendToRemote } = await import("./to_remote.ts");
  const sent = await sendToRemote(project, { place, content, remote, verb: "update", jobs });
  return { ...sent, stage: withChecksum({ ...fresh, outs: [{ ...bare(out), ...sent.facts }] }) };
}

async function note(update: Update): Promise<Done | undefined> {
  const { project, path, change, out, fresh, announce } = update;
  // What cannot be told without a download is not told here.
  if (change !== "changed") return undefined;
  announce();
  await placeImport(project, { path, wanted: { kind: "absent" }, force: false });
  return { stage: withChecksum({ ...fresh, outs: [bare(out)] }), moved: 0, bytes: 0 };
}

async function bring(update: Update, { jobs }: UpdateUrlOptions): Promise<Done | undefined> {
  const { project, stage, out, path, place, state, change, fresh, announce } = update;
  const inPlace = out.md5 !== undefined && await outStatus(project, stage, out) === undefined;
  if (change === "same" && inPlace) return undefined;
  if (change === "same") {
    announce();
    const wanted = await cachedData(project, out);
    if (wanted !== undefined) {
      await placeImport(project, { path, wanted, force: false });
      return { stage, moved: 0, bytes: 0 };
    }
  } else if (change === "changed") announce();
  const data = await importUrlData(project, {
    place,
    content: state.content,
    outPath: path,
    jobs,
  });
  if (change === "perhaps") {
    if (inPlace && data.id === out.md5) return undefined;
    announce();
  }
  await placeImport(project, { path, wanted: data.wanted, force: false });
  // As DVC: an entry of a 2.x stage file whose content did not change stays a 2.x entry.
  const outs = [out.md5 === data.id ? out : { ...bare(out), ...data.facts }];
  return { stage: withChecksum({ ...fresh, outs }), moved: data.moved, bytes: data.bytes };
}

/** An output's data where all of it is in the cache. */
async function cachedData(project: Project, out: Out): Promise<Wanted | undefined> {
  if (out.hash !== "md5" || out.md5 === undefined || !await isCached(project, out)) {
    return undefined;
  }
  const { objectId } = await import("../objects/object_id.ts");
  const id = objectId(out.md5);
  if (!id.endsWith(".dir")) return { kind: "file", id, isexec: false };
  const listing = await readListing(project.cache("md5"), id);
  return listing === undefined ? undefined : { kind: "directory", id, listing };
}

/** An output without what is known of its data. */
function bare(out: Out): Out {
  const { md5: _md5, size: _size, nfiles: _nfiles, ...rest } = out;
  return { ...rest, hash: "md5" };
}
