/**
 * The program `dvt`.
 *
 * @module
 */
import { run } from "./src/commands/run.ts";
import { isHashWorker, useHashWorkers } from "./src/platform/digest/hash_worker.ts";
import { denoWorld } from "./src/platform/world.ts";

if (isHashWorker()) {
  const { serveHashing } = await import("./src/platform/digest/serve_hashing.ts");
  serveHashing();
} else if (import.meta.main) {
  useHashWorkers(import.meta.url);
  Deno.exit(await run(Deno.args, denoWorld()));
}
