/**
 * A folder on disk as a {@linkcode FileTree}.
 *
 * @module
 */
import { type FileTree, type FileTreeEntry, seenInFolder } from "./file_tree.ts";
import {
  isDirectory,
  leadsSomewhere,
  listDirectory,
  lookAt,
  lookThrough,
  readFileIfThere,
  streamFile,
} from "./files.ts";
import { baseName, nativeBelow, parentPath } from "./paths.ts";

/**
 * Opens a folder on disk as a tree. As DVC does, it follows links to files, and those to folders
 * only where they are asked for.
 */
export function diskTree(root: string): FileTree {
  /** Folders that were not there: a look at a name that is not there takes ten times as long. */
  const gone = new Set<string>();
  const isGone = (folder: string) => !leadsSomewhere(nativeBelow(root, folder));
  function entryAt(path: string): FileTreeEntry | undefined {
    const parent = parentPath(path);
    if (gone.has(parent) && isGone(parent)) return undefined;
    const place = nativeBelow(root, path);
    const facts = lookThrough(place) ?? lookAt(place);
    if (facts === undefined && isGone(parent)) gone.add(parent);
    if (facts === undefined || facts.kind === "other") return undefined;
    return {
      name: baseName(path),
      kind: facts.kind,
      executable: (facts.mode & 0o111) !== 0 && facts.kind === "file",
      size: facts.kind === "link" ? 0 : facts.size, // one that leads nowhere
    };
  }
  return {
    label: root,
    folder: root,
    stat: (path) => Promise.resolve(entryAt(path)),
    list(path) {
      const names = listDirectory(nativeBelow(root, path));
      if (names === undefined) return Promise.resolve(undefined);
      const entries: FileTreeEntry[] = [];
      for (const { name, isSymlink } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const entry = entryAt(path === "" ? name : `${path}/${name}`);
        if (entry !== undefined) entries.push(seenInFolder(entry, isSymlink));
      }
      return Promise.resolve(entries);
    },
    read: (path) => Promise.resolve(readFileIfThere(nativeBelow(root, path))),
    open(path) {
      const place = nativeBelow(root, path);
      return Promise.resolve(lookThrough(place)?.kind === "file" ? streamFile(place) : undefined);
    },
    findFiles(directory, matches) {
      const found: string[] = [];
      const pending = [directory];
      for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
        for (const entry of listDirectory(nativeBelow(root, folder)) ?? []) {
          const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
          if (entry.isDirectory) pending.push(path);
          else if (matches(entry.name) && !isDirectory(nativeBelow(root, path))) found.push(path);
        }
      }
      return Promise.resolve(found);
    },
  };
}
