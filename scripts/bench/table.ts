/**
 * What a benchmark found, as Markdown.
 *
 * @module
 */

/** A table with a heading above it. Cells that start with a digit stand on the right. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Processor time as a ratio to DVC's, by job. */
  readonly ratios?: Readonly<Record<string, number>>;
}

/** The text of a table. */
export function printTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rules = columns.map((_, at) => /^\d/.test(rows[0]?.[at] ?? "") ? "---:" : "---");
  return [`### ${title}`, "", line(columns), line(rules), ...rows.map(line), ""].join("\n");
}

/** Seconds as people read them: `41 ms`, `2.31 s`. */
export function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

/** Bytes in millions. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** The size of a file, in bytes, as titles show it. */
export function shownSize(bytes: number): string {
  if (bytes >= 1 << 30) return `${bytes / (1 << 30)} GiB`;
  return `${Math.round(bytes / 1000)} KB`;
}
