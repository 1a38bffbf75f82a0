/**
 * What `push`, `fetch` and `pull` have in common: options, and words for what failed.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import type { FailedObject } from "../operations/transfer_results.ts";
import type { Scope } from "../operations/scope_options.ts";
import { DvtError } from "../platform/error.ts";

/** The options of a scope as commander hands them over. */
export interface ScopeOptions {
  readonly recursive?: boolean | undefined;
  readonly withDeps?: boolean | undefined;
  readonly glob?: boolean | undefined;
  readonly allBranches?: boolean | undefined;
  readonly allTags?: boolean | undefined;
  readonly allCommits?: boolean | undefined;
}

/** Options as a scope. */
export function scopeOf(targets: readonly string[], options: ScopeOptions): Scope {
  return {
    targets,
    recursive: options.recursive ?? false,
    withDeps: options.withDeps ?? false,
    glob: options.glob ?? false,
    allBranches: options.allBranches ?? false,
    allTags: options.allTags ?? false,
    allCommits: options.allCommits ?? false,
  };
}

/** DVC takes 0 and less for its usual number. */
export function jobsOf(jobs: number | undefined): number | undefined {
  return jobs !== undefined && jobs > 0 ? jobs : undefined;
}

/** So many failures are told one by one. */
const told = 20;

/** Tells why data could not be had that has no name yet. */
export function tellUnreachable(errors: readonly DvtError[], context: CommandContext): void {
  for (const { message, hint } of errors) {
    context.reporter.error(hint === undefined ? message : `${message}; ${hint}`);
  }
}

/** Names what failed, each on a line, and throws the sum: `2 files failed to upload`. */
export function failTransfer(
  failed: readonly FailedObject[],
  deed: "upload" | "download",
  context: CommandContext,
): void {
  if (failed.length === 0) return;
  for (const { id, error } of failed.slice(0, told)) {
    context.reporter.error(`failed to transfer '${id}' - ${error.message}`);
  }
  if (failed.length > told) context.reporter.error(`… and ${failed.length - told} more`);
  const hints = new Set(failed.map(({ error }) => error.hint).filter((hint) => hint !== undefined));
  const [hint] = hints;
  throw new DvtError(
    failed[0]?.error.kind ?? "failed",
    `${failed.length} files failed to ${deed}`,
    hint === undefined ? {} : { hint },
  );
}
