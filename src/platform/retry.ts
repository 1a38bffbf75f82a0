/**
 * Trying again, with growing pauses.
 *
 * @module
 */
import { DvtError } from "./error.ts";

/** How often and how slowly something is tried again. Times are milliseconds. */
export interface RetryPolicy {
  /** How many times in all, the first included. */
  readonly attempts: number;
  /** The longest first pause; each further one may be twice as long. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** A server that asks for a longer wait than this is not waited for. */
  readonly longestWait: number;
}

/** The policy for servers: up to about ten seconds of waiting in all. */
export const patientPolicy: RetryPolicy = {
  attempts: 6,
  firstPause: 200,
  longestPause: 8_000,
  longestWait: 90_000,
};

/** A judgement on a failure: whether another try makes sense, and the wait the server asks for. */
export interface RetryVerdict {
  readonly again: boolean;
  readonly wait?: number | undefined;
}

/** Does `work` until it succeeds, the judge says no, or the tries are used up. */
export async function tryAgain<T>(
  work: () => Promise<T>,
  { policy, judge, signal, progress = () => 0 }: {
    policy: RetryPolicy;
    judge: (error: unknown) => RetryVerdict;
    signal: AbortSignal;
    /** How far the work has come; whenever that grew, the count of tries starts anew. */
    progress?: (() => number) | undefined;
  },
): Promise<T> {
  let reached = progress();
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw interrupted();
      if (policy.attempts > 1 && progress() > reached) attempt = 1;
      reached = progress();
      if (attempt >= policy.attempts) throw error;
      const { again, wait = 0 } = judge(error);
      if (!again || wait > policy.longestWait) throw error;
      const longest = Math.min(policy.longestPause, policy.firstPause * 2 ** (attempt - 1));
      // Full jitter keeps many waiting workers from coming back in step.
      await pause(wait + Math.random() * longest, signal);
    }
  }
}

/** Waits; a Ctrl-C ends the wait with an `interrupted` error. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(interrupted());
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    function stop() {
      clearTimeout(timer);
      reject(interrupted());
    }
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** The error of a run that the user ended. */
export function interrupted(): DvtError {
  return new DvtError("interrupted", "interrupted by the user");
}

/** The wait that a `Retry-After` header asks for, in milliseconds. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
