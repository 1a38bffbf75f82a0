/**
 * How long it takes until dvt has said something, in each of the three ways of running it.
 *
 * @module
 */
import { environmentFor } from "../../tests/support/environment.ts";
import { temporaryProject } from "../../tests/support/temporary.ts";
import { bundle } from "../bundle.ts";
import { shownGoal } from "./goals.ts";
import { medianOf, type Meter, type Sample } from "./measure.ts";
import { dvc, dvtExecutable, ServedPrograms } from "./programs.ts";
import { megabytes, seconds, type Table } from "./table.ts";

/** `--version`, and `status` in an empty project. */
export async function startup(
  meter: Meter,
  { table, rounds }: { table: string; rounds: number },
): Promise<Table> {
  using project = temporaryProject();
  const executable = await dvtExecutable();
  await bundle(); // which is served, as on the web
  await using served = new ServedPrograms();
  const reference = await dvc();
  const programs = [executable, ...served.programs, reference];
  const env = {
    ...environmentFor(project.path),
    DENO_DIR: Deno.env.get("DENO_DIR") ?? project.at("../deno"),
    DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system",
    DENO_NO_UPDATE_CHECK: "1",
  };
  const jobs = programs.flatMap((program) =>
    ["--version", "status"].map((verb) => ({ program, verb, samples: new Array<Sample>() }))
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { program, verb, samples } of jobs) {
      const run = { command: [...program.command, verb], cwd: project.path, env };
      const sample = await meter.measure(run);
      if (round > 0) samples.push(sample); // the first one downloads and fills caches
    }
  }
  const theirs = new Map<string, number>();
  for (const { program, verb, samples } of jobs) {
    if (program === reference) theirs.set(verb, medianOf(samples).cpu);
  }
  const ratios: Record<string, number> = {};
  return {
    title: `Start-up (medians of ${rounds} rounds)`,
    columns: ["", "command", "wall", "CPU", "CPU ratio", "goal", "peak memory"],
    rows: jobs.map(({ program, verb, samples }) => {
      const { wall, cpu, peak } = medianOf(samples);
      const ratio = cpu / (theirs.get(verb) ?? 1);
      if (program === executable) ratios[verb] = ratio;
      const goal = program === executable ? shownGoal(table, verb, ratio) : "";
      const times = [seconds(wall), seconds(cpu), ratio.toFixed(2)];
      return [program.name, `\`${verb}\``, ...times, goal, megabytes(peak)];
    }),
    ratios,
  };
}
