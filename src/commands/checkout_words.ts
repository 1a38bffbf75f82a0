/**
 * How checkouts are told.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import type { CheckedOut } from "../operations/checked_out.ts";

const letters = { added: "A", modified: "M", deleted: "D" } as const;

/** One line per output that changed: `A       data/`. */
export function printCheckedOut(outs: readonly CheckedOut[], context: CommandContext): void {
  for (const change of ["modified", "added", "deleted"] as const) {
    for (const out of [...outs].sort(foldersFirst)) {
      if (out.change !== change) continue;
      context.reporter.say(`${letters[change]}       ${out.path}${out.isFolder ? "/" : ""}`);
    }
  }
}

function foldersFirst(a: CheckedOut, b: CheckedOut): number {
  if (a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
