/**
 * Times dvt beside DVC on this machine and prints tables.
 *
 *     deno task bench               all jobs
 *     deno task bench startup       one job
 *     deno task bench --record      keeps the ratios to DVC in `figures.json`
 *
 * Without `--record`, what is worse than the ratios in `figures.json` by more than the noise is
 * named, and the exit code is 1.
 *
 * Programs run in turn within a round, so that a busy moment of the machine hits all of them.
 *
 * @module
 */
import { runScript, ScriptFailure } from "../project_folder.ts";
import { bigRegistry } from "./big_registry.ts";
import { dataJobs } from "./data.ts";
import { record, regressions } from "./figures.ts";
import { Meter } from "./measure.ts";
import { s3Throughput } from "./s3.ts";
import { startup } from "./startup.ts";
import { printTable, type Table } from "./table.ts";

const jobs: Readonly<Record<string, (meter: Meter, name: string) => Promise<Table>>> = {
  "startup": (meter, table) => startup(meter, { table, rounds: 11 }),
  "big-registry": bigRegistry,
  "dataset": (meter, name) =>
    dataJobs(meter, { name, files: 2800, size: 23_000, rounds: 3, servers: true }),
  "many": (meter, name) =>
    dataJobs(meter, { name, files: 100_000, size: 4000, rounds: 1, servers: false }),
  "s3-small": (meter) => s3Throughput(meter, { files: 2800, size: 23_000, rounds: 3 }),
  "s3-large": (meter) => s3Throughput(meter, { files: 1, size: 2 * 2 ** 30, rounds: 3 }),
  "large": (meter, name) =>
    dataJobs(meter, { name, files: 1, size: 1 << 30, rounds: 3, servers: false }),
};

if (import.meta.main) {
  await runScript(async () => {
    const given = Deno.args.filter((word) => word !== "--record");
    const names = given.length > 0 ? given : Object.keys(jobs);
    const worse: string[] = [];
    await using meter = new Meter();
    for (const name of names) {
      const job = jobs[name];
      if (job === undefined) {
        throw new ScriptFailure(`no job '${name}'; there are: ${Object.keys(jobs).join(", ")}`);
      }
      const table = await job(meter, name);
      Deno.stdout.writeSync(new TextEncoder().encode(`${printTable(table)}\n`));
      if (table.ratios === undefined) continue;
      if (given.length < Deno.args.length) record(name, table.ratios);
      else worse.push(...regressions(name, table.ratios));
    }
    if (worse.length > 0) throw new ScriptFailure(worse.join("\n"));
  });
}
