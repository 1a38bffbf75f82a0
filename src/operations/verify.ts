/**
 * Whether data is where it should be, and is what it should be: in the cache, on remotes, in the
 * workspace; and, on request, putting right what can be put right.
 *
 * @module
 */
import { type HashName, isDirectoryId, type ObjectId } from "../objects/object_id.ts";
import type { Listing } from "../objects/listing.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import { LocalStore } from "../objects/local_store.ts";
import { upload } from "../objects/transfer.ts";
import { hashFiles } from "../platform/digest/bulk.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { lookThrough } from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import { openProject, type Project } from "../registry/project.ts";
import { storeOfOuts } from "../registry/versioned_remote.ts";
import { fetchInto } from "./fetch.ts";
import { findListing } from "./listings.ts";
import { groupByRemote, isImported, isKept, type Need, needsOf, unversioned } from "./needs.ts";
import { type Scope, selectInScope } from "./scope.ts";
import { workspaceStatus } from "./status.ts";
import type { SelectedOut } from "./targets.ts";

/** What is looked at, and how closely. */
export interface VerifyRequest extends Scope {
  /** The remote to look at instead of the outputs' own; see `places`. */
  readonly remote: string | undefined;
  /** Undefined: the cache, and the remotes that outputs belong to, if there are any. */
  readonly places: ReadonlySet<"cache" | "remote" | "workspace"> | undefined;
  /** Read every byte, instead of asking for names alone. */
  readonly contents: boolean;
  /** Fetch anew what the cache lacks, send again what a remote lacks. */
  readonly repair: boolean;
  readonly jobs: number | undefined;
}

/** Something that is not as it should be. */
export interface Finding {
  /** `cache`, `workspace`, or a remote's name. */
  readonly place: string;
  readonly problem: "missing" | "damaged" | "modified";
  /** The object; undefined for data of the workspace. */
  readonly object: ObjectId | undefined;
  /** What it belongs to, as typed from the working directory. */
  readonly path: string;
  /** Whether it was put right. */
  readonly repaired: boolean;
}

/** What was found. */
export interface VerifyResult {
  /** How many objects were looked at, those of each place on their own. */
  readonly objects: number;
  readonly findings: readonly Finding[];
}

/** Looks; takes the project's lock, since it may set damaged objects aside. */
export async function verify(request: VerifyRequest, context: Context): Promise<VerifyResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const selected = await selectInScope(project, request);
  const places = request.places ?? usualPlaces(project, selected);
  const run = new Verification(project, request);
  if (places.has("cache")) await run.lookAtCache(selected);
  if (places.has("remote")) await run.lookAtRemotes(selected);
  if (places.has("workspace")) await run.lookAtWorkspace(selected);
  return { objects: run.objects, findings: run.findings };
}

function usualPlaces(
  project: Project,
  selected: readonly SelectedOut[],
): ReadonlySet<"cache" | "remote"> {
  const hasRemote = project.defaultRemote !== undefined ||
    selected.some(({ out }) => out.remote !== undefined);
  return new Set(hasRemote ? ["cache", "remote"] as const : ["cache"] as const);
}

/** Objects of one hash, and what each belongs to. */
type Objects = Map<ObjectId, string>;

class Verification {
  readonly findings: Finding[] = [];
  objects = 0;
  readonly #project: Project;
  readonly #request: VerifyRequest;
  /** What was read for one place need not be read again for the next. */
  readonly #listings = new Map<ObjectId, Listing>();

  constructor(project: Project, request: VerifyRequest) {
    this.#project = project;
    this.#request = request;
  }

  async lookAtCache(selected: readonly SelectedOut[]): Promise<void> {
    const project = this.#project;
    const wrong: { id: ObjectId; hash: HashName; path: string; problem: Finding["problem"] }[] = [];
    for (const [hash, objects] of await this.#objectsOf(needsOf(selected))) {
      const cache = project.cache(hash);
      this.objects += objects.size;
      const present: ObjectId[] = [];
      for (const [id, path] of objects) {
        if (cache.lists(id)) present.push(id);
        else wrong.push({ id, hash, path, problem: "missing" });
      }
      if (!this.#request.contents) continue;
      for (const id of await damagedIn(cache, present, project.context)) {
        if (this.#request.repair) cache.setAside(id);
        wrong.push({ id, hash, path: objects.get(id) ?? "", problem: "damaged" });
      }
    }
    if (this.#request.repair && wrong.length > 0) {
      const { remote, jobs } = this.#request;
      await fetchInto(project, selected, { remote, jobs });
    }
    for (const { id, hash, path, problem } of wrong) {
      const cache = project.cache(hash);
      const facts = this.#request.repair ? lookThrough(cache.pathOf(id)) : undefined;
      this.findings.push({
        place: "cache",
        problem,
        object: id,
        path,
        repaired: facts?.kind === "file",
      });
    }
  }

  async lookAtRemotes(selected: readonly SelectedOut[]): Promise<void> {
    const project = this.#project;
    const own = selected.filter((one) =>
      one.out.push && (!isImported(one) || isKept(project, one))
    );
    const { groups } = groupByRemote(needsOf(own), {
      project,
      remote: this.#request.remote,
      command: "verify",
    });
    for (const { remote, hash, needs } of groups) {
      if (this.#request.repair) unversioned(remote, "verify --repair");
      const store = storeOfOuts(await project.remote(remote, hash), { remote, hash, outs: needs });
      const objects = (await this.#objectsOf(needs)).get(hash) ?? new Map();
      this.objects += objects.size;
      const missing = await store.missing([...objects.keys()]);
      const wrong = new Map<ObjectId, Finding["problem"]>();
      for (const id of missing) wrong.set(id, "missing");
      if (this.#request.contents) {
        const present = [...objects.keys()].filter((id) => !missing.has(id));
        for (const id of await this.#damagedOn(store, present)) wrong.set(id, "damaged");
      }
      const sent = this.#request.repair ? await this.#send([...wrong.keys()], store) : new Set();
      for (const [id, problem] of wrong) {
        const path = objects.get(id) ?? "";
        const repaired = sent.has(id);
        this.findings.push({ place: remote.name, problem, object: id, path, repaired });
      }
    }
  }

  async lookAtWorkspace(selected: readonly SelectedOut[]): Promise<void> {
    for (const { stage, out, path } of selected) {
      if (!out.cache) continue;
      this.objects++;
      const change = await workspaceStatus(this.#project, stage, out);
      if (change === undefined) continue;
      this.findings.push({
        place: "workspace",
        problem: change === "deleted" ? "missing" : "modified",
        object: undefined,
        path: this.#project.shown(path),
        repaired: false,
      });
    }
  }

  /** All objects of needs: files, listings, and the files of listings that can be read. */
  async #objectsOf(needs: readonly Need[]): Promise<Map<HashName, Objects>> {
    const found = new Map<HashName, Objects>();
    const project = this.#project;
    for (const { id, hash, path, out } of needs) {
      let objects = found.get(hash);
      if (objects === undefined) found.set(hash, objects = new Map());
      const shown = project.shown(path);
      objects.set(id, shown);
      if (!isDirectoryId(id)) continue;
      const remote = out.remote ?? this.#request.remote ?? project.defaultRemote;
      const listing = this.#listings.get(id) ??
        await readable(() => findListing(project, { id, hash, remote }));
      if (listing !== undefined) this.#listings.set(id, listing);
      listing?.paths.forEach((name, i) => {
        objects.set(listing.ids.at(i), `${shown}/${name}`);
      });
    }
    return found;
  }

  async #damagedOn(store: ObjectStore, ids: readonly ObjectId[]): Promise<ObjectId[]> {
    const { context } = this.#project;
    if (store instanceof LocalStore) return await damagedIn(store, ids, context);
    const damaged: ObjectId[] = [];
    using progress = context.reporter.progress("Reading", { files: ids.length });
    const limit = this.#request.jobs ?? store.concurrency ?? 8;
    await eachAtOnce(ids, async (id) => {
      const hasher = createHasher(store.hash);
      let size = 0;
      for await (const chunk of await store.open(id) ?? []) {
        stopIfAborted(context.signal);
        hasher.update(chunk);
        size += chunk.length;
      }
      if (hasher.digestHex() !== id.slice(0, 32)) damaged.push(id);
      progress.advance(1, size);
    }, { limit, signal: context.signal });
    return damaged;
  }

  /** Sends objects that the cache has intact; listings last. Gives those that arrived. */
  async #send(ids: readonly ObjectId[], store: ObjectStore): Promise<ReadonlySet<ObjectId>> {
    const { context } = this.#project;
    const cache = this.#project.cache(store.hash);
    const arrived = new Set<ObjectId>();
    for (const part of [ids.filter((id) => !isDirectoryId(id)), ids.filter(isDirectoryId)]) {
      const have = part.filter((id) => cache.lists(id));
      const { failed } = await upload(have, { from: cache, to: store }, {
        signal: context.signal,
        ...(this.#request.jobs === undefined ? {} : { jobs: this.#request.jobs }),
      });
      const lost = new Set(failed.map(({ id }) => id));
      for (const id of have) if (!lost.has(id)) arrived.add(id);
    }
    return arrived;
  }
}

/** A listing that is damaged counts as one that cannot be read: it is found as an object, too. */
async function readable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DvtError && error.kind === "corrupt") return undefined;
    throw error;
  }
}

/** Objects of a store on this machine whose content is not what their name says. */
async function damagedIn(
  store: LocalStore,
  ids: readonly ObjectId[],
  { signal, reporter }: Context,
): Promise<ObjectId[]> {
  const damaged: ObjectId[] = [];
  const paths = ids.map((id) => store.pathOf(id));
  const sizes = paths.map((path) => lookThrough(path)?.size ?? 0);
  using progress = reporter.progress("Reading", { files: ids.length });
  await hashFiles(paths, sizes, {
    done(at, digest, _bytes, size) {
      const id = ids[at];
      if (id !== undefined && digest !== id.slice(0, 32)) damaged.push(id);
      progress.advance(1, size);
    },
    failed(at) {
      const id = ids[at];
      if (id !== undefined) damaged.push(id);
    },
  }, { hash: store.hash, keepBytes: false, signal });
  return damaged;
}
