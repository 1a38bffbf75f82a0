/**
 * Listings as lines: names, with sizes and hashes before them.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import { humanSize } from "../console/units.ts";

/** One line of a listing. */
export interface Row {
  readonly label: string;
  readonly size: number | undefined;
  readonly md5?: string | undefined;
}

/** A name with those below it. */
export interface NamedNode {
  readonly name: string;
  readonly size: number | undefined;
  readonly md5?: string | undefined;
  readonly children?: readonly NamedNode[];
}

/** Names as a tree: `├── name`. */
export function treeRows(nodes: readonly NamedNode[], indent: string): Row[] {
  return nodes.flatMap((node, i) => {
    const last = i === nodes.length - 1;
    const row = { ...node, label: `${indent}${last ? "└── " : "├── "}${node.name}` };
    return [row, ...treeRows(node.children ?? [], indent + (last ? "    " : "│   "))];
  });
}

/** Prints lines as they come; where columns are asked for, when all have come. */
export async function printEach(
  rows: AsyncIterable<Row>,
  columns: { size: boolean; hash: boolean },
  context: CommandContext,
): Promise<void> {
  if (columns.size || columns.hash) return printRows(await Array.fromAsync(rows), columns, context);
  for await (const { label } of rows) context.output.line(label);
}

/** Prints lines, with the columns that were asked for before the names. */
export function printRows(
  rows: Iterable<Row>,
  columns: { size: boolean; hash: boolean },
  { output }: CommandContext,
): void {
  if (!columns.size && !columns.hash) {
    for (const { label } of rows) output.line(label);
    return;
  }
  const cells = Array.from(rows, ({ label, size, md5 }) => [
    ...(columns.size ? [size === undefined ? "" : humanSize(size)] : []),
    ...(columns.hash ? [md5 ?? "-"] : []),
    label,
  ]);
  for (const line of tableLines(cells, { right: columns.size ? [0] : [], keepBlanks: true })) {
    output.line(line.trimEnd());
  }
}
