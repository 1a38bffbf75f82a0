/**
 * Where `.dvcignore` files are read from: the disk, or a revision.
 *
 * @module
 */
import type { FileTree } from "../platform/file_tree.ts";
import { leadsSomewhere, lookThrough, readFileIfThere } from "../platform/files.ts";
import { baseName, joinPath, nativeBelow, parentPath } from "../platform/paths.ts";
import type { IgnoreSource } from "./ignore.ts";

/** The files of a project on disk, read when they are asked for. */
export function diskIgnoreSource(root: string): IgnoreSource {
  return {
    read(path) {
      const place = nativeBelow(root, path);
      // A folder of that name holds no rules, and a pipe would never end.
      if (!leadsSomewhere(place) || lookThrough(place)?.kind !== "file") return undefined;
      return readFileIfThere(place);
    },
    exists: (path) => leadsSomewhere(nativeBelow(root, path)),
  };
}

/** What is read of a tree beforehand. */
export interface PreloadOptions {
  /** The project's root within the tree; `""` when left out. */
  readonly root?: string;
  /** Read only what can have a say about this path (relative to the root) and what is above it. */
  readonly onTheWayTo?: string;
}

/** Reads the `.dvcignore` files of a tree; afterwards the answers come without waiting. */
export async function preloadIgnoreSource(
  tree: FileTree,
  { root = "", onTheWayTo }: PreloadOptions = {},
): Promise<IgnoreSource> {
  const texts = new Map<string, Uint8Array>();
  const projects = new Set<string>();
  if (onTheWayTo !== undefined) {
    for (const folder of foldersTo(onTheWayTo)) {
      await keep(joinPath(folder, ".dvcignore"));
      const marker = joinPath(folder, ".dvc");
      if (await tree.stat(joinPath(root, marker)) !== undefined) projects.add(marker);
    }
  } else {
    const cut = root === "" ? 0 : root.length + 1;
    // Only names are shown, and a `.dvc` folder is known by what lies in it: so all are taken.
    for (const path of await tree.findFiles(root, () => true)) {
      const below = path.slice(cut);
      if (baseName(below) === ".dvcignore") await keep(below);
      const marker = /^(?:.*?\/)?\.dvc(?=\/|$)/s.exec(below)?.[0];
      if (marker !== undefined) projects.add(marker);
    }
  }
  return { read: (path) => texts.get(path), exists: (path) => projects.has(path) };

  async function keep(path: string): Promise<void> {
    if ((await tree.stat(joinPath(root, path)))?.kind !== "file") return;
    const bytes = await tree.read(joinPath(root, path));
    if (bytes !== undefined) texts.set(path, bytes);
  }
}

/** The root, every folder on the way, and the path itself, which may be a folder. */
function foldersTo(path: string): string[] {
  const folders: string[] = [];
  for (let at = path; at !== ""; at = parentPath(at)) folders.unshift(at);
  return ["", ...folders];
}
