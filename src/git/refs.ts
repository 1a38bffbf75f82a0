/**
 * Names of commits, read from the repository's files: no child process for what a file answers.
 *
 * @module
 */
import { isDirectory, leadsSomewhere, listDirectory, readTextIfThere } from "../platform/files.ts";
import { nativeBelow } from "../platform/paths.ts";
import type { Git } from "./repository.ts";

/** Where the work tree stands. */
export interface Head {
  /** The branch, without `refs/heads/`; undefined on a detached HEAD. */
  readonly branch: string | undefined;
  /** The commit; undefined before the first one, and where only git can tell. */
  readonly commit: string | undefined;
}

/** What a ref leads to. */
export interface Ref {
  /** The full name, such as `refs/tags/v1`. */
  readonly name: string;
  /** The object: a commit, or the tag object of an annotated tag. */
  readonly id: string;
  /** The object behind the tag object, where a file tells it. */
  readonly peeled?: string;
}

const objectName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether a text is the full name of an object. */
export function isFullSha(text: string): boolean {
  return objectName.test(text);
}

/** Whether refs are plain files here. A `reftable` repository keeps them in a format of its own. */
export function hasRefFiles(git: Git): boolean {
  return !leadsSomewhere(nativeBelow(git.commonDirectory, "reftable"));
}

/** Where HEAD points. */
export function readHead(git: Git): Head {
  if (!hasRefFiles(git)) return askForHead(git);
  const text = readTextIfThere(nativeBelow(git.gitDirectory, "HEAD"))?.trim() ?? "";
  const target = symbolicTarget(text);
  if (target === undefined) {
    return { branch: undefined, commit: isFullSha(text) ? text : undefined };
  }
  return {
    branch: target.startsWith("refs/heads/") ? target.slice("refs/heads/".length) : undefined,
    commit: readRef(git, target)?.id,
  };
}

function askForHead(git: Git): Head {
  const question = { okCodes: [0, 1, 128] };
  const text = (args: string[]) =>
    new TextDecoder().decode(git.runSync(args, question).stdout).trim() || undefined;
  return {
    branch: text(["symbolic-ref", "--quiet", "--short", "HEAD"]),
    commit: text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]),
  };
}

/**
 * The ref of a full name, symbolic refs followed; undefined where no file holds it. The name must
 * be well-formed, see {@linkcode isRefName}.
 */
export function readRef(git: Git, name: string): Ref | undefined {
  let current = name;
  // Git itself gives up on a chain of more than five.
  for (let hops = 0; hops <= 5; hops++) {
    const text = looseRef(git, current);
    const target = text === undefined ? undefined : symbolicTarget(text);
    if (target !== undefined) {
      current = target;
    } else if (text !== undefined && isFullSha(text)) {
      return { name, id: text };
    } else {
      const packed = packedRefs(git).get(current);
      return packed === undefined ? undefined : { ...packed, name };
    }
  }
  return undefined;
}

/** What a ref's own file says, if it has one. */
function looseRef(git: Git, name: string): string | undefined {
  const folder = isPerWorkTree(name) ? git.gitDirectory : git.commonDirectory;
  const file = nativeBelow(folder, name);
  if (!leadsSomewhere(file) || isDirectory(file)) return undefined;
  return readTextIfThere(file)?.trim();
}

function isPerWorkTree(name: string): boolean {
  return !name.startsWith("refs/") || /^refs\/(bisect|worktree|rewritten)\//.test(name);
}

function symbolicTarget(text: string): string | undefined {
  const target = /^ref:\s*(\S+)$/.exec(text)?.[1];
  return target !== undefined && isRefName(target) ? target : undefined;
}

/** All refs below a prefix such as `refs/tags/`, ordered by name (as code points). */
export async function listRefs(git: Git, prefix: string): Promise<Ref[]> {
  const refs = new Map<string, Ref>();
  if (hasRefFiles(git)) {
    for (const [name, ref] of packedRefs(git)) if (name.startsWith(prefix)) refs.set(name, ref);
    for (const name of looseNames(git.commonDirectory, prefix.replace(/\/$/, ""))) {
      const ref = readRef(git, name);
      if (ref !== undefined) refs.set(name, ref);
    }
  } else {
    const format = "%(refname)%00%(objectname)%00%(*objectname)";
    const answer = await git.run(["for-each-ref", `--format=${format}`, prefix]);
    for (const line of new TextDecoder().decode(answer.stdout).split("\n")) {
      const [name = "", id = "", peeled = ""] = line.split("\0");
      if (id !== "") refs.set(name, { name, id, ...(peeled === "" ? {} : { peeled }) });
    }
  }
  return [...refs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function* looseNames(folder: string, name: string): Generator<string> {
  for (const entry of listDirectory(nativeBelow(folder, name)) ?? []) {
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory) yield* looseNames(folder, path);
    else if (isRefName(path)) yield path;
  }
}

interface PackedRefs {
  readonly text: string;
  readonly refs: ReadonlyMap<string, Ref>;
}

/** Parsed once for as long as the file says the same. */
const packed = new WeakMap<Git, PackedRefs>();

function packedRefs(git: Git): ReadonlyMap<string, Ref> {
  const text = readTextIfThere(nativeBelow(git.commonDirectory, "packed-refs")) ?? "";
  const known = packed.get(git);
  if (known !== undefined && known.text === text) return known.refs;
  const refs = parsePackedRefs(text);
  packed.set(git, { text, refs });
  return refs;
}

/** The refs in the text of a `packed-refs` file. Lines that are no refs are passed over. */
export function parsePackedRefs(text: string): Map<string, Ref> {
  const refs = new Map<string, Ref>();
  // Then a ref without a line of its own for the object behind it is not an annotated tag.
  const fullyPeeled = /^# pack-refs with:.* fully-peeled /.test(text);
  let last: Ref | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("^") && last !== undefined && isFullSha(line.slice(1))) {
      refs.set(last.name, { ...last, peeled: line.slice(1) });
      continue;
    }
    const space = line.indexOf(" ");
    const id = line.slice(0, Math.max(space, 0));
    const name = line.slice(space + 1);
    last = isFullSha(id) && isRefName(name)
      ? { name, id, ...(fullyPeeled ? { peeled: id } : {}) }
      : undefined;
    if (last !== undefined) refs.set(name, last);
  }
  return refs;
}

/**
 * Whether a text can be the full name of a ref or a name like `HEAD`, by git's rules. Such a name
 * never leaves the folder in which refs are kept.
 */
export function isRefName(name: string): boolean {
  // deno-lint-ignore no-control-regex
  if (name === "" || name === "@" || /[\x00-\x20\x7f ~^:?*[\\]|\.\.|@\{|\/\/|[/.]$/.test(name)) {
    return false;
  }
  return name.split("/").every((part) =>
    part !== "" && !part.startsWith(".") && !part.endsWith(".lock")
  );
}
