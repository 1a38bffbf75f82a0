/**
 * Entries in `.gitignore` that keep Git from tracking data: one line a path, in the `.gitignore`
 * beside it.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  exists,
  leadsSomewhere,
  lookThrough,
  readFileIfThere,
  realPath,
  removeIfThere,
} from "../platform/files.ts";
import { fileName, isInside, nativeBelow, parentDirectory, toPosix } from "../platform/paths.ts";

/** What was done to one `.gitignore`. */
export interface IgnoreEdit {
  readonly kind: "addition" | "removal";
  /** Absolute. */
  readonly file: string;
  /** The paths whose entries were asked for. */
  readonly paths: readonly string[];
  readonly changed: boolean;
  /** Whether the file is there afterwards; one that lost its last line is removed. */
  readonly remains: boolean;
  /** What it held before; undefined where there was none. */
  readonly before: Uint8Array<ArrayBuffer> | undefined;
  /** What it holds now; undefined where it is gone. */
  readonly after: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Appends an entry for each path (absolute), as DVC writes them. Whether Git ignores a path anyway
 * is the caller's question, see `tracked.ts`. Paths that share a folder cost one write.
 */
export function addIgnoreEntries(paths: readonly string[], gitRoot: string): IgnoreEdit[] {
  return editEach(paths, { gitRoot, kind: "addition" }, (text, names) => {
    const head = text ?? "";
    const gap = head === "" || head.endsWith("\n") ? "" : "\n";
    return head + gap + names.map((name) => `${bytesOf(entryFor(name))}\n`).join("");
  });
}

/** Takes the entries of paths (absolute) away again; a `.gitignore` without lines is removed. */
export function removeIgnoreEntries(paths: readonly string[], gitRoot: string): IgnoreEdit[] {
  return editEach(paths, { gitRoot, kind: "removal" }, (text, names) => {
    if (text === undefined) return undefined;
    const unwanted = new Set(names.flatMap(formsOf).map(bytesOf));
    const lines = text.split(/(?<=\n|\r(?!\n))/).filter((line) => line !== "");
    const kept = lines.filter((line) => !isOneOf(unwanted, line));
    if (kept.length === lines.length) return text;
    if (kept.length === 0) return undefined;
    // As DVC does, which reads lines of any kind and writes one kind.
    return kept.map((line) => line.replace(/(\r\n|\r)$/, "\n")).join("");
  });
}

/**
 * Undoes an edit after a failure: the old bytes come back, unless somebody else has changed the
 * file since; then only the entries are undone.
 */
export function undoIgnoreEdit(edit: IgnoreEdit, gitRoot: string): void {
  if (!edit.changed) return;
  if (!sameBytes(readFileIfThere(edit.file), edit.after)) {
    if (edit.kind === "addition") removeIgnoreEntries(edit.paths, gitRoot);
    else addIgnoreEntries(edit.paths, gitRoot);
  } else if (edit.before === undefined) removeIfThere(edit.file);
  else writeFileAtomically(edit.file, edit.before);
}

/**
 * The line that makes Git ignore a name in the folder of its `.gitignore`, without line break. What
 * DVC writes and Git then misreads is written otherwise: a space at the end, and line breaks, which
 * no line can hold.
 */
export function entryFor(name: string): string {
  const escaped = name.replace(/[\\[\]!*#?]/g, (character) => `\\${character}`);
  const lines = escaped.replace(/\n|\r$/g, "?");
  return `/${lines.endsWith(" ") ? `${lines.slice(0, -1)}\\ ` : lines}`;
}

/** All lines that may stand for a name: ours, DVC's, and the unescaped one of old DVCs. */
function formsOf(name: string): string[] {
  const escaped = name.replace(/[\\[\]!*#?]/g, (character) => `\\${character}`);
  return [entryFor(name), `/${escaped}`, `/${name}`];
}

/** UTF-8, one character a byte. */
function bytesOf(text: string): string {
  return latin1(new TextEncoder().encode(text));
}

/** Compared as DVC does, without the space around a line, but a space behind a backslash stays. */
function isOneOf(entries: ReadonlySet<string>, line: string): boolean {
  const content = line.replace(/[\r\n]+$/, "");
  return entries.has(content) ||
    entries.has(content.replace(/^[\t-\r ]+/, "").replace(/(?<!\\)[\t-\r ]+$/, ""));
}

type Change = (text: string | undefined, names: readonly string[]) => string | undefined;

function editEach(
  paths: readonly string[],
  { gitRoot, kind }: { gitRoot: string; kind: IgnoreEdit["kind"] },
  change: Change,
): IgnoreEdit[] {
  const byFolder = new Map<string, string[]>();
  for (const path of paths) {
    const folder = parentDirectory(path);
    const together = byFolder.get(folder);
    if (together === undefined) byFolder.set(folder, [path]);
    else together.push(path);
  }
  const edits: IgnoreEdit[] = [];
  for (const [folder, together] of byFolder) {
    // Where the folder is gone, its entries are too.
    if (kind === "removal" && !leadsSomewhere(folder)) continue;
    const file = ignoreFileIn(folder, { gitRoot, path: together[0] ?? folder });
    const before = readFileIfThere(file);
    // One character a byte, so that bytes that are no UTF-8 survive.
    const text = before === undefined ? undefined : latin1(before);
    const changed = change(text, [...new Set(together.map((path) => fileName(path)))]);
    edits.push(write({ kind, file, paths: together, before }, { text, changed }));
  }
  return edits;
}

function write(
  edit: Pick<IgnoreEdit, "kind" | "file" | "paths" | "before">,
  { text, changed }: { text: string | undefined; changed: string | undefined },
): IgnoreEdit {
  if (changed === text) {
    return { ...edit, changed: false, remains: text !== undefined, after: edit.before };
  }
  if (changed === undefined) {
    removeIfThere(edit.file);
    return { ...edit, changed: true, remains: false, after: undefined };
  }
  const after = Uint8Array.from(changed, (character) => character.charCodeAt(0));
  writeFileAtomically(edit.file, after);
  return { ...edit, changed: true, remains: true, after };
}

/** The `.gitignore` of a folder. One that a link leads out of the repository is refused. */
function ignoreFileIn(
  folder: string,
  { gitRoot, path }: { gitRoot: string; path: string },
): string {
  if (!leadsSomewhere(folder)) throw new DvtError("not-found", `'${folder}' does not exist`);
  const file = nativeBelow(folder, ".gitignore");
  const real = leadsSomewhere(file) ? realPath(file) : nativeBelow(realPath(folder), ".gitignore");
  if (!isInside(toPosix(real), toPosix(realPath(gitRoot)))) {
    throw new DvtError("failed", `'${path}' is outside of git repository '${gitRoot}'`);
  }
  if (exists(file) && lookThrough(file)?.kind !== "file") {
    throw new DvtError("conflict", `'${file}' is in the way: it is not a file`);
  }
  return file;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
