/**
 * Remote → cache → workspace.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { openProject } from "../registry/project.ts";
import { checkoutInto, type CheckoutSummary } from "./checkout.ts";
import { fetchInto, type FetchRequest, type FetchResult } from "./fetch.ts";
import { isWhole, type Parts } from "./parts.ts";
import { selectInScope } from "./scope.ts";
import { workspaceScope } from "./scope_options.ts";
import type { SelectedOut } from "./targets.ts";

/** What is pulled. */
export interface PullRequest extends FetchRequest {
  readonly force: boolean;
  readonly allowMissing: boolean;
  /** Which files of folders are pulled. */
  readonly parts: Parts;
}

/** What a pull did. */
export interface PullResult {
  readonly fetch: FetchResult;
  readonly checkout: CheckoutSummary;
}

/**
 * Fetches what is in scope and checks the workspace's part of it out. Outputs whose data could not
 * be had stay as they are and are named; the others arrive.
 */
export async function pull(request: PullRequest, context: Context): Promise<PullResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const { parts } = request;
  const narrow = (outs: SelectedOut[]) =>
    isWhole(parts) ? outs : outs.map((one) => partly(one, parts));
  const inScope = narrow(await selectInScope(project, request));
  const fetched = await fetchInto(project, inScope, request);
  const { targets, recursive, withDeps, glob } = request;
  const selected = narrow(
    await selectInScope(project, {
      ...workspaceScope,
      targets,
      recursive,
      withDeps,
      glob: glob ?? false,
    }),
  );
  const how = { ...request, relink: false, resolved: fetched.resolved };
  const checkedOut = await checkoutInto(project, selected, { ...how, fetchesAgain: true });
  if (checkedOut.damaged === 0) return { fetch: fetched, checkout: checkedOut };
  // Damaged objects were in the cache and are set aside now: the remote may have them whole.
  const again = await fetchInto(project, inScope, request);
  const rest = await checkoutInto(project, selected, how);
  return {
    fetch: {
      ...again,
      fetched: fetched.fetched + again.fetched,
      bytes: fetched.bytes + again.bytes,
    },
    checkout: {
      ...rest,
      outs: [...checkedOut.outs, ...rest.outs],
      added: checkedOut.added + rest.added,
      modified: checkedOut.modified + rest.modified,
      deleted: checkedOut.deleted + rest.deleted,
    },
  };
}

/** Patterns are for folders; single files come as a whole. */
function partly(one: SelectedOut, parts: Parts): SelectedOut {
  return one.out.md5?.endsWith(".dir") === true ? { ...one, parts } : one;
}
