/**
 * Git LFS pointers: the small text that Git holds in place of a large file.
 * Source: the Git LFS specification, version 1.
 *
 * @module
 */

/** What a pointer says of the file it stands for. */
export interface LfsPointer {
  /** SHA-256 of the content, in lower-case hex. */
  readonly oid: string;
  /** In bytes. */
  readonly size: number;
}

/** A pointer and the file that holds it, for messages. */
export interface NamedPointer extends LfsPointer {
  readonly path: string;
}

/** No pointer is longer. */
export const longestPointer = 1024;

/** Reads a pointer; undefined where the bytes are something else. */
export function parsePointer(bytes: Uint8Array): LfsPointer | undefined {
  if (bytes.length > longestPointer) return undefined;
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (
    !/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\//.test(lines[0] ?? "")
  ) {
    return undefined;
  }
  const oid = /^oid sha256:([0-9a-f]{64})\r?$/.exec(
    lines.find((one) => one.startsWith("oid ")) ?? "",
  );
  const size = /^size (\d{1,16})\r?$/.exec(lines.find((one) => one.startsWith("size ")) ?? "");
  if (oid?.[1] === undefined || size?.[1] === undefined) return undefined;
  return { oid: oid[1], size: Number(size[1]) };
}
