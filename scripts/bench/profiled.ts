/**
 * dvt as `profile.ts` starts it: the debugger's pause at the end is the moment to stop the profile.
 *
 * @module
 */
import { run } from "../../src/commands/run.ts";
import { denoWorld } from "../../src/platform/world.ts";

const code = await run(Deno.args, denoWorld());

/** By whose name `profile.ts` knows this pause from others. */
function atTheEnd(): void {
  // deno-lint-ignore no-debugger
  debugger;
}

atTheEnd();
Deno.exit(code);
