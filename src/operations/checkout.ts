/**
 * Cache → workspace.
 *
 * @module
 */
import type { ObjectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { lookAt, removeEmptyDirectory } from "../platform/files.ts";
import { type Listing, makeListing } from "../objects/listing.ts";
import { refuseUnsafe } from "../registry/linked_way.ts";
import { openProject, type Project } from "../registry/project.ts";
import { checkoutOutput } from "../workspace/checkout.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { type Scan, scan } from "../workspace/scan.ts";
import type { CheckedOut } from "./checked_out.ts";
import { knownListing, listingPart } from "./listings.ts";
import { type Need, needsOf } from "./needs.ts";
import { isWanted } from "./parts.ts";
import { scanOptions } from "./record.ts";
import { selectInScope } from "./scope.ts";
import { type Scope, workspaceScope } from "./scope_options.ts";
import { isPart, type SelectedOut } from "./targets.ts";

/** What is checked out. */
export interface CheckoutRequest extends Pick<Scope, "targets" | "recursive" | "withDeps"> {
  readonly force: boolean;
  readonly relink: boolean;
  readonly allowMissing: boolean;
}

/** What a checkout did. */
export interface CheckoutSummary {
  readonly outs: readonly CheckedOut[];
  /** Files, not outputs. */
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  readonly relinked: number;
  /** Outputs whose data is not in the cache, as shown. */
  readonly failed: readonly string[];
  /** Objects of the cache that turned out to be damaged and were set aside. */
  readonly damaged: number;
}

/** Makes the workspace match the stage files. */
export async function checkout(
  request: CheckoutRequest,
  context: Context,
): Promise<CheckoutSummary> {
  const project = openProject(context);
  using _lock = await project.lock();
  const selected = await selectInScope(project, { ...workspaceScope, ...request });
  if (request.targets.length > 0) return await checkoutInto(project, selected, request);
  const { removeUnusedOuts } = await import("./unused_outs.ts");
  const removed = await removeUnusedOuts(project);
  const summary = await checkoutInto(project, selected, request);
  return {
    ...summary,
    outs: [...removed.outs, ...summary.outs],
    deleted: summary.deleted + removed.deleted,
  };
}

/** Checks outputs of an open, locked project out. Goes on after an output that cannot be had. */
export async function checkoutInto(
  project: Project,
  selected: readonly SelectedOut[],
  request: Pick<CheckoutRequest, "force" | "relink" | "allowMissing"> & {
    /** What outputs are whose stage files record no hash, by path. */
    readonly resolved?: ReadonlyMap<string, ObjectId>;
    /** Whether somebody goes on to fetch what turns out to be damaged. */
    readonly fetchesAgain?: boolean;
  },
): Promise<CheckoutSummary> {
  const { reporter } = project.context;
  let damaged = 0;
  const onLost = ({ kind, message, hint }: DvtError) => {
    if (kind === "corrupt") damaged++;
    const text = kind === "corrupt" && hint !== undefined ? `${message}; ${hint}` : message;
    if (kind === "corrupt" && request.fetchesAgain === true) reporter.warn(text);
    else reporter.error(text);
  };
  const tally = { added: 0, modified: 0, deleted: 0, relinked: 0 };
  const outs: CheckedOut[] = [];
  const failed: string[] = [];
  const unsaved: DvtError[] = [];
  const notLinked: string[] = [];
  const needs = new Map(needsOf(selected).map((need) => [`${need.path}\0${need.inside}`, need]));
  for (const one of selected) {
    if (!one.out.cache) continue;
    const shown = project.shown(one.path);
    const known = one.out.md5 === undefined ? request.resolved?.get(one.path) : undefined;
    const need = known === undefined
      ? needs.get(`${one.path}\0${one.inside}`)
      : { ...one, id: known, hash: "md5" as const };
    if (need === undefined) {
      // No data was recorded yet; what lies there, if anything, is not ours.
      if (one.out.files === undefined && !request.allowMissing) failed.push(shown);
      continue;
    }
    try {
      const result = await checkoutNeed(project, need, { ...request, onLost });
      if (result === undefined) {
        if (!request.allowMissing) failed.push(shown);
        continue;
      }
      tally.added += result.added;
      tally.modified += result.modified;
      tally.deleted += result.deleted;
      tally.relinked += result.relinked;
      if (result.notLinked) notLinked.push(shown);
      if (result.change !== undefined) {
        outs.push({ change: result.change, path: shown, isFolder: need.id.endsWith(".dir") });
      }
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind !== "conflict") throw error;
      unsaved.push(error);
    }
  }
  if (notLinked.length > 0) warnNotLinked(project.context, notLinked);
  const [first] = unsaved;
  if (first !== undefined) throw first;
  return { outs, ...tally, failed, damaged };
}

interface NeedResult {
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  readonly relinked: number;
  readonly change: CheckedOut["change"] | undefined;
  readonly notLinked: boolean;
}

/** Checks one output out; undefined where its data is not in the cache. */
async function checkoutNeed(
  project: Project,
  need: Need,
  request: Pick<CheckoutRequest, "force" | "relink"> & { onLost(error: DvtError): void },
): Promise<NeedResult | undefined> {
  await refuseUnsafe(project, need.path);
  const cache = project.cache(need.hash);
  const place = project.nativePath(need.path);
  const current = await scan(place, scanOptions(need.path, { project, hash: need.hash }));
  const same = current.kind !== "missing" && current.id === need.id &&
    (current.kind !== "file" || current.isexec || need.out.isexec !== true);
  if (same && !request.relink && !isPart(need)) {
    return { added: 0, modified: 0, deleted: 0, relinked: 0, change: undefined, notLinked: false };
  }
  const isSpelled = need.out.files !== undefined && need.out.md5 === need.id;
  if (!isSpelled && (!cache.lists(need.id) || !await cache.has(need.id))) return undefined;
  const wanted = await wantedOf(project, need, current);
  if (wanted === undefined) return undefined;
  const isNew = current.kind === "missing" && lookAt(place) === undefined;
  const result = await checkoutOutput(place, { current, wanted }, {
    path: need.path,
    store: cache,
    state: project.state,
    types: project.config.cache.types,
    force: request.force,
    relink: request.relink,
    context: project.context,
  });
  for (const { error } of result.failed) {
    if (error.kind !== "missing-data" && error.kind !== "corrupt") throw error;
    request.onLost(error);
  }
  if (result.failed.length > 0) return undefined;
  const deleted = result.deleted + removeEmptyPart(project, need, wanted);
  const changed = result.added + result.modified + deleted > 0;
  return {
    ...result,
    deleted,
    // A link that leads nowhere was something, too.
    change: !changed ? undefined : isNew ? "added" : "modified",
  };
}

/** A folder that was asked for, and that the data does not have: it goes where it is empty. */
function removeEmptyPart(project: Project, need: Need, wanted: Wanted): number {
  if (need.inside === "" || wanted.kind !== "directory") return 0;
  const isWanted = wanted.listing.paths.some((path) =>
    path === need.inside || path.startsWith(`${need.inside}/`)
  );
  const place = project.nativePath(`${need.path}/${need.inside}`);
  if (isWanted || lookAt(place)?.kind !== "directory") return 0;
  return removeEmptyDirectory(place) ? 1 : 0;
}

async function wantedOf(
  project: Project,
  need: Need,
  current: Scan,
): Promise<Wanted | undefined> {
  if (!need.id.endsWith(".dir")) {
    return { kind: "file", id: need.id, isexec: need.out.isexec ?? false };
  }
  const listing = await knownListing(project, need);
  if (listing === undefined) return undefined;
  if (!isPart(need)) return { kind: "directory", id: need.id, listing };
  return partlyWanted(need, listingPart(listing, need), current);
}

/** Only a part of a folder is wanted: the rest shall stay as it is. */
function partlyWanted(
  need: Need,
  part: Listing,
  current: Scan,
): Wanted {
  const paths = [...part.paths];
  const ids = part.ids.clone();
  if (current.kind === "directory") {
    current.walk.paths.forEach((path, i) => {
      const isInside = need.inside === "" || path === need.inside ||
        path.startsWith(`${need.inside}/`);
      if (isInside && isWanted(path, need.parts ?? {})) return;
      paths.push(path);
      ids.push(current.hashes.at(i));
    });
  }
  return { kind: "directory", id: need.id, listing: makeListing(paths, ids) };
}

function warnNotLinked(context: Context, targets: readonly string[]): void {
  context.reporter.note(
    "\nSome targets could not be linked from cache to workspace.\n" +
      "See <https://dvc.org/doc/user-guide/troubleshooting#cache-types> for more information.\n" +
      "To re-link these targets, reconfigure cache types and then run:\n\n" +
      `\tdvc checkout ${targets.join(" ")}`,
  );
}

/** The error of a checkout that could not have all data, in DVC's words. */
export function checkoutFailure(failed: readonly string[]): DvtError {
  return new DvtError(
    "missing-data",
    `Checkout failed for following targets:\n${failed.join("\n")}\n` +
      "Is your cache up to date?\n<https://error.dvc.org/missing-files>",
    { hint: 'run "dvt pull" to fetch the data first' },
  );
}
