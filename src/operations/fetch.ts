/**
 * Remote → cache.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import type { IdColumn } from "../objects/id_column.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { HashName, ObjectId } from "../objects/object_id.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import { download } from "../objects/transfer.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { RemoteConfig } from "../registry/config.ts";
import { openProject, type Project } from "../registry/project.ts";
import { isUrlImport } from "../registry/tracked.ts";
import { storeOfOuts } from "../registry/versioned_remote.ts";
import { listingOfFiles } from "../stages/versioned_files.ts";
import { listingPart } from "./listings.ts";
import { groupByRemote, isImported, isKept, type Need, needsOf, splitNeeds } from "./needs.ts";
import { selectInScope } from "./scope.ts";
import type { Scope } from "./scope_options.ts";
import type { SelectedOut } from "./targets.ts";
import { type FailedObject, FetchTally } from "./transfer_results.ts";

/** What is fetched. */
export interface FetchRequest extends Scope {
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  /** Outputs larger than so many bytes are left out. */
  readonly maxSize?: number;
  /** Only outputs that a pipeline calls metrics, or plots. */
  readonly type?: "metrics" | "plots";
  /** Also brings DVC's cache of runs. */
  readonly runCache?: boolean;
}

/** What was fetched. */
export interface FetchResult {
  /** Objects that arrived, listings counted, too. */
  readonly fetched: number;
  readonly bytes: number;
  readonly failed: readonly FailedObject[];
  /** Why data could not be had whose stage file records no hash. */
  readonly unreachable: readonly DvtError[];
  /** What imports whose stage file records no hash turned out to be, by path. */
  readonly resolved: ReadonlyMap<string, ObjectId>;
  /** Outputs were left out because there is no remote for them. */
  readonly noRemote: boolean;
}

/** Fetches what the project's stage files in scope name and the cache lacks. */
export async function fetch(request: FetchRequest, context: Context): Promise<FetchResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  return await fetchInto(project, await selectInScope(project, request), request);
}

/** Fetches outputs into the cache of an open, locked project. */
export async function fetchInto(
  project: Project,
  selected: readonly SelectedOut[],
  request: Pick<FetchRequest, "remote" | "jobs" | "maxSize" | "type" | "runCache">,
): Promise<FetchResult> {
  const tally = new FetchTally();
  const wanted = selected.filter(({ out }) =>
    (request.maxSize === undefined || (out.size ?? 0) <= request.maxSize) &&
    (request.type === undefined ||
      out.extra?.[request.type === "metrics" ? "metric" : "plot"] !== undefined)
  );
  if (request.runCache === true) {
    await (await import("./run_cache.ts")).pullRuns(project, request.remote);
  }
  const fromUrls = await urlImports(wanted);
  const own = wanted.filter((one) => !isImported(one) && !fromUrls.has(one));
  const { groups, homeless } = groupByRemote(needsOf(own), {
    project,
    remote: request.remote,
    command: "fetch",
  });
  for (const { remote, hash, needs } of groups) {
    await fetchGroup(project, { remote, hash, needs, jobs: request.jobs ?? remote.jobs }, tally);
  }
  const imported = wanted.filter(isImported);
  const resolved = new Map<string, ObjectId>();
  if (imported.length > 0) {
    const complete = new Set(needsOf(imported).map(keyOf));
    for (const need of await needsLacking(project, needsOf(imported))) complete.delete(keyOf(need));
    const lacking = imported.filter((one) => !complete.has(keyOf(one)));
    const found = await fetchLackingImports(project, lacking, { request, tally });
    for (const [path, id] of found) resolved.set(path, id);
  }
  const lacking = new Set((await needsLacking(project, needsOf([...fromUrls]))).map(keyOf));
  const imports = [...fromUrls].filter((one) =>
    one.out.md5 === undefined || lacking.has(keyOf(one))
  );
  if (imports.length > 0) {
    const { fetchUrls } = await import("./fetch_urls.ts");
    const found = await fetchUrls(project, { imports, jobs: request.jobs }, tally);
    for (const [path, id] of found) resolved.set(path, id);
  }
  const astray = await needsLacking(project, needsOf(own.filter((one) => isUrlImport(one.stage))));
  if (astray.length > 0) {
    const { fetchAstray } = await import("./fetch_urls.ts");
    await fetchAstray(project, { imports: astray, jobs: request.jobs }, tally);
  }
  return {
    fetched: tally.fetched,
    bytes: tally.bytes,
    failed: tally.failed,
    unreachable: tally.unreachable,
    resolved,
    noRemote: homeless.length > 0 && (await needsLacking(project, homeless)).length > 0,
  };
}

/** Fetches from a remote, and from its mirrors what that did not give. */
async function fetchGroup(
  project: Project,
  { remote, hash, needs, jobs }: {
    remote: RemoteConfig;
    hash: HashName;
    needs: readonly Need[];
    jobs: number | undefined;
  },
  tally: FetchTally,
): Promise<void> {
  const before = tally.failed;
  const reasons = new Map<ObjectId, FailedObject>();
  const places = [remote, ...project.mirrorsOf(remote)];
  for (const [at, place] of places.entries()) {
    const lacking = await needsLacking(project, needs);
    if (lacking.length === 0) break;
    // What an earlier place did not have is no failure if a later one has it.
    for (const one of tally.failed) if (one.error.kind !== "missing-data") reasons.set(one.id, one);
    tally.failed = [...before];
    try {
      const store = storeOfOuts(await project.remote(place, hash), {
        remote: place,
        hash,
        outs: lacking,
      });
      await fetchNeeds(project, { needs: lacking, store, jobs }, tally);
    } catch (error) {
      if (at === places.length - 1 || !(error instanceof DvtError) || error.kind !== "storage") {
        throw error;
      }
      project.context.reporter.warn(`${error.message}; its mirror is asked`);
    }
  }
  tally.failed = tally.failed.map((one) => reasons.get(one.id) ?? one);
}

/** Fetches imports from our own remote where they are kept there, else from their source. */
async function fetchLackingImports(
  project: Project,
  imports: readonly SelectedOut[],
  { request, tally }: { request: Pick<FetchRequest, "remote" | "jobs">; tally: FetchTally },
): Promise<ReadonlyMap<string, ObjectId>> {
  const before = tally.failed;
  const kept = imports.filter((one) => isKept(project, one));
  await fetchKept(project, kept, { request, tally });
  tally.failed = [...before]; // the source may have what is not there
  const rest = new Set((await needsLacking(project, needsOf(imports))).map(keyOf));
  const atSource = imports.filter((one) => one.out.md5 === undefined || rest.has(keyOf(one)));
  if (atSource.length === 0) return new Map();
  const { fetchImports } = await import("./fetch_imports.ts");
  const resolved = await fetchImports(project, { imports: atSource, jobs: request.jobs }, tally);
  const failures = tally.failed;
  if (failures.length > before.length && kept.length < imports.length) {
    // A source that is gone: somebody may have pushed its data all the same.
    await fetchKept(project, atSource, { request, tally });
    const lost = new Set((await needsLacking(project, needsOf(atSource))).map(({ id }) => id));
    tally.failed = failures.filter(({ id }) => lost.has(id));
  }
  return resolved;
}

async function fetchKept(
  project: Project,
  imports: readonly SelectedOut[],
  { request, tally }: { request: Pick<FetchRequest, "remote" | "jobs">; tally: FetchTally },
): Promise<void> {
  const name = request.remote ?? project.defaultRemote;
  if (name === undefined || imports.length === 0) return;
  const { groups } = groupByRemote(needsOf(imports), { project, remote: name, command: "fetch" });
  for (const { remote, hash, needs } of groups) {
    try {
      await fetchGroup(project, { remote, hash, needs, jobs: request.jobs ?? remote.jobs }, tally);
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind !== "storage") throw error;
      project.context.reporter.debug(`not from our own remote: ${error.message}`);
    }
  }
}

/** Those outputs whose data is at an address and on no remote of ours. */
async function urlImports(selected: readonly SelectedOut[]): Promise<Set<SelectedOut>> {
  if (!selected.some((one) => isUrlImport(one.stage))) return new Set();
  const { comesFromUrl } = await import("./fetch_urls.ts");
  return new Set(selected.filter(comesFromUrl));
}

function keyOf(one: SelectedOut): string {
  return `${one.path}\0${one.inside}`;
}

/** Those needs of which the cache lacks at least one object. */
async function needsLacking(project: Project, needs: readonly Need[]): Promise<Need[]> {
  const lacking: Need[] = [];
  for (const need of needs) {
    if ((await missingOf(project, need)).length > 0) lacking.push(need);
  }
  return lacking;
}

/** The objects of a need that the cache lacks; only the listing, where that is one of them. */
export async function missingOf(project: Project, need: Need): Promise<ObjectId[]> {
  const cache = project.cache(need.hash);
  if (!await cache.has(need.id)) return [need.id];
  if (!need.id.endsWith(".dir")) return [];
  const listing = await readListing(cache, need.id);
  if (listing === undefined) return [need.id];
  const ids = listingPart(listing, need).ids;
  return [...await cache.missing([...new Set(ids)])];
}

/** Brings the objects of needs from one store into the cache: listings first, then files. */
export async function fetchNeeds(
  project: Project,
  { needs, store, jobs }: {
    needs: readonly Need[];
    store: ObjectStore;
    jobs: number | undefined;
  },
  tally: FetchTally,
): Promise<void> {
  const cache = project.cache(store.hash);
  const { context } = project;
  const options = {
    signal: context.signal,
    quarantine: project.quarantine,
    ...(jobs === undefined ? {} : { jobs }),
  };
  const { files, folders } = splitNeeds(needs);
  for (const need of folders) await keepSpelled(cache, need);
  const listings = await lackingIn(cache, folders.map((need) => need.id));
  if (listings.length > 0) {
    tally.add(await download(listings, { from: store, to: cache }, options));
  }
  const wanted: (readonly ObjectId[] | IdColumn)[] = [files.map((need) => need.id)];
  for (const need of folders) {
    if (!cache.lists(need.id)) continue;
    const listing = await readListing(cache, need.id);
    if (listing !== undefined) wanted.push(listingPart(listing, need).ids);
  }
  const lacking = await cache.lackingFiles(wanted);
  if (lacking.length === 0) return;
  using progress = context.reporter.progress("Fetching", { files: lacking.length });
  tally.add(await download(lacking, { from: store, to: cache }, { ...options, progress }));
}

/** A listing that a stage file spells need not be fetched. */
async function keepSpelled(cache: LocalStore, { id, out }: Need): Promise<void> {
  const spelled = out.md5 === id ? listingOfFiles(out.files) : undefined;
  if (spelled === undefined || await cache.has(id)) return;
  cache.insertBlocks(id, listingBlocks(spelled));
}

async function lackingIn(
  cache: { missing(ids: readonly ObjectId[]): Promise<Set<ObjectId>> },
  ids: readonly ObjectId[],
): Promise<ObjectId[]> {
  return [...await cache.missing([...new Set(ids)])];
}
