/**
 * Brings data of our own up to what its worktree remote holds now, which others may have changed.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import { openUrl } from "../registry/url_place.ts";
import { isVersioned } from "../registry/versioned_remote.ts";
import type { Out, StageFile, VersionedFile } from "../stages/stage_file.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import type { GitTracking } from "./git_tracking.ts";
import { placeImport } from "./place_import.ts";
import { saveStage } from "./save_stage.ts";
import { importUrlData, isScan } from "./url_data.ts";
import { lookAtSource } from "./url_source.ts";
import type { UpdatedImport, UpdateRequest } from "./update_request.ts";

/** Updates the outputs of one stage; undefined where there was nothing that could be done. */
export async function updateWorktree(
  project: Project,
  stage: StageFile,
  { request, tracking }: { request: UpdateRequest; tracking: GitTracking },
): Promise<UpdatedImport | undefined> {
  refuseOptions(request);
  const outs: Out[] = [];
  let moved = 0;
  let bytes = 0;
  let changed = false;
  for (const out of stage.outs) {
    const brought = await updateOut(project, stage, { out, request });
    outs.push(brought?.out ?? out);
    moved += brought?.moved ?? 0;
    bytes += brought?.bytes ?? 0;
    changed ||= brought !== undefined && brought.out.md5 !== out.md5;
  }
  if (await saveStage(project, { ...stage, outs })) tracking.track(stage.path);
  return changed ? { stage: project.shown(stage.path), changed, moved, bytes } : undefined;
}

function refuseOptions({ rev, noDownload, toRemote }: UpdateRequest): void {
  const option = rev !== undefined ? "rev" : noDownload ? "no-download" : toRemote && "to-remote";
  if (option === false) return;
  throw new DvtError("failed", `--${option} can't be used with worktree update`);
}

async function updateOut(
  project: Project,
  stage: StageFile,
  { out, request }: { out: Out; request: UpdateRequest },
): Promise<{ out: Out; moved: number; bytes: number } | undefined> {
  const path = projectPathOf(stage, out);
  if (path === undefined || !out.cache || !out.push) return undefined;
  const shown = project.shown(path);
  const name = remoteOf(project, out);
  if (name === undefined) {
    project.context.reporter.warn(
      `Could not update '${shown}', it was never pushed to a remote`,
    );
    return undefined;
  }
  const remote = project.remoteConfig(name, "update");
  if (!remote.worktree || !isVersioned(remote)) {
    throw new DvtError(
      "failed",
      `update is not supported for '${project.shown(stage.path)}' that is not an import.`,
    );
  }
  const place = await openUrl(
    { url: `remote://${remote.name}/${path}`, directory: project.root },
    project,
  );
  const state = await lookAtSource(project, place, { outPath: path, versioned: true });
  if (state === undefined || isScan(state.content)) {
    project.context.reporter.warn(`Could not update '${shown}', it does not exist in the remote`);
    return undefined;
  }
  const { content } = state;
  const data = await importUrlData(project, { place, content, outPath: path, jobs: request.jobs });
  await placeImport(project, { path, wanted: data.wanted, force: false });
  const files = content.kind === "file" ? [content.file] : content.files;
  const fresh = noted(out, { wanted: data.wanted, files, remote: remote.name });
  return { out: { ...fresh, ...data.facts }, moved: data.moved, bytes: data.bytes };
}

/** The remote that an output was pushed to. */
function remoteOf(project: Project, out: Out): string | undefined {
  if (out.remote !== undefined) return out.remote;
  for (const { cloud } of [out, ...out.files ?? []]) {
    const [name] = Object.keys(cloud ?? {});
    if (name !== undefined) return name;
  }
  // DVC's own update leaves the remote's name out.
  const isVersion = [out, ...out.files ?? []].some((one) => one.versionId !== undefined);
  return isVersion ? project.defaultRemote : undefined;
}

/** The output with the versions that it is in now; of what did not change, those it was in. */
function noted(
  out: Out,
  { wanted, files, remote }: {
    wanted: Wanted;
    files: readonly StoredFile[];
    remote: string;
  },
): Out {
  const { files: old = [], cloud: _cloud, etag: _etag, versionId: _version, ...bare } = out;
  const version = ({ etag, versionId }: StoredFile) => ({
    cloud: {
      [remote]: {
        ...(etag === undefined ? {} : { etag }),
        ...(versionId === undefined ? {} : { versionId }),
      },
    },
  });
  if (wanted.kind === "file") {
    const [file] = files;
    return file === undefined || wanted.id === out.md5 ? out : { ...bare, ...version(file) };
  }
  if (wanted.kind !== "directory") return out;
  const known = new Map(old.map((file) => [file.relpath, file]));
  const found = new Map(files.map((file) => [file.path, file]));
  const { listing } = wanted;
  return {
    ...bare,
    files: listing.paths.map((path, at): VersionedFile => {
      const md5 = listing.ids.at(at);
      const before = known.get(path);
      if (before?.md5 === md5 && (before.cloud ?? before.versionId) !== undefined) return before;
      const file = found.get(path) ?? { path };
      return {
        relpath: path,
        md5,
        ...(file.size === undefined ? {} : { size: file.size }),
        ...version(file),
      };
    }),
  };
}
