/**
 * One project of a snapshot: its configuration, its stages, and where its objects are.
 *
 * @module
 */
import { LocalStore } from "../objects/local_store.ts";
import type { HashName } from "../objects/object_id.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { FileTree } from "../platform/file_tree.ts";
import { joinPath, nativeBelow, parentPath } from "../platform/paths.ts";
import { collectFromDisk, isStageFileName, readFromTree, stageFilesInTree } from "./collect.ts";
import type { Config, RemoteConfig } from "./config.ts";
import { requireRemote } from "./config_remote.ts";
import { IgnoreRules, type IgnoreSource } from "./ignore.ts";
import { diskIgnoreSource, preloadIgnoreSource } from "./ignore_source.ts";
import { isLocalUrl, mirrorOf, openRemote } from "./remotes.ts";
import { foreignMirrors } from "./settings.ts";
import { Catalog, type TrackedOut } from "./tracked.ts";
import { storeOfOuts } from "./versioned_remote.ts";

/** A tracked output and the project of the snapshot that tracks it. */
export interface Owner {
  readonly project: SnapshotProject;
  readonly tracked: TrackedOut;
}

/** What a project of a snapshot is made of. */
export interface SnapshotProjectOptions {
  readonly tree: FileTree;
  /** Where the project is in the tree; `""` for its root. */
  readonly path: string;
  readonly config: Config;
  /** The project's own cache, where it is on this machine. */
  readonly cacheDirectory: string | undefined;
  /** For messages: the repository as it was named. */
  readonly label: string;
  /** Stores of whoever asks, which are tried first. */
  readonly nearby?: readonly ObjectStore[] | undefined;
  /** Only places on this machine may be asked. */
  readonly offline?: boolean | undefined;
  readonly context: Context;
}

/** One project of a snapshot. Reads as little as the question needs. */
export class SnapshotProject {
  readonly path: string;
  readonly config: Config;
  readonly label: string;
  readonly #tree: FileTree;
  readonly #context: Context;
  readonly #cacheDirectory: string | undefined;
  readonly #nearby: readonly ObjectStore[];
  readonly #offline: boolean;
  #catalog: Promise<Catalog> | undefined;
  #rules: Promise<IgnoreSource> | undefined;
  #mirrors: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  readonly #stores = new Map<string, Promise<ObjectStore>>();

  constructor(options: SnapshotProjectOptions) {
    this.path = options.path;
    this.config = options.config;
    this.label = options.label;
    this.#tree = options.tree;
    this.#context = options.context;
    this.#cacheDirectory = options.cacheDirectory;
    this.#nearby = options.nearby ?? [];
    this.#offline = options.offline ?? false;
  }

  /** What `.dvcignore` hides, and nested projects. */
  async ignore(): Promise<IgnoreRules> {
    return IgnoreRules.load(await this.#ruleSource());
  }

  /** What `.dvcignore` hides; nested projects are seen. */
  async ignoreOutside(): Promise<IgnoreRules> {
    return IgnoreRules.load(await this.#ruleSource(), { subprojects: "visible" });
  }

  #ruleSource(): Promise<IgnoreSource> {
    return (this.#rules ??= this.#folder === undefined
      ? preloadIgnoreSource(this.#tree, { root: this.path })
      : Promise.resolve(diskIgnoreSource(this.#folder)));
  }

  /** Every stage of the project; reads all its stage files. */
  catalog(): Promise<Catalog> {
    return (this.#catalog ??= this.#readAll());
  }

  /** The project's folder, where the tree lies on disk. */
  get #folder(): string | undefined {
    const { folder } = this.#tree;
    return folder === undefined ? undefined : nativeBelow(folder, this.path);
  }

  async #readAll(): Promise<Catalog> {
    if (this.#folder !== undefined) {
      return new Catalog(await collectFromDisk(this.#folder, { ignore: await this.ignore() }));
    }
    const paths = await stageFilesInTree(this.#tree, {
      projectPath: this.path,
      below: this.path,
      ignore: await this.ignore(),
    });
    await this.#tree.prefetch?.(paths);
    return new Catalog(await readFromTree(this.#tree, paths, this.path));
  }

  /**
   * The output that is, or is around, a path (relative to the project). Reads only the stage files
   * that lie on the way; those of elsewhere can only matter where they name paths outside of their
   * own folder, which is looked at when nothing else is found.
   */
  async containing(path: string): Promise<TrackedOut | undefined> {
    if (this.#catalog !== undefined) return (await this.#catalog).containing(path);
    for (let at = path; at !== ""; at = parentPath(at)) {
      const found = await this.#containingIn([`${at}.dvc`], path);
      if (found !== undefined) return found;
    }
    const onTheWay: string[] = [];
    for (let folder = path;;) {
      folder = parentPath(folder);
      for (const entry of await this.#tree.list(joinPath(this.path, folder)) ?? []) {
        if (isStageFileName(entry.name) && entry.kind === "file") {
          onTheWay.push(joinPath(folder, entry.name));
        }
      }
      if (folder === "") break;
    }
    return await this.#containingIn(onTheWay, path);
  }

  async #containingIn(paths: readonly string[], path: string): Promise<TrackedOut | undefined> {
    const inTree = paths.map((one) => joinPath(this.path, one));
    const present: string[] = [];
    for (const one of inTree) {
      if ((await this.#tree.stat(one))?.kind === "file") present.push(one);
    }
    if (present.length === 0) return undefined;
    await this.#tree.prefetch?.(present);
    const ignore = await this.ignoreFor(path);
    const visible = present.filter((one) =>
      !ignore.isIgnored(one.slice(this.path === "" ? 0 : this.path.length + 1), "file")
    );
    return new Catalog(await readFromTree(this.#tree, visible, this.path)).containing(path);
  }

  /** The ignore rules that have a say about a path, without reading those of elsewhere. */
  async ignoreFor(path: string): Promise<IgnoreRules> {
    if (this.#rules !== undefined || this.#folder !== undefined) return await this.ignoreOutside();
    const source = await preloadIgnoreSource(this.#tree, {
      root: this.path,
      onTheWayTo: parentPath(path),
    });
    return IgnoreRules.load(source, { subprojects: "visible" });
  }

  /** Where an output's objects may be, in the order to try: caches, the remote, its mirrors. */
  async stores(tracked: TrackedOut): Promise<ObjectStore[]> {
    const { hash } = tracked.out;
    const cache = this.cache(hash);
    return [
      ...this.#nearby.filter((store) => store.hash === hash),
      ...(cache === undefined ? [] : [cache]),
      ...await this.remoteStores(tracked),
    ];
  }

  /** The remote that an output belongs to, and its mirrors; none where the project has none. */
  async remoteStores(tracked: TrackedOut): Promise<ObjectStore[]> {
    const { out } = tracked;
    const stores: ObjectStore[] = [];
    const remote = this.remoteFor(out.remote);
    if (remote === undefined) return stores;
    for (const place of [remote, ...await this.#mirrorsOf(remote)]) {
      if (this.#offline && !isLocalUrl(place.url)) continue;
      const store = await this.#open(place, out.hash);
      stores.push(storeOfOuts(store, { remote: place, hash: out.hash, outs: [tracked] }));
    }
    return stores;
  }

  async #mirrorsOf(remote: RemoteConfig): Promise<RemoteConfig[]> {
    this.#mirrors ??= this.#tree.read(joinPath(this.path, ".dvc/dvt")).then((bytes) =>
      bytes === undefined ? new Map() : foreignMirrors(bytes)
    );
    const urls = (await this.#mirrors).get(remote.name.toLowerCase()) ?? [];
    return urls.map((url, at) => mirrorOf(remote, { url, at, folder: nowhere }));
  }

  /** The project's own cache, where it is on this machine. */
  cache(hash: HashName): LocalStore | undefined {
    return this.#cacheDirectory === undefined
      ? undefined
      : new LocalStore({ root: this.#cacheDirectory, hash });
  }

  /** The remote an output belongs to; undefined where the project has none. */
  remoteFor(name: string | undefined): RemoteConfig | undefined {
    const wanted = name ?? this.config.core.remote;
    if (wanted === undefined) return undefined;
    const remote = requireRemote(this.config, {
      name: wanted,
      project: this.label,
      command: "get",
    });
    if (remote.url.startsWith(nowhere)) {
      throw new DvtError(
        "configuration",
        `config file error: remote '${remote.name}' of '${this.label}' is a path relative to ` +
          `that repository ('${remote.url.slice(nowhere.length + 1)}'), which is not here`,
        { hint: "give it a URL with --remote-config url=…, or use a local clone of the registry" },
      );
    }
    return remote;
  }

  #open(remote: RemoteConfig, hash: HashName): Promise<ObjectStore> {
    const key = `${remote.name} ${hash}`;
    let store = this.#stores.get(key);
    if (store === undefined) {
      store = openRemote(remote, { hash, context: this.#context });
      this.#stores.set(key, store);
    }
    return store;
  }
}

/** Stands for the folder of a configuration whose relative paths lead nowhere on this machine. */
export const nowhere = "/the-repository-is-not-on-this-machine/.dvc";

/** A path of the tree, relative to a project in it. */
export function belowProject(path: string, project: SnapshotProject): string {
  return project.path === "" ? path : path.slice(project.path.length + 1);
}
