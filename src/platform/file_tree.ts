/**
 * A tree of files as Git or a disk holds it, before anything is known about tracked data.
 *
 * @module
 */

/** One name in a folder of a {@linkcode FileTree}. */
export interface FileTreeEntry {
  readonly name: string;
  /** A link is its own kind; a submodule is a folder whose content the tree does not hold. */
  readonly kind: "file" | "directory" | "link" | "submodule";
  readonly executable: boolean;
  /** A link on disk that leads to a folder: it may be asked for, but is not entered on the way. */
  readonly leadsToFolder?: true;
  /** In bytes, where it is known without opening the file. */
  readonly size?: number;
}

/**
 * An entry as the folder that holds it shows it: what a link leads to is not entered on the way,
 * since it may lead in a circle.
 */
export function seenInFolder(entry: FileTreeEntry, isLink: boolean): FileTreeEntry {
  if (!isLink || entry.kind !== "directory") return entry;
  return { ...entry, kind: "link", leadsToFolder: true };
}

/**
 * Read-only files at POSIX paths relative to the tree's root; `""` is the root itself.
 * A path that does not exist gives `undefined`, never an error.
 */
export interface FileTree {
  /** For messages: a path or a commit. */
  readonly label: string;
  /** The absolute native path of a tree that is a folder on disk. */
  readonly folder?: string;
  /** The entry at a path, or undefined. */
  stat(path: string): Promise<FileTreeEntry | undefined>;
  /** The entries of a folder ordered by name, or undefined where there is no such folder. */
  list(path: string): Promise<readonly FileTreeEntry[] | undefined>;
  /** All bytes of a file (of a link: its target's text), or undefined. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The bytes of a file as they come, for files that may be large. */
  open(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined>;
  /** Gets ready to read many files: where content has to be fetched, it is fetched in one go. */
  prefetch?(paths: Iterable<string>): Promise<void>;
  /** All paths of files (not folders) below a folder whose name passes, in no particular order. */
  findFiles(directory: string, matches: (name: string) => boolean): Promise<readonly string[]>;
}
