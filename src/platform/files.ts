/**
 * Files on a disk. Synchronous, since a promise per file costs more than the call itself.
 *
 * @module
 */
import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { collectGarbage } from "./garbage.ts";

/** What one look at a path tells. Times are milliseconds since 1970. */
export interface FileFacts {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly size: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
  /** Permission bits only, such as 0o644. */
  readonly mode: number;
}

function factsOf(info: Deno.FileInfo): FileFacts {
  return {
    kind: info.isFile ? "file" : info.isDirectory ? "directory" : info.isSymlink ? "link" : "other",
    size: info.size,
    mtime: info.mtime?.getTime() ?? 0,
    ctime: info.ctime?.getTime() ?? 0,
    inode: info.ino ?? 0,
    device: info.dev,
    links: info.nlink ?? 1,
    mode: (info.mode ?? 0) & 0o7777,
  };
}

/** Whether an error says that a path does not exist (or cannot, because a parent is a file). */
export function isNotFound(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    (error instanceof Error && "code" in error && error.code === "ENOTDIR");
}

/** Whether an error says that a path exists already. */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof Deno.errors.AlreadyExists;
}

/** Whether an error says that this user may not do it. */
export function isPermissionDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "EROFS");
}

/**
 * Opens a file. Where Deno's permissions are narrow, its error for this does not say which file it
 * was; the one thrown here always does.
 */
export function openFile(path: string, options: Deno.OpenOptions = { read: true }): Deno.FsFile {
  return namingPath(path, () => Deno.openSync(path, options));
}

/** An error of opening or reading a file, with the path where Deno left it out. */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && / \(os error \d+\)$/.test(error.message)) {
    error.message += `: open '${path}'`;
  }
  return error;
}

function namingPath<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(error, path);
  }
}

function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The facts of what lies at a path, links not followed; undefined where nothing does. */
export function lookAt(path: string): FileFacts | undefined {
  return unlessMissing(() => factsOf(Deno.lstatSync(path)));
}

/** The facts of what a path leads to, links followed; undefined where that is nothing. */
export function lookThrough(path: string): FileFacts | undefined {
  return unlessMissing(() => factsOf(Deno.statSync(path)));
}

/** Whether there is a folder at a path, links followed. */
export function isDirectory(path: string): boolean {
  return lookThrough(path)?.kind === "directory";
}

/** Whether anything lies at a path, a dead link included. */
export function exists(path: string): boolean {
  return lookAt(path) !== undefined;
}

/**
 * Whether a path leads to something, dead links not counting. Where nothing is, this takes a tenth
 * of the time of {@linkcode exists}, so it suits questions that are mostly answered by no.
 */
export function leadsSomewhere(path: string): boolean {
  return existsSync(path);
}

/** A file's bytes, or undefined where there is no such file. */
export function readFileIfThere(path: string): Uint8Array<ArrayBuffer> | undefined {
  return unlessMissing(() => namingPath(path, () => Deno.readFileSync(path)));
}

/** A file's text as UTF-8, or undefined where there is no such file. */
export function readTextIfThere(path: string): string | undefined {
  return unlessMissing(() => namingPath(path, () => Deno.readTextFileSync(path)));
}

/** One name in a folder. */
export interface DirectoryName {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

/** The names in a folder in no particular order; undefined where there is no such folder. */
export function listDirectory(path: string): DirectoryName[] | undefined {
  return unlessMissing(() => [...Deno.readDirSync(path)]);
}

/** What a folder holds. */
export interface FolderNames {
  /** All names, sorted by their UTF-16 units. */
  readonly names: readonly string[];
  /** Those that are not plain files: folders, links, pipes. */
  readonly others: ReadonlyMap<string, DirectoryName>;
}

/**
 * The names in a folder that may hold a million: an object for each, as
 * {@linkcode listDirectory} gives them, takes 400 bytes.
 */
export function listNames(path: string): FolderNames | undefined {
  const found = unlessMissing(() => compactNames(Deno.readDirSync(path)));
  collectGarbage(found?.names.length ?? 0);
  return found;
}

function compactNames(entries: Iterable<DirectoryName>): FolderNames {
  const names: string[] = [];
  const others = new Map<string, DirectoryName>();
  for (const entry of entries) {
    names.push(entry.name);
    if (!entry.isFile) others.set(entry.name, entry);
  }
  return { names: names.sort(), others };
}

/** Makes a folder and its parents where they are missing. */
export function makeDirectory(path: string, mode?: number): void {
  Deno.mkdirSync(path, mode === undefined ? { recursive: true } : { recursive: true, mode });
}

/** Makes a folder that only its owner may enter. */
export function makePrivate(path: string): void {
  if (isDirectory(path)) return;
  makeDirectory(path, 0o700);
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const randomPool = new Uint8Array(22 * 64);
let randomUsed = randomPool.length;

/**
 * A name nobody else uses, in the shape of DVC's temporary files: `.<22 characters>.tmp`. Files
 * so named are rubbish to every reader of a cache or remote.
 */
export function temporaryName(): string {
  if (randomUsed === randomPool.length) {
    crypto.getRandomValues(randomPool);
    randomUsed = 0;
  }
  let name = ".";
  for (let i = 0; i < 22; i++) name += alphabet[(randomPool[randomUsed++] ?? 0) & 63];
  return name + ".tmp";
}

/** Whether a name has the shape of {@linkcode temporaryName}. */
export function isTemporaryName(name: string): boolean {
  return /^\.[\w-]{22}\.tmp$/.test(name);
}

/** What nobody has written to for so many milliseconds, a day, is of a run that died. */
export const staleAge = 24 * 60 * 60 * 1000;

/**
 * Removes temporary files that runs which died left in a folder, and folders of them; those below
 * it stay. Others may still be writing to young ones: `olderThan` is in milliseconds.
 */
export function removeTemporaries(
  folder: string,
  { olderThan = 0 }: { readonly olderThan?: number } = {},
): void {
  if (!leadsSomewhere(folder)) return;
  const latest = Date.now() - olderThan;
  for (const { name } of listDirectory(folder) ?? []) {
    if (!isTemporaryName(name)) continue;
    const path = `${folder}/${name}`;
    if (olderThan === 0 || (lookAt(path)?.mtime ?? latest) < latest) removeTree(path);
  }
}

/** A new file with just this mode, whatever the umask says. */
function openNew(path: string, mode: number | undefined): Deno.FsFile {
  if (mode === undefined) return openFile(path, { write: true, createNew: true });
  const file = openFile(path, { write: true, createNew: true, mode });
  if ((mode & 0o666 & ~defaultMode()) !== 0) changeMode(path, mode);
  return file;
}

/** Writes all bytes; a file of that name must not exist. */
export function createFile(path: string, bytes: Uint8Array, mode?: number): void {
  const file = openNew(path, mode);
  try {
    writeAll(file, bytes);
  } finally {
    file.close();
  }
}

/** Writes all bytes to an open file. */
export function writeAll(file: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += file.writeSync(at === 0 ? bytes : bytes.subarray(at));
}

/** Removes a file or link, if there is one. */
export function removeIfThere(path: string): void {
  unlessMissing(() => Deno.removeSync(path));
}

/** Removes a file or a whole folder, if there is one. Links are removed, not followed. */
export function removeTree(path: string): void {
  unlessMissing(() => Deno.removeSync(path, { recursive: true }));
}

/** Removes a folder if it is empty; answers whether it is gone. */
export function removeEmptyDirectory(path: string): boolean {
  if ([...Deno.readDirSync(path)].length > 0) return false;
  Deno.removeSync(path);
  return true;
}

/** Renames, replacing a file that is there. */
export function renameFile(from: string, to: string): void {
  Deno.renameSync(from, to);
}

/** Copies a file's bytes; on file systems that can, the copy shares its blocks (reflink). */
export function copyFile(from: string, to: string): void {
  Deno.copyFileSync(from, to);
}

/** File systems whose copies share blocks: btrfs, XFS, bcachefs. */
const sharing = new Set([0x9123683e, 0x58465342, 0xca451a4e]);

/** Whether {@linkcode copyFile} within a folder's file system shares blocks instead of copying. */
export function sharesBlocks(folder: string): boolean {
  try {
    return sharing.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}

/** Makes a second name for a file. */
export function linkFile(existing: string, name: string): void {
  Deno.linkSync(existing, name);
}

/** Makes a link that leads to a path. */
export function symlinkFile(target: string, name: string): void {
  Deno.symlinkSync(target, name, { type: "file" });
}

/** What a link says. */
export function readLink(path: string): string {
  return Deno.readLinkSync(path);
}

/** Sets permission bits. */
export function changeMode(path: string, mode: number): void {
  Deno.chmodSync(path, mode);
}

/** The path with every link resolved. */
export function realPath(path: string): string {
  return Deno.realPathSync(path);
}

/** Changes the access and modification time, in milliseconds since 1970. */
export function touch(path: string, time: number): void {
  Deno.utimeSync(path, new Date(time), new Date(time));
}

/**
 * A path in the system's folder for temporary files at which nothing is. Deno's own calls for this
 * fail where a program that may be started lies below that folder, since nobody may write to it.
 */
function temporaryPath(): string {
  return `${tmpdir()}/dvt-${temporaryName().slice(1, -4)}`;
}

/** A new empty folder of a run's own below the system's folder for temporary files. */
export function makeTemporaryDirectory(): string {
  const path = temporaryPath();
  Deno.mkdirSync(path, { mode: 0o700 });
  return path;
}

/** Opens a file for reading. */
export function openForReading(path: string): Deno.FsFile {
  return openFile(path);
}

/** A file's bytes as they come, for files that may be large. */
export function streamFile(path: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return openFile(path).readable;
}

/** An open file that only takes bytes. */
export interface FileWriter {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Creates a file that must not exist and opens it for writing. */
export function createWriter(path: string, mode?: number): FileWriter {
  const file = openNew(path, mode);
  return { write: (bytes) => writeAll(file, bytes), close: () => file.close() };
}

let fileMode: number | undefined;

/** The permission bits that this process gives a new file: 0666 less its umask. */
export function defaultMode(): number {
  if (fileMode === undefined) {
    const probe = temporaryPath();
    createFile(probe, new Uint8Array());
    fileMode = Deno.lstatSync(probe).mode ?? 0o644;
    Deno.removeSync(probe);
  }
  return fileMode & 0o777;
}
