/**
 * A repository at one revision, seen as one tree of files, whether Git or a cache holds the bytes.
 *
 * @module
 */
import type { Git } from "../git/git.ts";
import type { GitTag } from "../git/tags.ts";
import { findInListing, listingBelow } from "../objects/listing.ts";
import { isObjectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { FileTree } from "../platform/file_tree.ts";
import { baseName, joinPath, parentPath } from "../platform/paths.ts";
import { normalizePath } from "../stages/stage_paths.ts";
import { listingOf } from "./snapshot_objects.ts";
import { refuseSubmodule } from "./submodules.ts";
import {
  type GitFile,
  isData,
  JoinedFiles,
  ListedFiles,
  type SnapshotFile,
  type SnapshotFiles,
} from "./snapshot_files.ts";
import { belowProject, type Owner, type SnapshotProject } from "./snapshot_project.ts";
import { untrackedBelow } from "./snapshot_untracked.ts";
import { importSource } from "./tracked.ts";

/** What is at a path. */
export type Found =
  | { readonly kind: "file"; readonly file: SnapshotFile; readonly owner?: Owner }
  | {
    readonly kind: "directory";
    /** The output that is, or is around, the folder; absent where Git holds it. */
    readonly owner?: Owner;
    /** All of them, those of a work tree that nobody added included. */
    files(): Promise<SnapshotFiles>;
    /** Those alone that are recorded, where that is another answer. */
    recorded?(): Promise<SnapshotFiles>;
  };

/** How a snapshot is put together; `source.ts` knows the ways. */
export interface SnapshotOptions {
  readonly tree: FileTree;
  /** Where asked-for paths begin: a project in the tree, or `""`. */
  readonly top: string;
  /** The repository as the user named it, without secrets. */
  readonly label: string;
  /** Absent: the work tree itself. */
  readonly commit?: string;
  /** The commit, or the one that the work tree stands on; absent before the first commit. */
  readonly head?: string;
  /** The repository, where there is one; what is asked of it for more than the one commit. */
  readonly git?: Git;
  /** The project in a folder of the tree, or undefined where none begins there. */
  readonly projectIn: (path: string) => Promise<SnapshotProject | undefined>;
  /** The repository's tags. */
  readonly tags: () => Promise<readonly GitTag[]>;
  /** The names alone, which the server of a mirror tells without anything being fetched. */
  readonly tagNames: () => Promise<readonly string[]>;
  /** The snapshot that an import of a project comes from. */
  readonly originOf: (owner: Owner) => Promise<Snapshot>;
}

/** A repository at one revision. */
export class Snapshot {
  readonly label: string;
  readonly commit: string | undefined;
  readonly head: string | undefined;
  /** The repository; undefined for a project without Git. */
  readonly git: Git | undefined;
  readonly tree: FileTree;
  readonly top: string;
  readonly #options: SnapshotOptions;

  constructor(options: SnapshotOptions) {
    this.label = options.label;
    this.commit = options.commit;
    this.head = options.head;
    this.git = options.git;
    this.tree = options.tree;
    this.top = options.top;
    this.#options = options;
  }

  /** The repository's tags that lead to commits. */
  tags(): Promise<readonly GitTag[]> {
    return this.#options.tags();
  }

  /** Their names, without `refs/tags/`. */
  tagNames(): Promise<readonly string[]> {
    return this.#options.tagNames();
  }

  /** The repository that an import of a project in this one comes from, as it was imported. */
  originOf(owner: Owner): Promise<Snapshot> {
    return this.#options.originOf(owner);
  }

  /** A path as typed, as a path of the tree. Throws `not-found` where it leaves the repository. */
  treePath(typed: string): string {
    const path = normalizePath(typed.replace(/^\/+/, ""));
    if (path === ".." || path.startsWith("../")) {
      throw new DvtError("not-found", `'${typed}' lies outside of '${this.label}'`);
    }
    return joinPath(this.top, path);
  }

  /** What is at a path as typed; undefined where nothing is. */
  find(typed: string): Promise<Found | undefined> {
    return this.findAt(this.treePath(typed));
  }

  /** What is at a path of the tree; undefined where nothing is. */
  async findAt(path: string): Promise<Found | undefined> {
    const project = await this.projectAround(path);
    if (project !== undefined) {
      const inside = belowProject(path, project);
      const tracked = await project.containing(inside);
      if (tracked?.out.cache === true) {
        const part = inside.slice(tracked.path.length + 1);
        const found = await this.#findTracked({ project, tracked }, part);
        // A work tree may hold more in a tracked folder than was added.
        if (found !== undefined || this.commit !== undefined) return this.#withOthers(found, path);
      }
    }
    const entry = await this.tree.stat(path);
    if (entry?.kind === "file" || entry?.kind === "link") {
      return { kind: "file", file: { path: "", content: this.gitFile(path, entry.executable) } };
    }
    if (entry?.kind === "directory" && !await this.isHidden(path, "directory")) {
      return { kind: "directory", files: () => this.#filesBelow(path) };
    }
    await refuseSubmodule(this, path);
    return project === undefined ? undefined : await this.#findElsewhere(path, project);
  }

  /** What was found at a path, with what the work tree has there besides. */
  #withOthers(found: Found | undefined, path: string): Found | undefined {
    if (this.commit !== undefined || found?.kind !== "directory") return found;
    const recorded = () => found.files();
    const files = async () => {
      const tracked = await recorded();
      const others: SnapshotFile[] = [];
      for (const { path: below, entry } of await untrackedBelow(this, path, tracked)) {
        if (entry.kind !== "file" || !isData(entry.name)) continue;
        const content = this.gitFile(joinPath(path, below), entry.executable);
        others.push({ path: below, content });
      }
      return others.length === 0 ? tracked : new JoinedFiles(tracked, others);
    };
    return { ...found, files, recorded };
  }

  /** Outputs that stage files of other folders place here. */
  async #findElsewhere(path: string, project: SnapshotProject): Promise<Found | undefined> {
    const catalog = await project.catalog();
    const inside = belowProject(path, project);
    const tracked = catalog.containing(inside);
    if (tracked?.out.cache === true) {
      return await this.#findTracked({ project, tracked }, inside.slice(tracked.path.length + 1));
    }
    if (catalog.below(inside).length === 0) return undefined;
    return { kind: "directory", files: () => this.#filesBelow(path) };
  }

  /** The nearest project at or above a path of the tree. */
  async projectAround(path: string): Promise<SnapshotProject | undefined> {
    for (let folder = path;; folder = parentPath(folder)) {
      const project = await this.#options.projectIn(folder);
      if (project !== undefined || folder === "") return project;
    }
  }

  /** Whether a project of its own begins at a path of the tree. */
  async isProject(path: string): Promise<boolean> {
    return await this.#options.projectIn(path) !== undefined;
  }

  /** Whether `.dvcignore` hides a path of the tree, or a folder on the way to it. */
  async isHidden(path: string, kind: "file" | "directory"): Promise<boolean> {
    const project = await this.projectAround(path);
    if (project === undefined || path === project.path) return false;
    const inside = belowProject(path, project);
    return (await project.ignoreFor(inside)).isIgnored(inside, kind);
  }

  gitFile(path: string, executable: boolean): GitFile {
    return { kind: "git", tree: this.tree, path, executable };
  }

  async #findTracked(owner: Owner, inside: string): Promise<Found | undefined> {
    const { tracked } = owner;
    const { md5 } = tracked.out;
    if (importSource(tracked.stage) !== undefined && !await this.#isHere(owner)) {
      const origin = await this.originOf(owner);
      const dep = importSource(tracked.stage);
      const found = await origin.find(inside === "" ? dep?.path ?? "" : `${dep?.path}/${inside}`);
      return found === undefined ? undefined : { ...found, owner };
    }
    if (md5 === undefined || !isObjectId(md5)) {
      throw new DvtError(
        "missing-data",
        `'${tracked.path}' of '${this.label}' has no data recorded yet`,
        { hint: "it was added or imported without its data (--no-download, --no-commit)" },
      );
    }
    if (!md5.endsWith(".dir")) {
      if (inside !== "") return undefined;
      return {
        kind: "file",
        owner,
        file: { path: "", content: { kind: "object", id: md5, owner } },
      };
    }
    const listing = await listingOf(owner, md5);
    const at = inside === "" ? -1 : findInListing(listing, inside);
    if (at >= 0) {
      const id = listing.ids.at(at);
      return { kind: "file", owner, file: { path: "", content: { kind: "object", id, owner } } };
    }
    const part = listingBelow(listing, inside);
    if (part === undefined) return undefined;
    return { kind: "directory", owner, files: () => Promise.resolve(new ListedFiles(part, owner)) };
  }

  /** Whether an import's data is in the cache of the project that imported it. */
  async #isHere({ project, tracked: { out } }: Owner): Promise<boolean> {
    const cache = project.cache(out.hash);
    if (cache === undefined || out.md5 === undefined || !isObjectId(out.md5)) return false;
    return await cache.has(out.md5);
  }

  /** Every file below a folder of the tree: Git's, and those that projects in it track. */
  async #filesBelow(path: string): Promise<SnapshotFile[]> {
    const files: SnapshotFile[] = [];
    const cut = path === "" ? 0 : path.length + 1;
    const enter = async (folder: string, project: SnapshotProject | undefined): Promise<void> => {
      const tracked = await project?.catalog();
      const ignore = await project?.ignoreOutside();
      for (const entry of await this.tree.list(folder) ?? []) {
        const place = folder === "" ? entry.name : `${folder}/${entry.name}`;
        const inside = project === undefined ? place : belowProject(place, project);
        const isFolder = entry.kind === "directory";
        if (entry.name === ".dvc" && isFolder || entry.name === ".git") continue;
        if (tracked?.at(inside)?.out.cache === true) continue;
        if (ignore?.folder(parentPath(inside)).ignores(entry.name, isFolder) === true) continue;
        if (isFolder) {
          // As in DVC, a project within is asked for by its own path.
          if (await this.#options.projectIn(place) === undefined) await enter(place, project);
        } else if (entry.kind !== "submodule" && !entry.leadsToFolder && isData(entry.name)) {
          files.push({ path: place.slice(cut), content: this.gitFile(place, entry.executable) });
        }
      }
    };
    const around = await this.projectAround(path);
    if (around !== undefined) await this.#addTracked(around, { folder: path, cut, files });
    await enter(path, around);
    return files;
  }

  async #addTracked(
    project: SnapshotProject,
    { folder, cut, files }: { folder: string; cut: number; files: SnapshotFile[] },
  ): Promise<void> {
    for (const tracked of (await project.catalog()).below(belowProject(folder, project))) {
      if (!tracked.out.cache) continue;
      const path = joinPath(project.path, tracked.path);
      const found = this.#withOthers(await this.#findTracked({ project, tracked }, ""), path);
      if (found === undefined) continue;
      const place = path.slice(cut);
      const parts = found.kind === "file" ? [found.file] : await found.files();
      for (const part of parts) {
        files.push({ ...part, path: part.path === "" ? place : `${place}/${part.path}` });
      }
    }
  }
}

/** The name under which a path's data is saved where the user gives none. */
export function nameFor(typed: string, label: string): string {
  const name = baseName(normalizePath(typed));
  return name === "" || name === "." ? baseName(label).replace(/\.git$/, "") : name;
}
