/**
 * Cache → remote. Files first, listings last, so that a listing never stands for files that are not
 * there; objects that the remote lost are noticed and sent again.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { append } from "../platform/append.ts";
import { IdColumn } from "../objects/id_column.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { ObjectId, ObjectIds } from "../objects/object_id.ts";
import { distinct, ObjectNames } from "../objects/object_names.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import { type TransferOptions, upload } from "../objects/transfer.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { openProject, type Project } from "../registry/project.ts";
import { isVersioned } from "../registry/versioned_remote.ts";
import { listingPart } from "./listings.ts";
import {
  groupByRemote,
  isImported,
  isKept,
  type Need,
  needsOf,
  notCached,
  splitNeeds,
} from "./needs.ts";
import { selectInScope } from "./scope.ts";
import type { Scope } from "./scope_options.ts";
import type { FailedObject, PushResult } from "./transfer_results.ts";

/** What is pushed. */
export interface PushRequest extends Scope {
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  /** Remotes that get the same data besides. */
  readonly also?: readonly string[];
  /** Also sends DVC's cache of runs. */
  readonly runCache?: boolean;
}

/** What went to one of several remotes; `error` says why nothing, or not all, could go there. */
export interface RemotePush extends PushResult {
  /** The remote's name; undefined for the one that is meant where none is named. */
  readonly remote: string | undefined;
  readonly error?: DvtError;
}

/**
 * Sends to one remote, or to several one after the other: what befalls one is no reason to leave
 * out the next. Answers one result for each.
 */
export async function pushEach(request: PushRequest, context: Context): Promise<RemotePush[]> {
  const { also = [] } = request;
  if (also.length === 0) return [{ remote: request.remote, ...await push(request, context) }];
  const results: RemotePush[] = [];
  for (const remote of new Set([request.remote, ...also])) {
    try {
      results.push({ remote, ...await push({ ...request, remote }, context) });
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      results.push({ remote, pushed: 0, bytes: 0, failed: [], error });
    }
  }
  return results;
}

/**
 * Sends what the remote lacks of the outputs in scope. Imports belong to their source, unless
 * they are to be kept here, too.
 */
export async function push(request: PushRequest, context: Context): Promise<PushResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  refuseRevisions(project, request);
  const selected = await selectInScope(project, request);
  const own = selected.filter((one) => (!isImported(one) || isKept(project, one)) && one.out.push);
  const { groups, homeless } = groupByRemote(needsOf(own), {
    project,
    remote: request.remote,
    command: "push",
  });
  if (homeless.length > 0) project.remoteConfig(undefined, "push"); // throws what is missing
  let pushed = request.runCache === true
    ? await (await import("./run_cache.ts")).pushRuns(project, request.remote)
    : 0;
  let bytes = 0;
  const failed: FailedObject[] = [];
  for (const { remote, hash, needs } of groups) {
    const jobs = request.jobs ?? remote.jobs;
    const options = { signal: context.signal, ...(jobs === undefined ? {} : { jobs }) };
    const result = isVersioned(remote)
      ? await (await import("./push_versioned.ts")).pushVersioned(project, {
        remote,
        needs,
        options,
      })
      : await pushNeeds(project, { needs, store: await project.remote(remote, hash), options });
    pushed += result.pushed;
    bytes += result.bytes;
    append(failed, result.failed);
  }
  return { pushed, bytes, failed };
}

interface Plan {
  /** Objects to send, each once. */
  readonly files: IdColumn;
  /** Listings to send, with the files that have to be there before. */
  readonly folders: Map<ObjectId, IdColumn>;
  readonly failed: FailedObject[];
}

async function pushNeeds(
  project: Project,
  { needs, store, options }: {
    needs: readonly Need[];
    store: ObjectStore;
    options: TransferOptions;
  },
): Promise<PushResult> {
  const cache = project.cache(store.hash);
  const plan = await planPush(needs, cache, store);
  using progress = project.context.reporter.progress("Pushing", {
    files: plan.files.length + plan.folders.size,
  });
  const failed = [...plan.failed];
  const sent = await upload(plan.files, { from: cache, to: store }, { ...options, progress });
  append(failed, sent.failed);
  const bad = new Set(failed.map(({ id }) => id));
  const ready = [...plan.folders].filter(([, parts]) => parts.every((id) => !bad.has(id)))
    .map(([id]) => id);
  const listed = await upload(ready, { from: cache, to: store }, { ...options, progress });
  append(failed, listed.failed);
  return {
    pushed: sent.moved + listed.moved,
    bytes: sent.bytes + listed.bytes,
    failed,
  };
}

async function planPush(
  needs: readonly Need[],
  cache: LocalStore,
  store: ObjectStore,
): Promise<Plan> {
  const { files, folders } = splitNeeds(needs);
  const failed: FailedObject[] = [];
  const parts = new Map<ObjectId, IdColumn>();
  const partial = new Set<ObjectId>();
  const wanted: ObjectIds[] = [files.map((need) => need.id)];
  for (const need of folders) {
    const listing = await readListing(cache, need.id);
    if (listing === undefined) {
      failed.push({ id: need.id, error: notCached(need.id, need.path) });
      continue;
    }
    wanted.push(listingPart(listing, { inside: need.inside }).ids);
    parts.set(need.id, listing.ids);
    // A part of a folder goes up without the listing, which would claim that all of it is there.
    if (need.inside !== "") partial.add(need.id);
  }
  // A listing that waits for files outside of this push goes only if the remote has them.
  const asked = [...wanted, [...parts.keys()], ...[...partial].map((id) => parts.get(id) ?? [])];
  const missing = await store.missing([...distinct(asked)]);
  const lacking = new IdColumn();
  for (const id of distinct(wanted)) if (missing.has(id)) lacking.push(id);
  const lost = await cache.missing(lacking);
  for (const id of lost) failed.push({ id, error: notCached(id) });
  const toSend = new IdColumn();
  const sent = new ObjectNames();
  for (const id of lacking) {
    if (lost.has(id)) continue;
    toSend.push(id);
    sent.add(id);
  }
  const waiting = new Map<ObjectId, IdColumn>();
  for (const [id, ids] of parts) {
    if (!missing.has(id)) continue;
    const complete = !partial.has(id) || ids.every((part) => !missing.has(part) || sent.has(part));
    if (complete) waiting.set(id, ids);
  }
  return { files: toSend, folders: waiting, failed };
}

/** Only the workspace's stage files can note the versions that a push makes. */
function refuseRevisions(project: Project, request: PushRequest): void {
  if (!request.allBranches && !request.allTags && !request.allCommits) return;
  const name = request.remote ?? project.defaultRemote;
  if (name === undefined || !isVersioned(project.remoteConfig(name, "push"))) return;
  throw new DvtError(
    "failed",
    "Multiple rev push is unsupported for cloud versioned remotes",
    { hint: "push each revision where it is checked out" },
  );
}
