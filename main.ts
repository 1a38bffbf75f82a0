/**
 * The program `dvt`.
 *
 * @module
 */
import { run } from "./src/commands/run.ts";
import { denoWorld } from "./src/platform/world.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, denoWorld()));
