/**
 * Remote → remote, for all that stage files name: neither cache nor workspace holds the data.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { append } from "../platform/append.ts";
import type { IdColumn } from "../objects/id_column.ts";
import { missingObject } from "../objects/deliver.ts";
import type { ObjectId } from "../objects/object_id.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import { carry } from "../objects/transfer.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { eachAtOnce } from "../platform/pool.ts";
import { openProject, type Project } from "../registry/project.ts";
import { storeOfOuts } from "../registry/versioned_remote.ts";
import type { FailedObject } from "./transfer_results.ts";
import { isImported, isKept, type Need, needsOf, splitNeeds, unversioned } from "./needs.ts";
import { selectInScope } from "./scope.ts";
import type { Scope } from "./scope_options.ts";

/** What is copied. */
export interface CopyRemoteRequest extends Scope {
  readonly from: string;
  readonly to: string;
  readonly jobs: number | undefined;
}

/** What was copied. */
export interface CopyRemoteResult {
  /** Objects that arrived, listings counted, too. */
  readonly copied: number;
  readonly bytes: number;
  readonly failed: readonly FailedObject[];
}

/** Copies what one remote has of the outputs in scope and another lacks, every byte checked. */
export async function copyRemote(
  request: CopyRemoteRequest,
  context: Context,
): Promise<CopyRemoteResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const source = project.remoteConfig(request.from, "remote copy");
  const target = project.remoteConfig(request.to, "remote copy");
  unversioned(target, "remote copy");
  if (source.name === target.name) {
    throw new DvtError("usage", `'${source.name}' cannot be copied to itself`);
  }
  const selected = await selectInScope(project, request);
  const own = selected.filter((one) => !isImported(one) || isKept(project, one));
  let copied = 0;
  let bytes = 0;
  const failed: FailedObject[] = [];
  for (const [hash, needs] of Map.groupBy(needsOf(own), (need) => need.hash)) {
    const opened = await project.remote(source, hash);
    const from = storeOfOuts(opened, { remote: source, hash, outs: needs });
    const to = await project.remote(target, hash);
    const jobs = request.jobs ?? target.jobs;
    const result = await copyNeeds(project, { needs, from, to, jobs });
    copied += result.copied;
    bytes += result.bytes;
    append(failed, result.failed);
  }
  return { copied, bytes, failed };
}

async function copyNeeds(
  project: Project,
  { needs, from, to, jobs }: {
    needs: readonly Need[];
    from: ObjectStore;
    to: ObjectStore;
    jobs: number | undefined;
  },
): Promise<CopyRemoteResult> {
  const { context } = project;
  const { files, folders } = splitNeeds(needs);
  const failed: FailedObject[] = [];
  const wanted = new Set(files.map((need) => need.id));
  const listings = new Map<ObjectId, IdColumn>();
  await eachAtOnce(new Set(folders.map((need) => need.id)), async (id) => {
    try {
      const listing = await readListing(from, id);
      if (listing === undefined) throw missingObject(id, from);
      listings.set(id, listing.ids);
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      failed.push({ id, error });
    }
  }, { limit: from.concurrency ?? 8, signal: context.signal });
  for (const ids of listings.values()) for (const id of ids) wanted.add(id);
  const missing = [...await to.missing([...wanted, ...listings.keys()])];
  const options = {
    signal: context.signal,
    quarantine: project.quarantine,
    ...(jobs === undefined ? {} : { jobs }),
  };
  using progress = context.reporter.progress("Copying", { files: missing.length });
  const way = { from, to, temporaryFolder: project.temporaryFolder };
  const sent = await carry(missing.filter((id) => wanted.has(id)), way, { ...options, progress });
  append(failed, sent.failed);
  // A listing says that all of its files are there.
  const bad = new Set(failed.map(({ id }) => id));
  const ready = missing.filter((id) => listings.get(id)?.every((part) => !bad.has(part)) === true);
  const listed = await carry(ready, way, { ...options, progress });
  append(failed, listed.failed);
  return {
    copied: sent.moved + listed.moved,
    bytes: sent.bytes + listed.bytes,
    failed,
  };
}
