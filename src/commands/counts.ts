/**
 * Counts of files in DVC's words.
 *
 * @module
 */

/** `1 file pushed`, `2 files fetched and 1 file added`; undefined where nothing was done. */
export function countLine(counts: Readonly<Record<string, number>>): string | undefined {
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
    .map(([deed, count]) => `${count} ${count === 1 ? "file" : "files"} ${deed}`);
  if (parts.length === 0) return undefined;
  const last = parts.pop() ?? "";
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}
