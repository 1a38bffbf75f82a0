/**
 * Whether data is where it should be, and is what it should be: in the cache, on remotes, in the
 * workspace; and, on request, putting right what can be put right.
 *
 * @module
 */
import { type HashName, isDirectoryId, type ObjectId } from "../objects/object_id.ts";
import type { Listing } from "../objects/listing.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import { distinct } from "../objects/object_names.ts";
import { LocalStore } from "../objects/local_store.ts";
import { upload } from "../objects/transfer.ts";
import { hashFiles } from "../platform/digest/bulk.ts";
import { createHasher } from "../platform/digest/hasher.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { lookThrough } from "../platform/files.ts";
import { eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Progress } from "../platform/reporter.ts";
import { inShares } from "../platform/shares.ts";
import { openProject, type Project } from "../registry/project.ts";
import { storeOfOuts } from "../registry/versioned_remote.ts";
import { fetchInto } from "./fetch.ts";
import { findListing } from "./listings.ts";
import { groupByRemote, isImported, isKept, type Need, needsOf, unversioned } from "./needs.ts";
import { selectInScope } from "./scope.ts";
import type { Scope } from "./scope_options.ts";
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

/** One output's share of what is looked at: an object, and the files of a listing. */
interface OutObjects {
  /** As typed from the working directory. */
  readonly shown: string;
  readonly id: ObjectId;
  readonly listing: Listing | undefined;
}

/** Objects of one hash, and what each belongs to. */
class Objects {
  readonly #outs: OutObjects[] = [];

  add(out: OutObjects): void {
    this.#outs.push(out);
  }

  /** How many there are, those counted again that several outputs share. */
  get atMost(): number {
    return this.#outs.reduce((sum, { listing }) => sum + 1 + (listing?.ids.length ?? 0), 0);
  }

  /** Each object once. */
  ids(): Iterable<ObjectId> {
    return distinct(this.#outs.flatMap(({ id, listing }) => [[id], listing?.ids ?? []]));
  }

  /** What objects belong to, the last where that is several things. */
  pathsOf(ids: { has(id: ObjectId): boolean; readonly size: number }): Map<ObjectId, string> {
    const paths = new Map<ObjectId, string>();
    for (const { shown, id: own, listing } of ids.size === 0 ? [] : this.#outs) {
      if (ids.has(own)) paths.set(own, shown);
      listing?.paths.forEach((name, i) => {
        const id = listing.ids.at(i);
        if (ids.has(id)) paths.set(id, `${shown}/${name}`);
      });
    }
    return paths;
  }
}

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
      const found = await this.#lookAt(cache, objects);
      const paths = objects.pathsOf(found);
      for (const [id, problem] of found) {
        if (this.#request.repair && problem === "damaged") cache.setAside(id);
        wrong.push({ id, hash, path: paths.get(id) ?? "", problem });
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
      const objects = (await this.#objectsOf(needs)).get(hash) ?? new Objects();
      const wrong = await this.#lookAt(store, objects);
      const paths = objects.pathsOf(wrong);
      const sent = this.#request.repair ? await this.#send([...wrong.keys()], store) : new Set();
      for (const [id, problem] of wrong) {
        const path = paths.get(id) ?? "";
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

  /** What is wrong with objects in a store: first those that are missing. */
  async #lookAt(store: ObjectStore, objects: Objects): Promise<Map<ObjectId, Finding["problem"]>> {
    const missing = new Map<ObjectId, Finding["problem"]>();
    const damaged = new Map<ObjectId, Finding["problem"]>();
    const { reporter } = this.#project.context;
    using progress = this.#request.contents
      ? reporter.progress("Reading", { files: objects.atMost })
      : undefined;
    // A remote decides by their number how to ask for them.
    const lists = store instanceof LocalStore ? inShares(objects.ids()) : [[...objects.ids()]];
    for (const ids of lists) {
      this.objects += ids.length;
      const absent = await store.missing(ids);
      for (const id of absent) missing.set(id, "missing");
      if (progress === undefined) continue;
      const present = ids.filter((id) => !absent.has(id));
      for (const id of await this.#damagedIn(store, present, progress)) damaged.set(id, "damaged");
    }
    return new Map([...missing, ...damaged]);
  }

  /** All objects of needs: files, listings, and the files of listings that can be read. */
  async #objectsOf(needs: readonly Need[]): Promise<Map<HashName, Objects>> {
    const found = new Map<HashName, Objects>();
    const project = this.#project;
    for (const { id, hash, path, out } of needs) {
      let objects = found.get(hash);
      if (objects === undefined) found.set(hash, objects = new Objects());
      const shown = project.shown(path);
      if (!isDirectoryId(id)) {
        objects.add({ shown, id, listing: undefined });
        continue;
      }
      const remote = out.remote ?? this.#request.remote ?? project.defaultRemote;
      const listing = this.#listings.get(id) ??
        await readable(() => findListing(project, { id, hash, remote }));
      if (listing !== undefined) this.#listings.set(id, listing);
      objects.add({ shown, id, listing });
    }
    return found;
  }

  /** Those objects whose content is not what their name says. */
  async #damagedIn(
    store: ObjectStore,
    ids: readonly ObjectId[],
    progress: Progress,
  ): Promise<ObjectId[]> {
    const { context } = this.#project;
    if (store instanceof LocalStore) {
      return await damagedOnDisk(store, ids, { signal: context.signal, progress });
    }
    const damaged: ObjectId[] = [];
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

async function damagedOnDisk(
  store: LocalStore,
  ids: readonly ObjectId[],
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<ObjectId[]> {
  const damaged: ObjectId[] = [];
  const paths = ids.map((id) => store.pathOf(id));
  const sizes = paths.map((path) => lookThrough(path)?.size ?? 0);
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
