/**
 * From a remote's URL and options to a storage that keeps its temper.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import type { RetryPolicy } from "../platform/retry.ts";
import { number } from "./options.ts";
import type { Remote } from "./remote.ts";
import { schemes, undriven } from "./schemes.ts";
import type { Storage } from "./storage.ts";
import { withLimits } from "./with_limits.ts";
import { withRetries } from "./with_retries.ts";

export type { Remote };

/**
 * Opens a remote. Loads the driver of its scheme, so that no other one costs anything.
 *
 * Throws `configuration` where the scheme is unknown or an option makes no sense.
 */
export async function openStorage(
  remote: Remote,
  context: Context,
  { retries }: { retries?: RetryPolicy } = {},
): Promise<Storage> {
  const scheme = schemeOf(remote.url);
  const load = schemes[scheme];
  if (load === undefined) throw unknownScheme(scheme, remote.url);
  const storage = await (await load())(remote, context);
  const { reporter, signal } = context;
  const patient = withRetries(storage, {
    signal,
    ...(retries === undefined ? {} : { policy: retries }),
    onRetry: (message) => reporter.debug(`trying again: ${message}`),
  });
  return withLimits(patient, {
    concurrency: number(remote.options, "jobs", { least: 1 }),
    onUnsafeName: (path) =>
      reporter.warn(`leaving out ${JSON.stringify(path)} of '${storage.label}': not a usable name`),
  });
}

/** The scheme of a URL in lower case; `file` for a path without one. */
export function schemeOf(url: string): string {
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  return scheme ?? "file";
}

function unknownScheme(scheme: string, url: string): DvtError {
  const address = url.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/s, "?…");
  const hint = undriven.get(scheme);
  return hint !== undefined
    ? new DvtError("configuration", `${scheme} remotes are not supported: '${address}'`, { hint })
    : new DvtError("configuration", `Unsupported URL type ${scheme}://: '${address}'`);
}
