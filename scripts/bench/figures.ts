/**
 * What was reached before: ratios to DVC, which hold on any machine, in `figures.json`.
 *
 * @module
 */

/** Ratios by job; smaller is better. */
export type Figures = Readonly<Record<string, number>>;

const path = new URL("figures.json", import.meta.url);

/** Ratios of neighbouring runs differ by so much without any reason in the program. */
const noise = { factor: 1.3, plus: 0.03 };

function read(): Record<string, Figures> {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** Lines about jobs of a table that are worse than what was reached. */
export function regressions(table: string, found: Figures): string[] {
  const reached = read()[table] ?? {};
  return Object.entries(found).flatMap(([job, ratio]) => {
    const before = reached[job];
    if (before === undefined || ratio <= before * noise.factor + noise.plus) return [];
    return [`WORSE: ${table}, ${job}: ${ratio.toFixed(2)} of DVC, was ${before.toFixed(2)}`];
  });
}

/** Makes the ratios found what was reached. */
export function record(table: string, found: Figures): void {
  const rounded = Object.fromEntries(
    Object.entries(found).map(([job, ratio]) => [job, Number(ratio.toFixed(3))]),
  );
  Deno.writeTextFileSync(path, `${JSON.stringify({ ...read(), [table]: rounded }, null, 2)}\n`);
}
