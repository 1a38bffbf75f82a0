/**
 * The data of imports from URLs, fetched from where it came from: of those without data here, and
 * of those by version, which no remote of ours holds.
 *
 * @module
 */
import { type ObjectId, objectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import { isUrlImport } from "../registry/tracked.ts";
import type { UrlPlace } from "../registry/url_place.ts";
import type { Dep } from "../stages/stage_file.ts";
import type { FetchTally } from "./transfer_results.ts";
import type { SelectedOut } from "./targets.ts";
import { importUrlData } from "./url_data.ts";
import {
  compareSource,
  isVersioned,
  lookAtSource,
  missingSource,
  openSourceOf,
  shownSource,
  type SourceState,
  urlDep,
} from "./url_source.ts";

/** Whether an output's data comes from an address, and from no remote. */
export function comesFromUrl({ stage, out }: SelectedOut): boolean {
  if (!isUrlImport(stage)) return false;
  const [dep] = stage.deps;
  if (dep === undefined || dep.extra !== undefined) return false;
  return out.md5 === undefined || (!out.push && isByVersion(dep));
}

function isByVersion(dep: Dep): boolean {
  return dep.versionId !== undefined || dep.files !== undefined;
}

/**
 * Brings data into the cache, in the state it was imported in. Answers the ids of those whose stage
 * file records none (`--no-download`), by path.
 */
export async function fetchUrls(
  project: Project,
  { imports, jobs }: { imports: readonly SelectedOut[]; jobs: number | undefined },
  tally: FetchTally,
): Promise<Map<string, ObjectId>> {
  const resolved = new Map<string, ObjectId>();
  for (const one of imports) {
    const dep = urlDep(one.stage);
    if (!isKnown(dep)) continue; // --no-exec: nothing was imported yet
    try {
      const place = await openSourceOf(project, one.stage);
      const content = await contentAsImported(project, { place, dep, one });
      const data = await importUrlData(project, { place, content, outPath: one.path, jobs });
      tally.fetched += data.moved;
      tally.bytes += data.bytes;
      if (one.out.md5 === undefined) resolved.set(one.path, data.id);
      else if (one.out.hash === "md5" && data.id !== one.out.md5) throw changed(project, one);
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      if (one.out.md5 === undefined) tally.unreachable.push(error);
      else tally.failed.push({ id: objectId(one.out.md5), error });
    }
  }
  return resolved;
}

/**
 * Brings data that no remote had from where it was imported, if it is still the same there. A
 * source that cannot help adds nothing to what the remotes failed with.
 */
export async function fetchAstray(
  project: Project,
  { imports, jobs }: { imports: readonly SelectedOut[]; jobs: number | undefined },
  tally: FetchTally,
): Promise<void> {
  const { reporter } = project.context;
  const before = tally.failed;
  for (const one of imports) {
    tally.failed = [];
    await fetchUrls(project, { imports: [one], jobs }, tally);
    const [failure] = tally.failed;
    const shown = project.shown(one.path);
    if (failure === undefined) {
      const source = shownSource(project, one.stage);
      reporter.note(`'${shown}' is on no remote; it was taken from its source, '${source}'`);
    } else reporter.debug(`the source of '${shown}' does not help: ${failure.error.message}`);
  }
  const cache = project.cache("md5");
  tally.failed = before.filter(({ id }) => !cache.lists(id));
}

function isKnown({ md5, etag, checksum, versionId, files }: Dep): boolean {
  return [md5, etag, checksum, versionId, files].some((one) => one !== undefined);
}

async function contentAsImported(
  project: Project,
  { place, dep, one }: { place: UrlPlace; dep: Dep; one: SelectedOut },
): Promise<SourceState["content"]> {
  if (isVersioned(place, dep) && isByVersion(dep)) return recordedContent(dep);
  const state = await lookAtSource(project, place, { outPath: one.path, versioned: false });
  if (state === undefined) throw missingSource(shownSource(project, one.stage));
  if (compareSource(dep, state) === "changed") throw changed(project, one);
  return state.content;
}

/** Versions do not change, so that nobody need be asked what they are. */
function recordedContent(dep: Dep): SourceState["content"] {
  if (dep.files === undefined) {
    const { size, etag, versionId } = dep;
    return {
      kind: "file",
      file: {
        path: "",
        ...(size === undefined ? {} : { size }),
        ...(etag === undefined ? {} : { etag }),
        ...(versionId === undefined ? {} : { versionId }),
      },
    };
  }
  const files = dep.files.map(({ relpath, size, etag, versionId }) => ({
    path: relpath,
    ...(size === undefined ? {} : { size }),
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
  }));
  return { kind: "directory", files };
}

function changed(project: Project, { stage, path }: SelectedOut): DvtError {
  return new DvtError(
    "missing-data",
    `'${project.shown(path)}' was imported from '${shownSource(project, stage)}', ` +
      "which has changed since",
    { hint: `to take what is there now: dvt update ${project.shown(stage.path)}` },
  );
}
