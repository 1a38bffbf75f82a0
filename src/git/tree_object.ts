/**
 * The bytes of Git's tree objects.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";

/** One name in a tree object. */
export interface GitTreeEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "link" | "submodule";
  readonly executable: boolean;
  /** The object: a blob, a tree, or the commit of a submodule. */
  readonly id: string;
}

const decoder = new TextDecoder();

/**
 * Reads a tree object; `idBytes` is the length of its hashes. Names that could lead out of their
 * folder or into a repository make the whole tree invalid: git itself never writes them.
 */
export function parseTree(bytes: Uint8Array, idBytes: number): GitTreeEntry[] {
  const entries: GitTreeEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, space);
    const end = nul + 1 + idBytes;
    if (space < 0 || nul < 0 || end > bytes.length) throw invalid("it is cut short");
    const name = decoder.decode(bytes.subarray(space + 1, nul));
    if (!isHarmless(name)) throw invalid(`it holds the name ${JSON.stringify(name)}`);
    entries.push({
      name,
      ...meaningOf(decoder.decode(bytes.subarray(at, space))),
      id: bytes.subarray(nul + 1, end).toHex(),
    });
    at = end;
  }
  return entries;
}

function invalid(why: string): DvtError {
  return new DvtError("git", `a folder of the Git repository is not valid: ${why}`);
}

function isHarmless(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !name.includes("/") &&
    !/^\.git$/i.test(name);
}

function meaningOf(mode: string): Pick<GitTreeEntry, "kind" | "executable"> {
  const bits = parseInt(mode, 8);
  switch (bits & 0o170000) {
    case 0o040000:
      return { kind: "directory", executable: false };
    case 0o120000:
      return { kind: "link", executable: false };
    case 0o160000:
      return { kind: "submodule", executable: false };
    case 0o100000:
      return { kind: "file", executable: (bits & 0o100) !== 0 };
    default:
      throw invalid(`it holds an entry of mode '${mode}'`);
  }
}
