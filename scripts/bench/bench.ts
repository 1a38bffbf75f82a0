/**
 * Times dvt beside DVC on this machine and prints tables.
 *
 *     deno task bench               all jobs
 *     deno task bench startup       one job
 *
 * Programs run in turn within a round, so that a busy moment of the machine hits all of them.
 *
 * @module
 */
import { runScript, ScriptFailure } from "../project_folder.ts";
import { bigRegistry } from "./big_registry.ts";
import { dataJobs } from "./data.ts";
import { Meter } from "./measure.ts";
import { startup } from "./startup.ts";
import { printTable, type Table } from "./table.ts";

const jobs: Readonly<Record<string, (meter: Meter) => Promise<Table>>> = {
  "startup": (meter) => startup(meter, 11),
  "big-registry": bigRegistry,
  "dataset": (meter) => dataJobs(meter, { files: 2800, size: 23_000, rounds: 3, servers: true }),
  "many": (meter) => dataJobs(meter, { files: 100_000, size: 4000, rounds: 1, servers: false }),
  "large": (meter) => dataJobs(meter, { files: 1, size: 1 << 30, rounds: 3, servers: false }),
};

if (import.meta.main) {
  await runScript(async () => {
    const names = Deno.args.length > 0 ? Deno.args : Object.keys(jobs);
    await using meter = new Meter();
    for (const name of names) {
      const job = jobs[name];
      if (job === undefined) {
        throw new ScriptFailure(`no job '${name}'; there are: ${Object.keys(jobs).join(", ")}`);
      }
      Deno.stdout.writeSync(new TextEncoder().encode(`${printTable(await job(meter))}\n`));
    }
  });
}
