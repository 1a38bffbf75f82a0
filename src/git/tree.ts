/**
 * The files of one commit, read from Git's objects: no work tree, and nothing but what is on the
 * way to the paths that are asked for.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import type { FileTree, FileTreeEntry } from "../platform/file_tree.ts";
import { type GitContent, type ObjectReader, objectsOf } from "./object_reader.ts";
import { prefetchObjects } from "./partial.ts";
import { type Git, textOf } from "./repository.ts";
import { type GitTreeEntry, parseTree } from "./tree_object.ts";

/** A commit that a walk may not go beyond: trees can name each other so that they never end. */
const mostFiles = 5_000_000;
const mostLevels = 1000;

/** How many folders one turn of a walk asks for at once. */
const foldersAtOnce = 512;

const root: GitTreeEntry = { name: "", kind: "directory", executable: false, id: "" };

/** A folder that was read: its entries ordered by name, and by name. */
interface Folder {
  readonly entries: readonly GitTreeEntry[];
  readonly names: ReadonlyMap<string, GitTreeEntry>;
}

/** A commit's files. Sizes are not known without reading; ask for them with `sizes`. */
export class GitTree implements FileTree {
  readonly label: string;
  readonly git: Git;
  /** The full name of the commit. */
  readonly commit: string;
  readonly #objects: ObjectReader;
  /** By object, so that folders that are the same are read once. */
  readonly #folders = new Map<string, Promise<Folder>>();
  /** Of files, by their ids. */
  readonly #sizes = new Map<string, number>();

  constructor(git: Git, commit: string) {
    this.git = git;
    this.commit = commit;
    this.label = `${git.label}@${commit.slice(0, 7)}`;
    this.#objects = objectsOf(git);
  }

  async stat(path: string): Promise<FileTreeEntry | undefined> {
    const entry = await this.#find(path);
    return entry === undefined ? undefined : publicEntry(entry);
  }

  async list(path: string): Promise<readonly FileTreeEntry[] | undefined> {
    const entry = await this.#find(path);
    if (entry?.kind !== "directory") return undefined;
    return (await this.#folder(entry)).entries.map(publicEntry);
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const id = await this.objectAt(path);
    return id === undefined ? undefined : (await this.#blob(path, this.#objects.read(id))).bytes;
  }

  async open(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    return (await this.openObject(path))?.content;
  }

  /** What Git holds for a file, with its size, or undefined. */
  async openObject(path: string): Promise<GitContent | undefined> {
    const id = await this.objectAt(path);
    return id === undefined ? undefined : await this.#blob(path, this.#objects.open(id));
  }

  async findFiles(directory: string, matches: (name: string) => boolean): Promise<string[]> {
    const found: string[] = [];
    for await (const [path, entry] of this.#below(directory)) {
      if (matches(entry.name)) found.push(path);
    }
    return found;
  }

  /** The blob of a file or link at a path, or undefined. */
  async objectAt(path: string): Promise<string | undefined> {
    const entry = await this.#find(path);
    return entry?.kind === "file" || entry?.kind === "link" ? entry.id : undefined;
  }

  /** The commit of a submodule at a path, or undefined. */
  async submoduleAt(path: string): Promise<string | undefined> {
    const entry = await this.#find(path);
    return entry?.kind === "submodule" ? entry.id : undefined;
  }

  /**
   * Gets the content of files that a partial clone lacks, in one go, ahead of many reads. Paths
   * that are no files are passed over. Where nothing is lacking, nobody is contacted.
   */
  async prefetch(paths: Iterable<string>): Promise<void> {
    await prefetchObjects(this.git, await this.#objectsAt(paths));
  }

  /** The sizes of files in bytes, by path. In a partial clone their content is fetched for it. */
  async sizes(paths: readonly string[]): Promise<Map<string, number>> {
    const ids = new Map<string, string>();
    for (const path of paths) {
      const id = await this.objectAt(path);
      if (id !== undefined) ids.set(path, id);
    }
    await this.#learnSizes([...new Set(ids.values())].filter((id) => !this.#sizes.has(id)));
    const sizes = new Map<string, number>();
    for (const [path, id] of ids) {
      const size = this.#sizes.get(id);
      if (size !== undefined) sizes.set(path, size);
    }
    return sizes;
  }

  async #learnSizes(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await prefetchObjects(this.git, ids);
    const answer = await this.git.run(["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
      input: ids.map((id) => id + "\n").join(""),
    });
    for (const line of textOf(answer).split("\n")) {
      const [id, size] = line.split(" ");
      if (id !== undefined && /^\d+$/.test(size ?? "")) this.#sizes.set(id, Number(size));
    }
  }

  async #objectsAt(paths: Iterable<string>): Promise<string[]> {
    const ids = new Set<string>();
    for (const path of paths) {
      const id = await this.objectAt(path);
      if (id !== undefined) ids.add(id);
    }
    return [...ids];
  }

  async #find(path: string): Promise<GitTreeEntry | undefined> {
    let entry: GitTreeEntry | undefined = root;
    if (path === "") return entry;
    for (const name of path.split("/")) {
      if (entry?.kind !== "directory") return undefined;
      entry = (await this.#folder(entry)).names.get(name);
    }
    return entry;
  }

  /** Every file and link below a folder, many folders at once. */
  async *#below(directory: string): AsyncGenerator<[path: string, entry: GitTreeEntry]> {
    const start = await this.#find(directory);
    if (start?.kind !== "directory") return;
    let level: [path: string, entry: GitTreeEntry][] = [[directory, start]];
    let files = 0;
    for (let depth = 0; level.length > 0; depth++) {
      const next: typeof level = [];
      for (let at = 0; at < level.length; at += foldersAtOnce) {
        const some = level.slice(at, at + foldersAtOnce);
        const folders = await Promise.all(some.map(([, entry]) => this.#folder(entry)));
        for (const [i, [parent]] of some.entries()) {
          for (const entry of folders[i]?.entries ?? []) {
            const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
            if (entry.kind === "directory") next.push([path, entry]);
            else if (entry.kind !== "submodule") yield [path, entry];
          }
          files += folders[i]?.entries.length ?? 0;
        }
        if (files > mostFiles || depth > mostLevels) {
          throw new DvtError("git", `'${this.label}' holds more files or folders than can be read`);
        }
      }
      level = next;
    }
  }

  #folder(entry: GitTreeEntry): Promise<Folder> {
    let folder = this.#folders.get(entry.id);
    if (folder === undefined) {
      folder = this.#readFolder(entry);
      this.#folders.set(entry.id, folder);
    }
    return folder;
  }

  async #readFolder(entry: GitTreeEntry): Promise<Folder> {
    const object = await this.#objects.read(entry === root ? `${this.commit}^{tree}` : entry.id);
    if (object?.type !== "tree") {
      const thing = entry === root ? `commit '${this.commit}'` : `folder '${entry.name}'`;
      throw new DvtError("git", `${thing} is missing from the Git repository '${this.git.label}'`);
    }
    const entries = parseTree(object.bytes, object.id.length / 2);
    // Git orders a folder as if its name ended in a slash.
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { entries, names: new Map(entries.map((entry) => [entry.name, entry])) };
  }

  async #blob<T>(path: string, reading: Promise<T | undefined>): Promise<T> {
    const blob = await reading;
    if (blob !== undefined) return blob;
    throw new DvtError("git", `the content of '${path}' is missing from '${this.git.label}'`);
  }
}

function publicEntry({ name, kind, executable }: GitTreeEntry): FileTreeEntry {
  return { name, kind, executable };
}
