/**
 * dvt as `profile.ts` starts it: the debugger's pause at the end is the moment to stop the profile.
 *
 * @module
 */
import { run } from "../../src/commands/run.ts";
import { denoWorld } from "../../src/platform/world.ts";

const code = await run(Deno.args, denoWorld());
// deno-lint-ignore no-debugger
debugger;
Deno.exit(code);
