/**
 * Where data comes from: from repository to repository, back to who added it.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { RemoteConfig } from "../registry/config.ts";
import { openProject, type Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { belowProject, type SnapshotProject } from "../registry/snapshot_project.ts";
import { importSource, isUrlImport, stageLabel, type TrackedOut } from "../registry/tracked.ts";
import { openImportSource } from "./import_source.ts";

/** One repository on the way, the nearest first. */
export interface OriginStep {
  /** The repository or address, without secrets; `.` for the project we stand in. */
  readonly url: string;
  /** What was asked for there; undefined for our own project and for addresses. */
  readonly rev: string | undefined;
  readonly commit: string | undefined;
  readonly path: string;
  /** The stage file that records the data; undefined for data that Git holds. */
  readonly stage: string | undefined;
  readonly hash: string | undefined;
  /** Where that repository keeps the data: the address of its remote. */
  readonly remote: string | undefined;
  /** Why it goes no further, where that is not the end. */
  readonly problem: string | undefined;
}

/** The steps from a path of the project back to the data's first home. */
export async function why(typed: string, context: Context): Promise<OriginStep[]> {
  const project = openProject(context);
  const path = project.projectPath(typed);
  const catalog = await project.catalog();
  const tracked = path === undefined
    ? undefined
    : catalog.containing(path) ?? catalog.outs.find(({ stage }) => stage.path === path);
  if (path === undefined || tracked === undefined) {
    throw new DvtError("not-found", `'${typed}' is not tracked in this project`, {
      hint: "see what is: dvt list . -R --dvc-only",
    });
  }
  const inside = path.startsWith(`${tracked.path}/`) ? path.slice(tracked.path.length) : "";
  const steps: OriginStep[] = [{
    url: ".",
    rev: undefined,
    commit: undefined,
    path: tracked.path + inside,
    ...recordOf(tracked, ownRemote(project, tracked)),
  }];
  if (isUrlImport(tracked.stage)) steps.push(addressStep(tracked));
  const dep = importSource(tracked.stage);
  if (dep?.repo === undefined) return steps;
  const rev = dep.repo.revLock ?? dep.repo.rev;
  try {
    const snapshot = await openImportSource(project, tracked.stage, rev);
    await follow(snapshot, {
      path: dep.path.replace(/\/+$/, "") + inside,
      rev: dep.repo.rev,
      steps,
    });
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    steps.push({
      url: maskSecrets(dep.repo.url),
      rev: dep.repo.rev,
      commit: dep.repo.revLock,
      path: dep.path + inside,
      stage: undefined,
      hash: undefined,
      remote: undefined,
      problem: error.message,
    });
  }
  return steps;
}

async function follow(
  snapshot: Snapshot,
  { path, rev, steps }: { path: string; rev: string | undefined; steps: OriginStep[] },
): Promise<void> {
  const treePath = snapshot.treePath(path);
  const project = await snapshot.projectAround(treePath);
  const within = project === undefined ? treePath : belowProject(treePath, project);
  const tracked = await project?.containing(within) ??
    (await project?.catalog())?.containing(within);
  const place = { url: snapshot.label, rev, commit: snapshot.commit ?? snapshot.head, path };
  if (project === undefined || tracked === undefined) {
    const entry = await snapshot.tree.stat(treePath);
    const problem = entry === undefined ? "nothing is there" : undefined;
    const nothing = { stage: undefined, hash: undefined, remote: undefined };
    steps.push({ ...place, ...nothing, problem });
    return;
  }
  steps.push({ ...place, ...recordOf(tracked, foreignRemote(project, tracked)) });
  if (isUrlImport(tracked.stage)) steps.push(addressStep(tracked));
  const dep = importSource(tracked.stage);
  if (dep?.repo === undefined) return;
  const inside = within.slice(tracked.path.length);
  const origin = await snapshot.originOf({ project, tracked });
  await follow(origin, { path: dep.path.replace(/\/+$/, "") + inside, rev: dep.repo.rev, steps });
}

function recordOf(
  { stage, out }: TrackedOut,
  remote: string | undefined,
): Pick<OriginStep, "stage" | "hash" | "remote" | "problem"> {
  return { stage: stageLabel(stage), hash: out.md5, remote, problem: undefined };
}

function addressStep({ stage }: TrackedOut): OriginStep {
  const [dep] = stage.deps;
  return {
    url: maskSecrets(dep?.path ?? ""),
    rev: undefined,
    commit: undefined,
    path: "",
    stage: undefined,
    hash: dep?.etag ?? dep?.md5,
    remote: undefined,
    problem: undefined,
  };
}

function ownRemote(project: Project, { out }: TrackedOut): string | undefined {
  const name = out.remote ?? project.defaultRemote;
  if (name !== undefined && project.settings.programs.has(name)) return `program://${name}`;
  return addressOf(project.config.remotes, name);
}

function foreignRemote(project: SnapshotProject, { out }: TrackedOut): string | undefined {
  return addressOf(project.config.remotes, out.remote ?? project.config.core.remote);
}

function addressOf(
  remotes: ReadonlyMap<string, Pick<RemoteConfig, "url">>,
  name: string | undefined,
): string | undefined {
  const url = name === undefined ? undefined : remotes.get(name)?.url;
  return url === undefined ? undefined : maskSecrets(url);
}
