/**
 * Location + revision → {@linkcode Snapshot}: a path on this machine is read in place, anything
 * else through a mirror that git keeps up to date.
 *
 * @module
 */
import { type Git, openGit, openGitAt } from "../git/git.ts";
import { resolveRevision } from "../git/revisions.ts";
import { readHead } from "../git/refs.ts";
import { LfsTree } from "../git/lfs_tree.ts";
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { diskTree } from "../platform/disk_tree.ts";
import { DvtError } from "../platform/error.ts";
import type { FileTree } from "../platform/file_tree.ts";
import { isDirectory } from "../platform/files.ts";
import { absolutePath, joinPath, nativeBelow, relativeNative, toPosix } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { RepoSource } from "../stages/stage_file.ts";
import { type Config, type ConfigOverrides, loadConfig } from "./config.ts";
import { loadConfigFromTree, loadConfigWith, upstreamOverride } from "./config_foreign.ts";
import { findProjectRoot } from "./find_root.ts";
import { Snapshot } from "./snapshot.ts";
import { nowhere, type Owner, SnapshotProject } from "./snapshot_project.ts";
import { importSource } from "./tracked.ts";

/** What is opened. */
export interface SourceRequest {
  /** As typed: a path, or anything that git can clone. */
  readonly url: string;
  readonly rev?: string | undefined;
  /** Laid over the configuration of the source. */
  readonly overrides?: ConfigOverrides | undefined;
  /** Only what is on this machine already may be used. */
  readonly offline?: boolean | undefined;
  /** Stores of our own that are tried before those of the source. */
  readonly nearby?: readonly ObjectStore[] | undefined;
  /** All commits, branches and tags are wanted, for questions about more than one of them. */
  readonly history?: boolean | undefined;
}

/** A chain of imports longer than this is taken for a circle. */
const longestChain = 32;

/** Opens a repository at a revision, or as it lies there where none is given. */
export function openSource(request: SourceRequest, context: Context): Promise<Snapshot> {
  return open(request, { context, chain: [] });
}

interface Way {
  readonly context: Context;
  /** The imports that led here, for messages about circles. */
  readonly chain: readonly string[];
}

async function open(request: SourceRequest, way: Way): Promise<Snapshot> {
  const { context } = way;
  const folder = absolutePath(request.url, context.directory);
  const local = !looksLikeUrl(request.url) && isDirectory(folder) ? folder : undefined;
  const root = local === undefined ? undefined : findProjectRoot(local);
  if (local !== undefined && root !== undefined && request.rev === undefined) {
    return workTreeSnapshot(root, request, way);
  }
  const git = local === undefined ? undefined : gitOf(root ?? local, context);
  if (git !== undefined && local !== undefined) {
    context.atEnd?.(async () => await git[Symbol.asyncDispose]());
    const commit = await resolveRevision(git, request.rev ?? "HEAD");
    const top = root === undefined || git.root === undefined ? "" : pathBetween(git.root, root);
    return commitSnapshot({ git, commit, top, folder: git.root ?? local, local: root }, {
      request,
      way,
    });
  }
  const { openMirror } = await import("../git/mirror.ts");
  const { git: mirror, commit } = await openMirror(request.url, {
    rev: request.rev,
    context,
    offline: request.offline ?? false,
    history: request.history ?? false,
  });
  context.atEnd?.(async () => await mirror[Symbol.asyncDispose]());
  return commitSnapshot({
    git: mirror,
    mirrored: true,
    commit,
    top: "",
    folder: local ?? fileUrlPath(request.url),
    local: undefined,
  }, { request, way });
}

function looksLikeUrl(url: string): boolean {
  return /^[A-Za-z][\w+.-]*:\/\//.test(url);
}

function fileUrlPath(url: string): string | undefined {
  return url.startsWith("file://") ? decodeURIComponent(new URL(url).pathname) : undefined;
}

/** The repository of a path on this machine, foreign even here: nothing it configures is run. */
function gitOf(folder: string, context: Context): Git | undefined {
  return openGitAt(folder, context, { foreign: true }) ??
    (findProjectRoot(folder) === undefined
      ? undefined
      : openGit(folder, context, { foreign: true }));
}

function pathBetween(top: string, folder: string): string {
  const path = toPosix(relativeNative(top, folder));
  return path === "." ? "" : path;
}

/** A project as it lies on disk, uncommitted changes included, as DVC reads local sources. */
function workTreeSnapshot(root: string, request: SourceRequest, way: Way): Snapshot {
  const git = openGit(root, way.context, { foreign: true });
  const head = git === undefined ? undefined : readHead(git).commit;
  const tree = diskTree(root);
  const configIn = (path: string): Config => {
    const dvcDirectory = nativeBelow(nativeBelow(root, path), ".dvc");
    const place = {
      directory: way.context.directory,
      environment: way.context.environment,
      dvcDirectory,
    };
    return path === "" && request.overrides !== undefined
      ? loadConfigWith(place, request.overrides)
      : loadConfig(place);
  };
  return assemble({
    git,
    tree,
    top: "",
    commit: undefined,
    head,
    configIn,
    cacheIn: (path, config) =>
      config.cache.dir ?? nativeBelow(nativeBelow(root, path), ".dvc/cache"),
  }, { request, way });
}

interface CommitPlace {
  readonly mirrored?: boolean;
  readonly git: Git;
  readonly commit: string;
  readonly top: string;
  /** Where relative paths of the configuration lead from, if the repository is on this machine. */
  readonly folder: string | undefined;
  /** The project on this machine whose cache and local settings may be used. */
  readonly local: string | undefined;
}

function commitSnapshot(
  place: CommitPlace,
  { request, way }: { request: SourceRequest; way: Way },
): Snapshot {
  const { git, commit, top, folder, local } = place;
  const tree = new LfsTree(git, commit, async () => {
    const { openLfs } = await import("../git/lfs.ts");
    return openLfs({
      git,
      commit,
      url: request.url,
      mirrored: place.mirrored ?? false,
      offline: request.offline ?? false,
    }, way.context);
  });
  const environment = way.context.environment;
  const ownPlace = { directory: way.context.directory, environment };
  const localConfig = local === undefined
    ? undefined
    : loadConfig({ ...ownPlace, dvcDirectory: nativeBelow(local, ".dvc") });
  const localCache = local === undefined
    ? undefined
    : localConfig?.cache.dir ?? nativeBelow(local, ".dvc/cache");
  return assemble({
    git,
    mirrored: place.mirrored,
    tree,
    top,
    commit,
    head: commit,
    async configIn(path) {
      const content = await tree.read(joinPath(path, ".dvc/config"));
      const foreign = {
        content,
        label: `.dvc/config of ${maskSecrets(request.url)}`,
        folder: folder === undefined ? nowhere : nativeBelow(nativeBelow(folder, path), ".dvc"),
      };
      const isTop = path === top;
      const overrides = isTop ? request.overrides ?? {} : {};
      if (!isTop || localConfig === undefined || localCache === undefined) {
        return loadConfigFromTree(foreign, ownPlace, overrides);
      }
      const bare = loadConfigFromTree(foreign, ownPlace, {});
      const upstream = bare.core.remote !== undefined && bare.remotes.has(bare.core.remote) &&
          localConfig.core.remote === undefined
        ? undefined
        : upstreamOverride(localConfig, localCache);
      return loadConfigFromTree(foreign, ownPlace, {
        ...overrides,
        config: overrides.config ?? upstream,
      });
    },
    cacheIn(path) {
      if (path === top) return localCache;
      // Projects within this one have caches of their own beside it.
      const nested = folder === undefined || place.mirrored === true
        ? undefined
        : nativeBelow(nativeBelow(folder, path), ".dvc");
      if (nested === undefined || !isDirectory(nested)) return undefined;
      return loadConfig({ ...ownPlace, dvcDirectory: nested }).cache.dir ??
        nativeBelow(nested, "cache");
    },
  }, { request, way });
}

interface Parts {
  /** Whether `git` is our copy of somebody else's repository, with no more than was asked for. */
  readonly mirrored?: boolean | undefined;
  readonly git: Git | undefined;
  readonly tree: FileTree;
  readonly top: string;
  readonly commit: string | undefined;
  readonly head: string | undefined;
  readonly configIn: (path: string) => Config | Promise<Config>;
  readonly cacheIn: (path: string, config: Config) => string | undefined;
}

function assemble(parts: Parts, { request, way }: { request: SourceRequest; way: Way }): Snapshot {
  const projects = new Map<string, Promise<SnapshotProject | undefined>>();
  const label = maskSecrets(request.url);
  const { tree } = parts;
  const openIn = async (path: string): Promise<SnapshotProject | undefined> => {
    if ((await tree.stat(joinPath(path, ".dvc")))?.kind !== "directory") return undefined;
    const config = await parts.configIn(path);
    return new SnapshotProject({
      tree,
      path,
      config,
      cacheDirectory: parts.cacheIn(path, config),
      label,
      nearby: request.nearby,
      offline: request.offline,
      context: way.context,
    });
  };
  return new Snapshot({
    tree,
    top: parts.top,
    label,
    ...(parts.commit === undefined ? {} : { commit: parts.commit }),
    ...(parts.head === undefined ? {} : { head: parts.head }),
    ...(parts.git === undefined ? {} : { git: parts.git }),
    projectIn(path) {
      let project = projects.get(path);
      if (project === undefined) projects.set(path, project = openIn(path));
      return project;
    },
    tags: async () => {
      if (parts.git === undefined) return [];
      const { listTags } = await import("../git/tags.ts");
      return await listTags(parts.git);
    },
    tagNames: async () => {
      if (parts.git === undefined) return [];
      if (parts.mirrored !== true) {
        const { listTags } = await import("../git/tags.ts");
        return (await listTags(parts.git)).map((tag) => tag.name);
      }
      const { remoteNames } = await import("../git/mirror.ts");
      const names = await remoteNames(request.url, way.context);
      const start = "refs/tags/";
      return names.flatMap(({ name }) => name.startsWith(start) ? [name.slice(start.length)] : []);
    },
    originOf: (owner) => openOrigin(owner, { request, way }),
  });
}

/** The repository that an import in a snapshot came from, at the commit it was imported at. */
function openOrigin(
  { tracked, project }: Owner,
  { request, way }: { request: SourceRequest; way: Way },
): Promise<Snapshot> {
  const dep = importSource(tracked.stage);
  const repo = dep?.repo;
  if (repo === undefined) throw new DvtError("failed", `'${tracked.path}' is not an import`);
  const url = originUrl(repo, request.url, way.context);
  const step = `${url}@${repo.revLock ?? repo.rev ?? ""}:${dep?.path}`;
  if (way.chain.includes(step) || way.chain.length >= longestChain) {
    throw new DvtError(
      "failed",
      `'${tracked.path}' of '${project.label}' is imported in a circle: ` +
        [...way.chain, step].map((one) => maskSecrets(one)).join(" -> "),
    );
  }
  const { offline, nearby } = request;
  return open({ url, rev: repo.revLock ?? repo.rev, offline, nearby }, {
    context: way.context,
    chain: [...way.chain, step],
  });
}

/** A relative path in somebody else's stage file is meant from that repository. */
function originUrl(repo: RepoSource, from: string, context: Context): string {
  if (looksLikeUrl(repo.url) || /^[\w.-]+@[\w.-]+:/.test(repo.url)) return repo.url;
  const base = fileUrlPath(from) ?? absolutePath(from, context.directory);
  for (const folder of [base, context.directory]) {
    const path = absolutePath(repo.url, folder);
    if (isDirectory(path)) return path;
  }
  return absolutePath(repo.url, base);
}
