/**
 * Events in the life of an artifact: annotated tags by GTO's convention, made in this repository.
 *
 * @module
 */
import { createTag, listTags, pushTags } from "../git/tags.ts";
import { type Git, openGit } from "../git/git.ts";
import { resolveRevision } from "../git/revisions.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import {
  formatGtoTag,
  isArtifactName,
  type NewTag,
  parseArtifactName,
} from "../registry/gto_tag.ts";
import {
  compareSemanticVersions,
  parseSemanticVersion,
  type SemanticVersion,
} from "../registry/semantic_version.ts";
import { type ArtifactState, type ArtifactVersion, foldTags } from "../registry/versions.ts";

/** What every event needs. */
interface EventRequest {
  readonly name: string;
  /** Instead of the usual message of the tag. */
  readonly message: string | undefined;
  /** The Git remote that the tag is sent to. */
  readonly push: string | undefined;
}

/** A version to be. */
export interface RegisterRequest extends EventRequest {
  readonly rev: string | undefined;
  /** Without it, the next one is made. */
  readonly version: string | undefined;
  readonly bump: "major" | "minor" | "patch";
}

/** A version that gets into a stage, or out of it. */
export interface AssignRequest extends EventRequest {
  readonly stage: string;
  /** The newest where absent. */
  readonly version: string | undefined;
}

/** A version, or the whole artifact, that people should not use any more. */
export interface DeprecateRequest extends EventRequest {
  readonly version: string | undefined;
}

/** A tag that was made. */
export interface MadeTag {
  readonly tag: string;
  readonly version: string | undefined;
  readonly pushed: boolean;
}

/** Gives a commit a version. */
export async function registerVersion(
  request: RegisterRequest,
  context: Context,
): Promise<MadeTag> {
  const here = await open(request, context);
  const commit = await resolveRevision(here.git, request.rev ?? "HEAD");
  const taken = here.state?.versions.find((one) => one.registered && one.commit === commit);
  if (taken !== undefined) {
    throw new DvtError(
      "conflict",
      `'${here.name}' is already registered in this commit with version '${taken.version}'`,
    );
  }
  const version = request.version === undefined
    ? nextVersion(here.state, request.bump)
    : checkedVersion(request.version);
  if (here.state?.versions.some((one) => one.registered && one.version === version)) {
    throw new DvtError("conflict", `'${here.name}' has version '${version}' already`, {
      hint: "versions stay what they are; choose another number",
    });
  }
  const message = `Registering artifact ${here.name} version ${version}`;
  return await make(here, request, { action: "register", version, commit, message });
}

/** Puts a version into a stage. */
export async function assignStage(request: AssignRequest, context: Context): Promise<MadeTag> {
  const here = await open(request, context);
  const { version, commit } = requireVersion(here, request.version);
  const stage = checkedStage(request.stage);
  const message = `Assigning stage ${stage} to artifact ${here.name} version ${version}`;
  return await make(here, request, { action: "assign", stage, version, commit, message });
}

/** Takes a version out of a stage: the one that is in it where none is named. */
export async function unassignStage(request: AssignRequest, context: Context): Promise<MadeTag> {
  const here = await open(request, context);
  const stage = checkedStage(request.stage);
  const wanted = request.version === undefined ? undefined : checkedVersion(request.version);
  const found = here.state?.stages.get(stage)
    ?.find((one) => wanted === undefined || one.version === wanted);
  if (found === undefined) {
    const what = wanted === undefined ? "nothing" : `no version '${wanted}'`;
    throw new DvtError("not-found", `${what} of '${here.name}' is in stage '${stage}'`);
  }
  const { version, commit } = found;
  const message = `Unassigning stage '${stage}' to artifact '${here.name}' version '${version}'`;
  return await make(here, request, { action: "unassign", stage, version, commit, message });
}

/** Takes a version back, or says of the whole artifact that it should not be used any more. */
export async function deprecateArtifact(
  request: DeprecateRequest,
  context: Context,
): Promise<MadeTag> {
  const here = await open(request, context);
  if (request.version !== undefined) {
    const { version, commit } = requireVersion(here, request.version);
    const message = `Deregistering artifact ${here.name} version ${version}`;
    return await make(here, request, { action: "deregister", version, commit, message });
  }
  if (here.state === undefined) {
    throw new DvtError("not-found", `artifact '${here.name}' has no versions`);
  }
  if (here.state.deprecated) {
    throw new DvtError("conflict", `'${here.name}' is deprecated already`);
  }
  const commit = await resolveRevision(here.git, "HEAD");
  const message = `Deprecating artifact '${here.name}'`;
  return await make(here, request, { action: "deprecate", commit, message });
}

interface Here {
  readonly git: Git;
  /** The full name. */
  readonly name: string;
  readonly state: ArtifactState | undefined;
  /** All tags of the repository. */
  readonly tags: readonly string[];
}

async function open({ name: typed }: EventRequest, context: Context): Promise<Here> {
  const name = parseArtifactName(typed)?.full;
  if (name === undefined) {
    throw new DvtError("failed", `Can't use '${typed}' as artifact name (ID).`, {
      hint: "letters, digits, '-', '_' and '/' are allowed, with a letter or digit at both ends; " +
        "'FOLDER:NAME' for one of FOLDER/dvc.yaml",
    });
  }
  const git = openGit(context.directory, context);
  if (git === undefined) throw new DvtError("git", "not in a Git repository");
  context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  const tags = await listTags(git);
  return { git, name, state: foldTags(tags).get(name), tags: tags.map((tag) => tag.name) };
}

async function make(
  { git, name, tags }: Here,
  request: EventRequest,
  event: Omit<NewTag, "artifact" | "version"> & {
    readonly version?: string | undefined;
    readonly commit: string;
    readonly message: string;
  },
): Promise<MadeTag> {
  const { action, stage, version, commit, message } = event;
  const fresh: NewTag = {
    artifact: name,
    action,
    ...(stage === undefined ? {} : { stage }),
    ...(version === undefined ? {} : { version }),
  };
  // As GTO: stages change often and are counted; other tags only where the plain name is taken.
  const plain = formatGtoTag(fresh);
  const counted = action === "assign" || action === "unassign" || tags.includes(plain);
  const tag = counted ? formatGtoTag(fresh, { tags }) : plain;
  await createTag(git, { name: tag, commit, message: request.message ?? message });
  if (request.push !== undefined) await pushTags(git, [tag], { remote: request.push });
  return { tag, version, pushed: request.push !== undefined };
}

function requireVersion(
  { name, state }: Here,
  typed: string | undefined,
): Pick<ArtifactVersion, "version" | "commit"> {
  const registered = state?.versions.filter((one) => one.registered) ?? [];
  const wanted = typed === undefined ? undefined : checkedVersion(typed);
  const found = registered.find(({ version }) => wanted === undefined || version === wanted);
  if (found !== undefined) return found;
  const known = registered.slice(0, 10).map(({ version }) => version);
  const what = wanted === undefined ? "no version" : `no version '${wanted}'`;
  throw new DvtError("not-found", `artifact '${name}' has ${what}`, {
    hint: known.length === 0
      ? `register one: dvt artifacts register ${name}`
      : `there are ${known.join(", ")}`,
  });
}

function checkedVersion(typed: string): string {
  const version = typed.startsWith("v") ? typed : `v${typed}`;
  if (parseSemanticVersion(version) !== undefined) return version;
  throw new DvtError("failed", `'${typed}' is no semantic version`, {
    hint: "write it as in v1.2.3",
  });
}

function checkedStage(stage: string): string {
  if (isArtifactName(stage)) return stage;
  throw new DvtError("failed", `'${stage}' cannot be the name of a stage`, {
    hint: "letters, digits, '-', '_' and '/' are allowed, with a letter or digit at both ends",
  });
}

function nextVersion(state: ArtifactState | undefined, bump: RegisterRequest["bump"]): string {
  let highest: SemanticVersion | undefined;
  for (const { version } of state?.versions ?? []) {
    const parsed = parseSemanticVersion(version);
    if (parsed === undefined) continue;
    if (highest === undefined || compareSemanticVersions(highest, parsed) < 0) highest = parsed;
  }
  const [major, minor, patch] = (highest?.numbers ?? ["0", "0", "0"]).map(BigInt);
  const [one, two, three] = [major ?? 0n, minor ?? 0n, patch ?? 0n];
  if (bump === "major") return `v${one + 1n}.0.0`;
  if (bump === "minor") return `v${one}.${two + 1n}.0`;
  return `v${one}.${two}.${three + 1n}`;
}
