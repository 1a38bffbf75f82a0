/**
 * Removing objects that nothing needs. First everything that needs objects is read; only when all
 * of it was understood is anything removed.
 *
 * @module
 */
import type { HashName, ObjectId } from "../objects/object_id.ts";
import { isObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { FileLock } from "../platform/file_lock.ts";
import { absolutePath } from "../platform/paths.ts";
import { cacheUsers } from "../registry/cache_users.ts";
import type { RemoteConfig } from "../registry/config.ts";
import { requireProjectRoot } from "../registry/find_root.ts";
import { openProject, openProjectAt, type Project } from "../registry/project.ts";
import { isVersioned } from "../registry/versioned_remote.ts";
import { sweep, type Swept } from "./gc_sweep.ts";
import { newTrash } from "./gc_trash.ts";
import { collectUsed, type GcScope, startOfDay, UsedObjects } from "./gc_used.ts";

/** What is removed and what stays. */
export interface GcRequest extends GcScope {
  readonly workspace: boolean;
  /** Also removes from a remote. */
  readonly cloud: boolean;
  /** Also removes from the cache what a remote has. */
  readonly notInRemote: boolean;
  readonly remote: string | undefined;
  /** Folders of further projects whose data stays. */
  readonly projects: readonly string[];
  readonly dry: boolean;
  /** Puts objects aside instead of removing them. */
  readonly trash: boolean;
}

/** One place that was swept, in order. */
export interface SweptPlace extends Swept {
  /** `repo` and `legacy` are the two layouts of the cache. */
  readonly place: "repo" | "legacy" | "remote";
}

/** Refuses combinations that mean nothing, in DVC's words. */
export function checkGcRequest(request: GcRequest): void {
  const fault = faultOf(request);
  if (fault !== undefined) throw new DvtError("failed", fault);
  if (request.date !== undefined) startOfDay(request.date);
}

function faultOf(request: GcRequest): string | undefined {
  const { cloud, notInRemote, num, rev, allBranches } = request;
  if (notInRemote && cloud) return "`--not-in-remote` and `--cloud` are mutually exclusive";
  const scopes = [
    request.workspace,
    allBranches,
    request.allTags,
    request.allCommits,
    request.allExperiments,
    request.date !== undefined,
    rev !== undefined,
  ];
  if (num !== undefined && rev === undefined && !allBranches && scopes.every((one) => !one)) {
    return "`--num` can only be used alongside `--rev` or `--all-branches`";
  }
  if (!scopes.includes(true)) {
    return "Either of `-w|--workspace`, `-a|--all-branches`, `-T|--all-tags` " +
      "`--all-experiments`, `--all-commits`, `--date` or `--rev` needs to be set.";
  }
  return num !== undefined && rev === undefined && !allBranches
    ? "`--num` can only be used alongside `--rev` or `--all-branches`"
    : undefined;
}

/** Removes. Nothing goes unless everything that could need it was read. */
export async function gc(request: GcRequest, context: Context): Promise<SweptPlace[]> {
  checkGcRequest(request);
  const project = openProject(context);
  const { others, sharing } = otherProjects(project, request);
  using locks = new Locks();
  for (const one of [...others, ...sharing]) locks.add(await one.lock());
  locks.add(await project.lock());
  if (sharing.length > 0) {
    const names = sharing.map((one) => `'${one.root}'`).join(", ");
    context.reporter.note(`What ${names} may need stays, too: the cache is shared`);
  }
  const remotes = request.cloud || request.notInRemote ? remotesOf(project, request) : undefined;
  const used = new UsedObjects();
  for (const one of [...others, ...sharing, project]) await collectUsed(one, request, used);
  const present = request.notInRemote && remotes !== undefined
    ? await onRemotes(project, { remotes, used })
    : undefined;
  const options = {
    dry: request.dry,
    grace: (project.settings.gcGrace ?? 0) * 1000,
    context,
  };
  const trash = request.trash ? newTrash(project, new Date()) : undefined;
  const swept: SweptPlace[] = [];
  for (const [place, hash] of [["repo", "md5"], ["legacy", "md5-dos2unix"]] as const) {
    const keep = used.of(hash);
    for (const id of present?.get(hash) ?? []) keep.delete(id);
    swept.push({ place, ...await sweep(project.cache(hash), { ...options, keep, trash }) });
  }
  if (!request.cloud || remotes === undefined) return swept;
  for (const { remote, keep } of sweptRemotes(remotes, used)) {
    for (const hash of ["md5", "md5-dos2unix"] as const) {
      const store = await project.remote(remote, hash);
      swept.push({ place: "remote", ...await sweep(store, { ...options, keep: keep(hash) }) });
    }
  }
  return swept;
}

/** Locks that are given back together. */
class Locks implements Disposable {
  readonly #held: FileLock[] = [];

  add(lock: FileLock): void {
    this.#held.push(lock);
  }

  [Symbol.dispose](): void {
    for (const lock of this.#held.reverse()) lock[Symbol.dispose]();
  }
}

/** The projects that were named, and those that noted themselves in the cache. */
function otherProjects(
  project: Project,
  request: GcRequest,
): { others: Project[]; sharing: Project[] } {
  const { context } = project;
  const seen = new Set([project.root]);
  const open = (root: string): Project[] => {
    if (seen.has(root)) return [];
    seen.add(root);
    return [openProjectAt(root, { ...context, directory: root })];
  };
  const others = request.projects.flatMap((typed) =>
    open(requireProjectRoot(absolutePath(typed, context.directory)))
  );
  const sharing = cacheUsers(project.cacheDirectory).flatMap(open)
    .filter((one) => one.cacheDirectory === project.cacheDirectory);
  return { others, sharing };
}

/** The remotes in question: the default or named one, and those that outputs name. */
interface GcRemotes {
  readonly usual: RemoteConfig;
  named(used: UsedObjects): ReadonlyMap<string, RemoteConfig>;
}

function remotesOf(project: Project, request: GcRequest): GcRemotes {
  const usual = project.remoteConfig(request.remote, "gc -c");
  refuseVersions(usual);
  return {
    usual,
    named(used) {
      const found = new Map<string, RemoteConfig>();
      for (const name of used.remotes()) {
        const remote = project.remoteConfig(name, "gc -c");
        refuseVersions(remote);
        found.set(name, remote);
      }
      return found;
    },
  };
}

function refuseVersions(remote: RemoteConfig): void {
  if (!isVersioned(remote)) return;
  throw new DvtError(
    "configuration",
    "config file error: 'gc -c' is unsupported for cloud versioned remotes",
  );
}

/** What stays on each remote; two names of one place are one remote. */
function sweptRemotes(
  remotes: GcRemotes,
  used: UsedObjects,
): { remote: RemoteConfig; keep(hash: HashName): Set<string> }[] {
  const byUrl = new Map<string, { remote: RemoteConfig; names: (string | undefined)[] }>();
  byUrl.set(remotes.usual.url, { remote: remotes.usual, names: [undefined] });
  for (const [name, remote] of remotes.named(used)) {
    const group = byUrl.get(remote.url);
    if (group === undefined) byUrl.set(remote.url, { remote, names: [name] });
    else group.names.push(name);
  }
  return [...byUrl.values()].map(({ remote, names }) => ({
    remote,
    keep: (hash) => new Set(names.flatMap((name) => [...used.ofRemote(hash, name)])),
  }));
}

/** Needed objects that the remotes they belong to have. */
async function onRemotes(
  project: Project,
  { remotes, used }: { remotes: GcRemotes; used: UsedObjects },
): Promise<Map<HashName, Set<string>>> {
  const present = new Map<HashName, Set<string>>();
  const places: [string | undefined, RemoteConfig][] = [
    [undefined, remotes.usual],
    ...remotes.named(used),
  ];
  for (const hash of ["md5", "md5-dos2unix"] as const) {
    const found = new Set<string>();
    const lacking = new Set<string>();
    for (const [name, remote] of places) {
      const ids = [...used.ofRemote(hash, name)].filter((id): id is ObjectId => isObjectId(id));
      if (ids.length === 0) continue;
      const missing = await (await project.remote(remote, hash)).missing(ids);
      for (const id of ids) (missing.has(id) ? lacking : found).add(id);
    }
    // What one output's remote has and another's has not must stay for that other.
    for (const id of lacking) found.delete(id);
    present.set(hash, found);
  }
  return present;
}
