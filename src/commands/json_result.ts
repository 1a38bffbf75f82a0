/**
 * What verbs tell programs with `--json`: one object on stdout, and nothing else there.
 *
 * `{"schema": 1, "command": "push", …}`; the rest is the verb's, see its help. A number in `schema`
 * is raised when a field changes its meaning or goes; new fields may come any time. Sizes are bytes,
 * paths are as people would type them. Of what failed in part, the object tells as well, and the
 * exit code is not 0; where nothing was done, stdout stays empty and stderr says why.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import type { FailedObject } from "../operations/fetch.ts";
import type { CheckedOut } from "../operations/checkout.ts";

const schema = 1;

/** The context of a verb: with `--json`, what it says to people goes to stderr. */
export function contextFor(context: CommandContext, json: boolean | undefined): CommandContext {
  if (json !== true) return context;
  const { reporter } = context;
  const kept = {
    debug: (line: string) => reporter.debug(line),
    say: (line: string) => reporter.note(line),
    note: (line: string) => reporter.note(line),
    warn: (line: string) => reporter.warn(line),
    error: (line: string) => reporter.error(line),
    progress: (...args: Parameters<typeof reporter.progress>) => reporter.progress(...args),
  };
  return { ...context, reporter: kept };
}

/** Prints a verb's answer, if it was asked for. */
export function answerJson(
  context: CommandContext,
  json: boolean | undefined,
  answer: { readonly command: string; readonly [key: string]: unknown },
): void {
  if (json === true) context.output.json({ schema, ...answer });
}

/** Objects that did not get through. */
export function failedJson(failed: readonly FailedObject[]): unknown {
  return failed.map(({ id, error }) => ({ object: id, kind: error.kind, error: error.message }));
}

/** Outputs that changed in the workspace. */
export function outsJson(outs: readonly CheckedOut[]): unknown {
  return outs.map(({ path, change, isFolder }) => ({ path, change, folder: isFolder }));
}
