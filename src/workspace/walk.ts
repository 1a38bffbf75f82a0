/**
 * The files of a tracked folder as they lie on disk: one walk, one look per file.
 *
 * @module
 */
import { FactColumns, type FileFactsTable } from "../objects/file_facts.ts";
import { DvtError } from "../platform/error.ts";
import {
  type FileFacts,
  type FolderNames,
  isDirectory,
  listNames,
  lookAt,
  lookThrough,
  readLink,
} from "../platform/files.ts";
import { breathe, stopIfAborted } from "../platform/pool.ts";

/** What `.dvcignore` hides in one folder. */
export interface FolderFilter {
  /** Whether a name in this folder is hidden. */
  ignores(name: string, isDirectory: boolean): boolean;
  /**
   * The filter of a folder in this one, or undefined where nothing in it is visible; `has` tells
   * which names it holds.
   */
  enter(name: string, has?: (name: string) => boolean): FolderFilter | undefined;
}

/** A filter that hides nothing. */
export const everything: FolderFilter = { ignores: () => false, enter: () => everything };

/** The files of a folder in walk order, with their facts. */
export interface Walk extends FileFactsTable {
  /** Positions of names that are links to files: adding replaces them by what they lead to. */
  readonly links: readonly number[];
  /** Positions of files with an executable bit. */
  readonly executables: readonly number[];
  /** Positions of files that nobody may write or that have several names: links into a cache. */
  readonly protectedFiles: readonly number[];
  /** Hidden by `.dvcignore`, relative to the folder: checkout leaves these alone. */
  readonly ignored: readonly string[];
  /** When the walk began, in milliseconds. */
  readonly looked: number;
}

/** How a folder is walked. */
export interface WalkOptions {
  /** The filter of the folder itself. */
  readonly filter: FolderFilter;
  readonly signal: AbortSignal;
  /** Whether links that lead nowhere are passed over instead of refused. */
  readonly deadLinks?: boolean;
}

/**
 * Walks a folder. Links to files count as files, links to folders are passed over as DVC does;
 * a link that leads nowhere is an error. Does not enter nested projects (`.dvc`), nor `.git`.
 */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const paths: string[] = [];
  const facts = new FactColumns();
  const links: number[] = [];
  const executables: number[] = [];
  const protectedFiles: number[] = [];
  const ignored: string[] = [];
  const looked = Date.now();
  let sinceBreath = 0;

  async function enter(
    { folder, place, filter }: { folder: string; place: string; filter: FolderFilter },
    { names, others }: FolderNames,
  ): Promise<void> {
    const prefix = folder === "" ? "" : `${folder}/`;
    for (const name of names) {
      const entry = others.get(name);
      const path = prefix + name;
      const below = `${place}/${name}`;
      if (name.includes("\ufffd")) refuseUndecodable(below);
      if (filter.ignores(name, entry?.isDirectory === true)) {
        ignored.push(path);
        continue;
      }
      if (entry?.isDirectory === true) {
        const inner = listNames(below) ?? nothingInside;
        const rules = filter.enter(name, (one) => inner.names.includes(one));
        if (rules === undefined) ignored.push(path);
        else await enter({ folder: path, place: below, filter: rules }, inner);
        continue;
      }
      if (name === ".dvcignore") {
        throw new DvtError(
          "failed",
          `.dvcignore file should not be in collected dir path: '${place}'`,
        );
      }
      const found = entry?.isSymlink !== true
        ? lookAt(below)
        : options.deadLinks === true
        ? lookThrough(below)
        : throughLink(below);
      if (found === undefined || found.kind === "directory") continue;
      if (found.kind !== "file") {
        throw new DvtError("failed", `'${below}' is not a file (a pipe, socket or device)`, {
          hint: "remove it or hide it with a line in .dvcignore",
        });
      }
      if (entry?.isSymlink === true) links.push(paths.length);
      if ((found.mode & 0o111) !== 0) executables.push(paths.length);
      if (maybeLinked(found)) protectedFiles.push(paths.length);
      paths.push(path);
      facts.add(found);
      if (++sinceBreath === 8192) {
        sinceBreath = 0;
        await breathe();
        stopIfAborted(options.signal);
      }
    }
  }
  await enter(
    { folder: "", place: root, filter: options.filter },
    listNames(root) ?? nothingInside,
  );
  return { ...facts.table(paths), links, executables, protectedFiles, ignored, looked };
}

const nothingInside: FolderNames = { names: [], others: new Map() };

/** Whether a file may be linked to a cache: nobody may write it, or it has another name. */
export function maybeLinked({ mode, links }: FileFacts): boolean {
  return (mode & 0o222) === 0 || links > 1;
}

function throughLink(path: string): FileFacts | undefined {
  const facts = lookThrough(path);
  if (facts !== undefined) return facts;
  if (isDirectory(path)) return undefined;
  throw new DvtError(
    "not-found",
    `'${path}' is a link to '${readLink(path)}', which does not exist`,
    {
      hint: "remove the link or restore what it leads to",
    },
  );
}

function refuseUndecodable(path: string): void {
  if (lookAt(path) === undefined) {
    throw new DvtError("failed", `'${path}' has a name that is not valid UTF-8`, {
      hint: "rename it; DVC's formats can only hold UTF-8 names",
    });
  }
}
