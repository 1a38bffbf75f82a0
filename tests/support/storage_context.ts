/**
 * A world for storages: silent, with an environment of the test's own.
 *
 * @module
 */
import type { Context } from "../../src/platform/context.ts";
import { type Reporter, silentReporter } from "../../src/platform/reporter.ts";
import type { RetryPolicy } from "../../src/platform/retry.ts";

/** What a test may set. */
export interface StorageContextOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly directory?: string;
  readonly askSecret?: (question: string) => string | undefined;
  readonly reporter?: Partial<Reporter>;
}

/** A context. */
export function storageContext(options: StorageContextOptions = {}): Context {
  return {
    directory: options.directory ?? "/",
    environment: options.environment ?? { HOME: "/nonexistent" },
    reporter: { ...silentReporter, ...options.reporter },
    signal: options.signal ?? new AbortController().signal,
    lockWait: { milliseconds: 0 },
    processId: Deno.pid,
    confirm: () => undefined,
    ...(options.askSecret === undefined ? {} : { askSecret: options.askSecret }),
  };
}

/** Tries as often as the usual policy but hardly waits in between. */
export const hastyPolicy: RetryPolicy = {
  attempts: 6,
  firstPause: 1,
  longestPause: 5,
  longestWait: 3_000,
};

/** Bytes without any pattern that a mistake could keep. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
    bytes[i] = state >>> 13;
  }
  return bytes;
}

/** A stream that brings bytes in pieces, and fails at the end if asked to. */
export function streamInPieces(
  bytes: Uint8Array<ArrayBuffer>,
  { piece = 10_000, failure }: { piece?: number; failure?: Error } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + piece));
        at += piece;
      } else if (failure === undefined) controller.close();
      else controller.error(failure);
    },
  });
}
