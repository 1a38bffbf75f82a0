/**
 * Columns of text, spaced as DVC's are.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import { displayWidth } from "./display_width.ts";

/** How a table is laid out. */
export interface TableOptions {
  readonly headers?: readonly string[];
  /** Columns whose cells stand at the right, by number. */
  readonly right?: readonly number[];
  /** A GitHub table instead of plain columns. */
  readonly markdown?: boolean;
  /** Keep blanks at the ends of cells, as trees need it. */
  readonly keepBlanks?: boolean;
}

/** The lines of a table; missing cells show as `-`. */
export function tableLines(
  rows: readonly (readonly (string | undefined)[])[],
  options: TableOptions = {},
): string[] {
  const { headers = [], right = [], markdown = false, keepBlanks = false } = options;
  const cells = rows.map((row) =>
    row.map((cell) => cell === undefined ? "-" : keepBlanks ? cell : cell.trim())
  );
  const columns = Math.max(headers.length, ...cells.map((row) => row.length));
  for (const row of cells) while (row.length < columns) row.push("-");
  const widths = Array.from({ length: columns }, (_, at) =>
    cells.reduce(
      (widest, row) => Math.max(widest, displayWidth(row[at] ?? "")),
      // A heading claims two columns more than it has letters.
      headers.length === 0 ? 0 : displayWidth(headers[at] ?? "") + 2,
    ));
  const layOut = (row: readonly string[]) => {
    const padded = widths.map((width, at) => {
      const cell = row[at] ?? "";
      const blanks = " ".repeat(Math.max(0, width - displayWidth(cell)));
      return right.includes(at) ? blanks + cell : cell + blanks;
    });
    return markdown ? `| ${padded.join(" | ")} |` : padded.join("  ").trimEnd();
  };
  const lines: string[] = [];
  if (headers.length > 0) lines.push(layOut(headers));
  if (markdown) lines.push(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  append(lines, cells.map(layOut));
  return lines;
}
