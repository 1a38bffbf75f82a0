/**
 * The project we stand in: its root, configuration, cache and stages.
 *
 * @module
 */
import { type Git, openGit } from "../git/git.ts";
import { HashState } from "../objects/hash_state.ts";
import { LocalStore } from "../objects/local_store.ts";
import type { HashName } from "../objects/object_id.ts";
import { Presence } from "../objects/presence.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { arriveBy } from "../platform/arrivals.ts";
import type { FileLock } from "../platform/file_lock.ts";
import {
  isPermissionDenied,
  leadsSomewhere,
  lookThrough,
  removeTemporaries,
} from "../platform/files.ts";
import {
  absolutePath,
  isAbsolutePath,
  isInside,
  nativeBelow,
  relativeNative,
  relativePath,
  toPosix,
} from "../platform/paths.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { isUrl, pathInProject } from "../stages/stage_paths.ts";
import { noteCacheUser } from "./cache_users.ts";
import { collectFromDisk, readStagesAt } from "./collect.ts";
import { type Config, loadConfig, type RemoteConfig } from "./config.ts";
import { requireRemote } from "./config_remote.ts";
import { requireProjectRoot } from "./find_root.ts";
import { IgnoreRules } from "./ignore.ts";
import { diskIgnoreSource } from "./ignore_source.ts";
import { lockProject } from "./lock.ts";
import { mirrorOf, openRemote, programRemote } from "./remotes.ts";
import { loadSettings, type Settings } from "./settings.ts";
import { Catalog } from "./tracked.ts";

/** The project around the working directory. Throws `not-a-project` where there is none. */
export function openProject(context: Context): Project {
  return openProjectAt(requireProjectRoot(context.directory), context);
}

/** The project whose `.dvc` folder lies in a folder. */
export function openProjectAt(root: string, context: Context): Project {
  const config = loadConfig({
    directory: context.directory,
    environment: context.environment,
    dvcDirectory: nativeBelow(root, ".dvc"),
  });
  for (const warning of config.warnings) context.reporter.warn(warning);
  return new Project(root, { config, context });
}

/** A project on disk. Parts are opened when they are asked for. */
export class Project {
  /** Absolute, native. */
  readonly root: string;
  readonly config: Config;
  readonly context: Context;
  /** The Git work tree around the project; undefined with `core.no_scm` or without Git. */
  readonly git: Git | undefined;
  readonly #caches = new Map<HashName, LocalStore>();
  readonly #told = new Set<string>();
  #ignore: IgnoreRules | undefined;
  #outputRules: IgnoreRules | undefined;
  #settings: Settings | undefined;
  #state: HashState | undefined;
  #presence: Presence | undefined;
  #catalog: Promise<Catalog> | undefined;
  readonly #remotes = new Map<string, Promise<ObjectStore>>();

  constructor(root: string, { config, context }: { config: Config; context: Context }) {
    this.root = root;
    this.config = config;
    this.context = context;
    this.git = config.core.noScm ? undefined : openGit(root, context);
  }

  /** The `.dvc` folder. */
  get dvcDirectory(): string {
    return nativeBelow(this.root, ".dvc");
  }

  /** The folder for what may be lost: locks, remembered hashes, temporary files. */
  get temporaryFolder(): string {
    return nativeBelow(this.root, ".dvc/tmp");
  }

  /** Where damaged objects are put. */
  get quarantine(): string {
    return nativeBelow(this.root, ".dvc/tmp/dvt/damaged");
  }

  /** Without `..` in it, so that its beginning tells whether it lies inside the project. */
  get cacheDirectory(): string {
    return absolutePath(this.config.cache.dir ?? nativeBelow(this.root, ".dvc/cache"), this.root);
  }

  /** The Git work tree around the project; throws where there is none. */
  requireGit(): Git & { readonly root: string } {
    const { git } = this;
    if (git?.root !== undefined) return git as Git & { readonly root: string };
    throw new DvtError(
      "git",
      "Only supported for Git repositories. If you're seeing this error in a Git repo, try " +
        "updating the DVC configuration with `dvc config core.no_scm false`.",
    );
  }

  /** The part of the cache for one hash. */
  cache(hash: HashName): LocalStore {
    let cache = this.#caches.get(hash);
    if (cache === undefined) {
      cache = new LocalStore({
        root: this.cacheDirectory,
        hash,
        shared: this.config.cache.shared,
        quarantine: this.quarantine,
      });
      this.#caches.set(hash, cache);
      if (!isInside(this.cacheDirectory, this.root)) noteCacheUser(this.cacheDirectory, this.root);
    }
    return cache;
  }

  /** dvt's own settings. */
  get settings(): Settings {
    if (this.#settings === undefined) {
      const { directory, environment, reporter } = this.context;
      const { dvcDirectory } = this;
      this.#settings = loadSettings({ directory, environment, dvcDirectory });
      for (const warning of this.#settings.warnings) reporter.warn(warning);
    }
    return this.#settings;
  }

  get ignore(): IgnoreRules {
    return (this.#ignore ??= IgnoreRules.load(diskIgnoreSource(this.root)));
  }

  get state(): HashState {
    return (this.#state ??= new HashState(`${this.temporaryFolder}/dvt/hashes`));
  }

  /** Which folders were found complete in the cache. */
  get presence(): Presence {
    return (this.#presence ??= new Presence(`${this.temporaryFolder}/dvt/complete`));
  }

  /** Every stage and output of the workspace, read once per run. */
  catalog(): Promise<Catalog> {
    return (this.#catalog ??= collectFromDisk(this.root, { ignore: this.ignore })
      .then((stages: StageFile[]) => new Catalog(this.#checked(stages))));
  }

  /** The stages of one stage file; undefined where there is none. */
  async stagesAt(path: string): Promise<StageFile[] | undefined> {
    const stages = await readStagesAt(this.root, path);
    return stages === undefined ? undefined : this.#checked(stages);
  }

  /** Throws, as DVC, where a rule of `.dvcignore` hides a path that is to be an output. */
  refuseIgnored(path: string): void {
    if (!this.ignore.isIgnored(path, "missing")) return; // neither as a file nor as a folder
    const place = this.nativePath(path);
    const found = lookThrough(place)?.kind;
    const kind = found === "directory" || found === undefined ? found ?? "missing" : "file";
    const rules = (this.#outputRules ??= this.ignore.withSubprojects());
    if (!rules.isIgnored(path, kind)) return;
    const { ignored, rule } = rules.check(path, kind);
    if (!ignored) return;
    throw new DvtError("conflict", `Path '${place}' is ignored by ${rule?.label ?? ".dvcignore"}`);
  }

  #checked(stages: StageFile[]): StageFile[] {
    for (const stage of stages) {
      if (stage.fromWindows === true) this.#tellWindows(stage.path);
      for (const out of stage.outs) {
        if (isUrl(out.path) || isAbsolutePath(out.path)) continue;
        const path = pathInProject(out.path, stage);
        if (path !== undefined) this.refuseIgnored(path);
      }
    }
    return stages;
  }

  #tellWindows(path: string): void {
    if (this.#told.has(path)) return;
    this.#told.add(path);
    this.context.reporter.note(
      `'${this.shown(path)}' was written on Windows: '\\' in its paths is read as '/'`,
    );
  }

  /** Forgets what was read of the stages, after one of them was written. */
  forgetCatalog(): void {
    this.#catalog = undefined;
  }

  /** The name of the default remote. */
  get defaultRemote(): string | undefined {
    return this.config.core.remote || this.settings.remote;
  }

  /** The settings of a remote, or of the default one; `command` names the verb for the message. */
  remoteConfig(name: string | undefined, command: string): RemoteConfig {
    const { jobs, programs } = this.settings;
    const wanted = name || this.defaultRemote;
    const program = wanted === undefined ? undefined : programs.get(wanted.toLowerCase());
    const remote = wanted !== undefined && program !== undefined
      ? programRemote(wanted.toLowerCase(), program)
      : requireRemote(this.config, { name: wanted, project: this.root, command });
    return { ...remote, jobs: remote.jobs ?? jobs };
  }

  /** Further places to read the objects of a remote from, without its keys. */
  mirrorsOf(remote: RemoteConfig): RemoteConfig[] {
    const urls = this.settings.mirrors.get(remote.name.toLowerCase()) ?? [];
    return urls.map((url, i) => mirrorOf(remote, { url, at: i, folder: this.dvcDirectory }));
  }

  /** A remote's objects of one hash, opened once per run. */
  remote(remote: RemoteConfig, hash: HashName): Promise<ObjectStore> {
    const key = `${hash} ${remote.name}`;
    let store = this.#remotes.get(key);
    if (store === undefined) {
      store = openRemote(remote, { hash, context: this.context });
      this.#remotes.set(key, store);
    }
    return store;
  }

  /** Takes the project's lock for a command that writes, and clears up behind runs that died. */
  async lock(): Promise<FileLock> {
    const lock = await lockProject(this.temporaryFolder, {
      context: this.context,
      wait: this.settings.lockWait,
    });
    try {
      this.#clearUp();
    } catch (error) {
      if (!isPermissionDenied(error)) {
        lock[Symbol.dispose]();
        throw error;
      }
      // Rubbish that only its owner can remove, or a project that may only be read.
    }
    const arrival = arriveBy(this.root, this.temporaryFolder);
    return {
      write: (text) => lock.write(text),
      [Symbol.dispose]() {
        arrival[Symbol.dispose]();
        lock[Symbol.dispose]();
      },
    };
  }

  #clearUp(): void {
    removeTemporaries(this.temporaryFolder);
    // Configurations are written without the lock; that takes no time, but another process's stay.
    removeTemporaries(this.dvcDirectory, { olderThan: 60_000 });
    // Others may be writing to a cache that is not the project's alone.
    if (isInside(this.cacheDirectory, this.root) && leadsSomewhere(this.cacheDirectory)) {
      removeTemporaries(this.cacheDirectory);
    }
  }

  /** The native absolute path of a path of the project. */
  nativePath(path: string): string {
    return nativeBelow(this.root, path);
  }

  /** What a user typed, as a POSIX path relative to the root; undefined if it is outside. */
  projectPath(typed: string): string | undefined {
    const absolute = absolutePath(typed, this.context.directory);
    const path = toPosix(relativeNative(this.root, absolute));
    if (path === ".") return "";
    return path === ".." || path.startsWith("../") || !isInside(absolute, this.root)
      ? undefined
      : path;
  }

  /** A path of the project as seen from the working directory: what messages show. */
  shown(path: string): string {
    return relativePath(
      toPosix(this.context.directory),
      toPosix(this.nativePath(path)),
    );
  }
}
