/**
 * The two voices of a run, chosen once: answers on stdout, everything else on stderr.
 *
 * @module
 */
import type { World } from "../platform/world.ts";
import { wantsColors } from "./color.ts";
import { LineReporter, type Loudness } from "./line_reporter.ts";
import { StreamOutput } from "./stream_output.ts";
import { TerminalReporter } from "./terminal_reporter.ts";

/** What a run says with. */
export interface Console {
  readonly output: StreamOutput;
  readonly reporter: LineReporter;
}

/** Chooses the voices for a world: bars and colours for people, plain lines for programs. */
export function openConsole(world: World, loudness: Loudness): Console {
  const output = new StreamOutput(world.stdout, {
    columns: world.columns() ?? 80,
    colors: wantsColors(world.stdout.terminal, world.environment),
  });
  const options = { loudness, colors: wantsColors(world.stderr.terminal, world.environment) };
  if (!world.stderr.terminal || loudness.quiet) {
    return { output, reporter: new LineReporter(output, world.stderr, options) };
  }
  const reporter = new TerminalReporter(output, world.stderr, {
    ...options,
    columns: () => world.columns(),
  });
  output.beforeWrite = () => reporter.clear();
  return { output, reporter };
}
