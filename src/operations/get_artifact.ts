/**
 * Downloads a version of an artifact, found by the tags of its repository.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, baseName, joinPath, parentPath } from "../platform/paths.ts";
import { artifactsIn } from "../registry/declared_artifacts.ts";
import { parseArtifactName } from "../registry/gto_tag.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { openSource } from "../registry/source.ts";
import { findVersion, foldTags } from "../registry/versions.ts";
import { normalizePath } from "../stages/stage_paths.ts";
import { addressOf, deliverFound, destination, refuseExisting } from "./get.ts";
import { type SourceOptions, sourceOverrides } from "./source_options.ts";

/** Which artifact is wanted. */
export interface ArtifactRequest extends SourceOptions {
  /** Paths, and anything that git can clone. */
  readonly url: string;
  /** `NAME`, or `FOLDER:NAME` of an artifact that `FOLDER/dvc.yaml` declares. */
  readonly name: string;
  /** A version, such as `v1.2.0`; without one and without a stage, the newest. */
  readonly version: string | undefined;
  /** A stage, such as `prod`. */
  readonly stage: string | undefined;
}

/** How it is downloaded. */
export interface GetArtifactRequest extends ArtifactRequest {
  /** As typed; a folder that exists takes the data under its own name. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly jobs: number | undefined;
}

/** What was downloaded. */
export interface GetArtifactResult {
  /** As a user would type it. */
  readonly out: string;
  readonly files: number;
  /** Absent for a stage that was given to a commit without a version. */
  readonly version: string | undefined;
}

/** Downloads an artifact; what is at the destination stays whole until the new is complete. */
export async function getArtifact(
  request: GetArtifactRequest,
  context: Context,
): Promise<GetArtifactResult> {
  if (request.version !== undefined && request.stage !== undefined) {
    throw new DvtError("failed", "Artifact version and stage are mutually exclusive.");
  }
  const source = await openTagged(request, context);
  const artifact = await asDownload(request.name, () => findArtifact(source, request, context));
  const { snapshot, path, version } = artifact;
  const shown = destination({ url: request.url, path, out: request.out }, context);
  const out = absolutePath(shown, context.directory);
  refuseExisting(out, { shown, force: request.force });
  const files = await asDownload(request.name, async () => {
    const found = await snapshot.findAt(path);
    if (found === undefined) {
      throw new DvtError(
        "not-found",
        `'${path}', which it names, does not exist in '${snapshot.label}'`,
      );
    }
    return await deliverFound(found, { snapshot, out, jobs: request.jobs, context });
  });
  return { out: shown, files, version };
}

/** The address of an artifact's data: `artifacts get --show-url`. */
export async function artifactUrl(request: ArtifactRequest, context: Context): Promise<string> {
  const source = await openTagged(request, context);
  const { snapshot, path } = await findArtifact(source, request, context);
  return await addressOf(snapshot, path);
}

interface FoundArtifact {
  /** Of the version's commit. */
  readonly snapshot: Snapshot;
  /** Of the data, in the snapshot's tree. */
  readonly path: string;
  readonly version: string | undefined;
}

function openTagged(request: ArtifactRequest, context: Context): Promise<Snapshot> {
  const overrides = sourceOverrides(request, context);
  return openSource({ url: request.url, overrides }, context);
}

async function findArtifact(
  source: Snapshot,
  request: ArtifactRequest,
  context: Context,
): Promise<FoundArtifact> {
  const { url, name, version, stage } = request;
  const states = foldTags(await source.tags());
  const found = findVersion(states, { artifact: name, version, stage });
  if (found.withdrawn) {
    context.reporter.warn(`version '${found.version}' of '${name}' has been deregistered`);
  }
  const overrides = sourceOverrides(request, context);
  const snapshot = await openSource({ url, rev: found.commit, overrides }, context);
  return { snapshot, path: await declaredPath(snapshot, name), version: found.version };
}

/** Where the data is, as the `dvc.yaml` of that commit says. */
async function declaredPath(snapshot: Snapshot, typed: string): Promise<string> {
  const { directory, name } = parseArtifactName(typed) ?? { directory: "", name: typed };
  const folder = normalizePath(directory);
  const file = joinPath(folder, "dvc.yaml");
  const artifacts = await artifactsIn(snapshot, file);
  const artifact = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
  if (artifact === undefined) {
    const known = Object.keys(artifacts);
    throw new DvtError(
      "not-found",
      `Unable to find artifact '${typed}': '${file}' of that version does not declare it`,
      { hint: known.length === 0 ? undefined : `it declares: ${known.slice(0, 10).join(", ")}` },
    );
  }
  const path = normalizePath(joinPath(parentPath(file), artifact.path));
  if (baseName(path) !== "" && path !== ".." && !path.startsWith("../")) return path;
  throw new DvtError(
    "invalid-stage",
    `the path '${artifact.path}' of artifact '${typed}' lies outside of '${snapshot.label}'`,
  );
}

/** Failures in DVC's words. */
async function asDownload<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    throw new DvtError(
      error.kind,
      `Failed to download artifact '${name}' via DVC remote: ${error.message}`,
      { hint: error.hint, cause: error, exitCode: 1 },
    );
  }
}
