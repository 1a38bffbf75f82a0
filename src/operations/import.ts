/**
 * Downloads data of a repository and remembers where it came from.
 *
 * @module
 */
import { gitIgnored, gitTracked } from "../git/tracked.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isDirectory } from "../platform/files.ts";
import { absolutePath, baseName, parentPath } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { readStagesAt } from "../registry/collect.ts";
import { recordAndPlace } from "./place_import.ts";
import { openProject, type Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { openSource } from "../registry/source.ts";
import { type OwnMeta, ownMeta, withOwnMeta } from "../stages/own_meta.ts";
import type { Out, RepoSource, StageFile } from "../stages/stage_file.ts";
import { keepAnnotations } from "../stages/write.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { trackedByGit } from "./add.ts";
import { destination, refuseExisting, requirePath } from "./get.ts";
import { GitTracking } from "./git_tracking.ts";
import { importData } from "./import_data.ts";
import { partOf, type Parts } from "./parts.ts";
import { saveStage, withChecksum } from "./save_stage.ts";
import {
  checkSourceOptions,
  rememberedOptions,
  type SourceOptions,
  sourceOverrides,
} from "./source_options.ts";

/** What is imported. */
export interface ImportRequest extends SourceOptions {
  readonly url: string;
  readonly path: string;
  readonly rev: string | undefined;
  /** A range of versions to follow instead of a revision, such as `^1.2`. */
  readonly version: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly offline: boolean;
  /** Which files of a folder are wanted; remembered in the stage file. */
  readonly parts: Parts;
  /** Whether the data is kept on the project's own remote, too; undefined: as the setting says. */
  readonly push: boolean | undefined;
  /** Only write the stage file; the source is not asked. */
  readonly noExec: boolean;
  /** Ask the source for its revision, but leave the data there. */
  readonly noDownload: boolean;
  readonly jobs: number | undefined;
}

/** What was imported. */
export interface ImportResult {
  /** The stage file, relative to the project's root. */
  readonly stage: string;
  readonly moved: number;
  readonly bytes: number;
}

/** Imports. An interrupted import leaves what was there, or can be gone on with by `checkout`. */
export async function importPath(
  request: ImportRequest,
  context: Context,
): Promise<ImportResult> {
  checkSourceOptions(request);
  const project = openProject(context);
  using _lock = await project.lock();
  const shown = destination(request, context);
  const path = await freeDestination(project, { shown, request });
  const tracking = new GitTracking(project);
  const rev = request.version === undefined
    ? request.rev
    : await followedTag(project, { ...request, version: request.version });
  const source: RepoSource = {
    url: withoutPassword(request.url),
    ...(rev === undefined ? {} : { rev }),
    ...rememberedOptions(request),
  };
  const bare = {
    path: baseName(path),
    hash: "md5",
    cache: true,
    push: true,
    persist: false,
  } as const;
  let stage: StageFile = {
    path: `${path}.dvc`,
    frozen: true,
    alwaysChanged: false,
    deps: [{ path: request.path, hash: "md5-dos2unix", repo: source }],
    outs: [bare],
  };
  let moved = 0;
  let bytes = 0;
  let wanted: Wanted | undefined;
  if (!request.noExec) {
    context.reporter.say(`Importing '${request.path} (${maskSecrets(request.url)})' -> '${shown}'`);
    const snapshot = await openAt(project, request, rev);
    const found = partOf(await requirePath(snapshot, request.path), request.parts, request.path);
    const locked = snapshot.head === undefined ? source : { ...source, revLock: snapshot.head };
    let out: Out = bare;
    if (!request.noDownload) {
      const data = await importData(project, { snapshot, found, jobs: request.jobs });
      out = { ...bare, ...data.facts };
      ({ moved, bytes, wanted } = data);
    }
    stage = withChecksum({ ...stage, deps: [{ ...depOf(stage), repo: locked }], outs: [out] });
  }
  const old = (await readStagesAt(project.root, stage.path))?.[0];
  if (old !== undefined) stage = keepAnnotations(stage, old);
  stage = withOwnMeta(stage, ownFacts(stage, request));
  await recordAndPlace(project, {
    path,
    stagePath: stage.path,
    wanted,
    force: request.force,
    tracking,
    save: () => saveStage(project, stage),
  });
  await tracking.finish();
  return { stage: stage.path, moved, bytes };
}

/** What the stage file says for dvt alone. */
function ownFacts(stage: StageFile, { version, parts, push: asked }: ImportRequest): OwnMeta {
  const push = asked ?? ownMeta(stage).push;
  const { include = [], exclude = [] } = parts;
  return {
    ...(version === undefined ? {} : { version }),
    ...(include.length === 0 ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(push === undefined ? {} : { push }),
  };
}

function openAt(
  project: Project,
  request: ImportRequest,
  rev: string | undefined,
): Promise<Snapshot> {
  return openSource({
    url: request.url,
    rev,
    overrides: sourceOverrides(request, project.context),
    offline: request.offline,
    nearby: [project.cache("md5"), project.cache("md5-dos2unix")],
  }, project.context);
}

async function followedTag(
  project: Project,
  request: ImportRequest & { readonly version: string },
): Promise<string> {
  const { checkRange, tagInRange } = await import("./follow_version.ts");
  checkRange(request.version);
  if (request.noExec) {
    throw new DvtError("failed", "--version can't be used with --no-exec", {
      hint: "which tag that is, the source must be asked",
    });
  }
  const newest = await openAt(project, request, undefined);
  return await tagInRange(newest, { path: request.path, range: request.version });
}

function depOf(stage: StageFile) {
  const [dep] = stage.deps;
  if (dep === undefined) throw new DvtError("failed", `'${stage.path}' has no source`);
  return dep;
}

/** The destination as a path of the project, refused where data may not go. */
export async function freeDestination(
  project: Project,
  { shown, request }: { shown: string; request: Pick<ImportRequest, "noExec" | "force"> },
): Promise<string> {
  if (shown.endsWith(".dvc")) {
    throw new DvtError("conflict", `DVC file '${shown}' cannot be an output.`);
  }
  const path = project.projectPath(shown);
  const place = absolutePath(shown, project.context.directory);
  if (path === undefined || path === "") {
    throw new DvtError(
      "failed",
      `Cached output(s) outside of DVC project: ${place}. See ` +
        "<https://dvc.org/doc/user-guide/data-management/importing-external-data> for more info.",
    );
  }
  const folder = project.nativePath(parentPath(path));
  if (!isDirectory(folder)) {
    throw new DvtError("not-found", `stage working dir '${folder}' does not exist`);
  }
  if (!request.noExec) refuseExisting(place, { shown, force: request.force });
  const catalog = await project.catalog();
  const around = catalog.containing(path);
  const { git } = project;
  const stageFile = project.nativePath(`${path}.dvc`);
  if (
    (around !== undefined && around.path !== path) ||
    (git !== undefined && (await gitIgnored(git, [stageFile])).size > 0)
  ) {
    throw new DvtError("conflict", `bad DVC file name '${shown}.dvc' is git-ignored.`, {
      hint: around === undefined
        ? "change the ignore rule, or choose another place"
        : `'${project.shown(around.path)}' is tracked data; choose another place`,
    });
  }
  const double = catalog.at(path);
  if (double !== undefined && double.stage.path !== `${path}.dvc`) {
    throw new DvtError(
      "conflict",
      `output '${shown}' is specified in:\n\t- ${shown}.dvc\n\t- ${double.stage.path}\n` +
        "Use `dvc remove` with any of the above targets to stop tracking the overlapping output.",
    );
  }
  if (git !== undefined && (await gitTracked(git, [place])).has(place)) throw trackedByGit(shown);
  return path;
}

/** A password or token that was typed into an address is for git alone, not for the stage file. */
function withoutPassword(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.password === "" && maskSecrets(url) === url) return url;
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}
