/**
 * The world as one run sees it, handed in as the last argument.
 *
 * @module
 */
import type { Reporter } from "./reporter.ts";

/** How long a writer waits for another process's lock. */
export type LockWait = "forever" | { readonly milliseconds: number };

/** The world: everything below `commands` learns of its surroundings from here alone. */
export interface Context {
  /** The absolute working directory, after `--cd`. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly reporter: Reporter;
  /** Aborted on Ctrl-C. Bulk loops look at it whenever they let the event loop turn. */
  readonly signal: AbortSignal;
  readonly lockWait: LockWait;
  /** Whether somebody sits at a terminal, so that a child such as git may ask for a password. */
  readonly interactive?: boolean;
  readonly processId: number;
  /** Asks a yes-no question; answers undefined where nobody can be asked. */
  confirm(question: string): boolean | undefined;
  /** Asks for a password without showing it; answers undefined where nobody can be asked. */
  askSecret?(question: string): string | undefined;
  /** Has work done when the run ends, such as ending a child process. */
  atEnd?(work: () => Promise<void>): void;
}
