/**
 * The world as the Git tests see it.
 *
 * @module
 */
import type { Context } from "../../src/platform/context.ts";
import { silentReporter } from "../../src/platform/reporter.ts";
import { environmentFor } from "./environment.ts";

/** A silent context in a temporary folder, with a home of its own. */
export function gitContext(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): Context {
  return {
    directory,
    environment: { ...environmentFor(directory), ...environment },
    reporter: silentReporter,
    signal,
    lockWait: "forever",
    processId: Deno.pid,
    confirm: () => undefined,
  };
}
