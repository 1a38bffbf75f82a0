/**
 * Downloads data from an address and remembers where it came from.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isDirectory } from "../platform/files.ts";
import {
  absolutePath,
  baseName,
  fileUrlPath,
  isAbsolutePath,
  isInside,
  parentDirectory,
  relativeNative,
  toPosix,
} from "../platform/paths.ts";
import { urlWithoutSecrets } from "../platform/secret_urls.ts";
import { readStagesAt } from "../registry/collect.ts";
import { isSecretOption } from "../registry/config_schema.ts";
import { openProject, type Project } from "../registry/project.ts";
import { nameOfUrl, openUrl } from "../registry/url_place.ts";
import type { Dep, Out, PlainMap, StageFile } from "../stages/stage_file.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { keepAnnotations } from "../stages/write.ts";
import { refuseExisting } from "./get.ts";
import { GitTracking } from "./git_tracking.ts";
import { freeDestination, type ImportResult } from "./import.ts";
import { recordAndPlace } from "./place_import.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import { importUrlData } from "./url_data.ts";
import { isVersioned, lookAtSource, missingSource, shownSource, withFacts } from "./url_source.ts";

/** What is imported. */
export interface ImportUrlRequest {
  /** A path, or the URL of a file or folder. */
  readonly url: string;
  readonly out: string | undefined;
  /** Send the data straight to a remote; cache and workspace stay empty. */
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  /** Only write the stage file; the source is not asked. */
  readonly noExec: boolean;
  /** Ask the source what it is now, but leave the data there. */
  readonly noDownload: boolean;
  readonly jobs: number | undefined;
  readonly force: boolean;
  /** Import by version, on storages that keep versions. */
  readonly versionAware: boolean;
  /** Options of the storage. */
  readonly fsConfig: Readonly<Record<string, string>> | undefined;
}

/** Imports. An interrupted import leaves what was there, or can be gone on with by `checkout`. */
export async function importUrl(
  request: ImportUrlRequest,
  context: Context,
): Promise<ImportResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const path = await destinationOf(project, request);
  const tracking = new GitTracking(project);
  const out: Out = { path: baseName(path), hash: "md5", cache: true, push: true, persist: false };
  const dep: Dep = {
    path: recordedAddress(project, request.url, path),
    hash: "md5",
    ...recordedOptions(request, context),
  };
  const bare: StageFile = {
    path: `${path}.dvc`,
    frozen: true,
    alwaysChanged: false,
    deps: [dep],
    outs: [out],
  };
  const done = request.noExec
    ? { stage: bare, moved: 0, bytes: 0, wanted: undefined }
    : await bring(project, { stage: bare, dep, out, path }, request);
  await recordAndPlace(project, {
    path,
    stagePath: bare.path,
    wanted: done.wanted,
    force: request.force,
    tracking,
    save: () => save(project, done.stage),
  });
  await tracking.finish();
  return { stage: bare.path, moved: done.moved, bytes: done.bytes };
}

async function destinationOf(project: Project, request: ImportUrlRequest): Promise<string> {
  const { context } = project;
  const shown = urlDestination(request, context);
  refuseExisting(absolutePath(shown, context.directory), { shown, force: request.force });
  const { toRemote, noExec, noDownload, versionAware, remote, force } = request;
  if (toRemote && (noExec || noDownload || versionAware)) {
    throw new DvtError(
      "failed",
      "--no-exec/--no-download/--version-aware cannot be combined with --to-remote",
    );
  }
  if (!toRemote && remote !== undefined) {
    throw new DvtError("failed", "--remote can't be used without --to-remote");
  }
  return await freeDestination(project, { shown, request: { noExec, force } });
}

/** The path under which an address's data is saved, as a user would type it. */
export function urlDestination(
  { url, out }: { readonly url: string; readonly out: string | undefined },
  context: Context,
): string {
  if (out === undefined || out === "") return nameOfUrl(url);
  const inFolder = isDirectory(absolutePath(out, context.directory));
  const bare = out.replace(/(?<=.)\/+$/, "");
  return inFolder ? `${bare === "." ? "" : `${bare}/`}${nameOfUrl(url)}` : bare;
}

/**
 * The address as the stage file records it, and as DVC finds it again: without secrets, and a
 * relative path from the stage file's folder.
 */
function recordedAddress(project: Project, url: string, path: string): string {
  const { context, root } = project;
  const local = /^file:/i.test(url) ? fileUrlPath(url) : undefined;
  if (local === undefined && isUrl(url)) {
    const bare = /^(?:s3|remote):/i.test(url) ? url.replace(/\?versionId=[^&]+$/, "") : url;
    const recorded = urlWithoutSecrets(bare);
    if (recorded !== bare) {
      context.reporter.warn(
        `'${project.shown(path)}.dvc' records the address without its secret part, ` +
          "so that an update will ask without it",
      );
    }
    return recorded;
  }
  const typed = local ?? url;
  const source = absolutePath(typed, context.directory);
  const place = project.nativePath(path);
  if (isInside(place, source)) {
    throw new DvtError(
      "conflict",
      place === source
        ? `'${place}' is specified as an output and as a dependency.`
        : `'${project.shown(path)}' lies in its own source, '${typed}'`,
    );
  }
  const folder = parentDirectory(place);
  const asTyped = source !== root && !isInside(source, root) &&
    (isAbsolutePath(typed) || folder === context.directory);
  return asTyped ? toPosix(typed) : toPosix(relativeNative(folder, source));
}

/** Secrets are for this run; what is recorded is for everybody to read. */
function recordedOptions(
  { fsConfig = {}, versionAware }: ImportUrlRequest,
  { reporter }: Context,
): Pick<Dep, "fsConfig"> {
  const recorded: Record<string, string | boolean> = {};
  const left: string[] = [];
  for (const [name, value] of Object.entries(fsConfig)) {
    if (isSecretOption(name)) left.push(name);
    else recorded[name] = value;
  }
  if (left.length > 0) {
    reporter.warn(
      `the stage file does not record ${left.map((name) => `'${name}'`).join(" and ")}, ` +
        "which others must not see; set it with `dvt remote modify --local` and import from " +
        "`remote://NAME/path`",
    );
  }
  if (versionAware) recorded["version_aware"] = true;
  return Object.keys(recorded).length === 0 ? {} : { fsConfig: recorded as PlainMap };
}

interface Work {
  readonly stage: StageFile;
  readonly dep: Dep;
  readonly out: Out;
  readonly path: string;
}

async function bring(
  project: Project,
  { stage, dep, out, path }: Work,
  request: ImportUrlRequest,
): Promise<{ stage: StageFile; moved: number; bytes: number; wanted: Wanted | undefined }> {
  const { context } = project;
  const { toRemote, noDownload, versionAware, jobs } = request;
  const place = await openUrl({
    url: request.url,
    directory: context.directory,
    options: { ...request.fsConfig, ...(versionAware ? { version_aware: "true" } : {}) },
  }, project);
  const shown = shownSource(project, stage);
  if (!toRemote) context.reporter.say(`Importing '${shown}' -> '${project.shown(path)}'`);
  const versioned = isVersioned(place, dep);
  const store = !noDownload && !toRemote;
  const state = await lookAtSource(project, place, { outPath: path, versioned, store });
  if (state === undefined) throw missingSource(shown);
  const { content, facts } = state;
  if (facts.nfiles === 0 || facts.size === 0) context.reporter.warn(`'${shown}' is empty.`);
  const bare = versioned ? { ...out, push: false } : out;
  const known = { ...stage, deps: [withFacts(dep, facts)] };
  if (noDownload) {
    const stage = withChecksum({ ...known, outs: [bare] });
    return { stage, moved: 0, bytes: 0, wanted: undefined };
  }
  if (toRemote) {
    const { sendToRemote } = await import("./to_remote.ts");
    const sent = await sendToRemote(project, {
      place,
      content,
      remote: request.remote,
      verb: "import-url",
      jobs,
    });
    const stage = withChecksum({ ...known, outs: [{ ...bare, ...sent.facts }] });
    return { ...sent, stage, wanted: undefined };
  }
  const data = await importUrlData(project, { place, content, outPath: path, jobs });
  const { moved, bytes, wanted } = data;
  const recorded = withChecksum({ ...known, outs: [{ ...bare, ...data.facts }] });
  return { stage: recorded, moved, bytes, wanted };
}

async function save(project: Project, stage: StageFile): Promise<void> {
  const old = (await readStagesAt(project.root, stage.path))?.[0];
  if (old === undefined) {
    await saveStage(project, stage);
    return;
  }
  const kept = keepAnnotations(stage, old);
  // Data of one version lives where it came from; a remote of ours has no use for it.
  const outs = kept.outs.map((out, i) => ({
    ...out,
    push: out.push && stage.outs[i]?.push !== false,
  }));
  await saveStage(project, { ...kept, outs });
}
