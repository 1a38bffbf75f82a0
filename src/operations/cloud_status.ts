/**
 * What differs between the cache and a remote.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { emptyListing, type Listing } from "../objects/listing.ts";
import { isDirectoryId, type ObjectId } from "../objects/object_id.ts";
import { distinct } from "../objects/object_names.ts";
import type { Context } from "../platform/context.ts";
import { openProject, type Project } from "../registry/project.ts";
import { listingPart } from "./listings.ts";
import {
  groupByRemote,
  isImported,
  isKept,
  type Need,
  needsOf,
  unversioned,
  warnOfUnrecorded,
} from "./needs.ts";
import { selectInScope } from "./scope.ts";
import type { Scope } from "./scope_options.ts";

/** What is compared. */
export interface CloudStatusRequest extends Scope {
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
}

/** Where data is: `new` only here, `deleted` only on the remote, `missing` nowhere. */
export type CloudChange = "new" | "deleted" | "missing";

/** The differences. */
export interface CloudStatusResult {
  /** By output, or `output/file` for files of a folder, as shown. */
  readonly names: Readonly<Record<string, CloudChange>>;
  /** The remote compared with, where it is one. */
  readonly remote: string | undefined;
}

/** Compares what the outputs in scope need with what cache and remote have. */
export async function cloudStatus(
  request: CloudStatusRequest,
  context: Context,
): Promise<CloudStatusResult> {
  const project = openProject(context);
  using _lock = await project.lock();
  const selected = await selectInScope(project, request);
  for (const one of selected) warnOfUnrecorded(project, one);
  const needs = needsOf(selected.filter((one) => !isImported(one) || isKept(project, one)));
  const { groups, homeless } = groupByRemote(needs, {
    project,
    remote: request.remote,
    command: "status",
  });
  const usual = homeless.length > 0 || groups.length === 0
    ? project.remoteConfig(request.remote, "status")
    : groups[0]?.remote;
  const names: Record<string, CloudChange> = {};
  for (const { remote, hash, needs } of groups) {
    unversioned(remote, "status");
    const store = await project.remote(remote, hash);
    const outs = await readOuts(project, needs, names);
    const ids = [...distinct(outs.flatMap(({ id, part }) => [[id], part.ids]))];
    const absent = await store.missing(ids);
    const lost = await project.cache(hash).missing(ids);
    // Of several revisions of a file, the last one decides.
    const note = (name: string, id: ObjectId) => {
      const change = changeOf(!lost.has(id), !absent.has(id));
      if (change !== undefined) names[name] = change;
      else if (name in names) delete names[name];
    };
    for (const { shown, id, part } of outs) {
      note(shown, id);
      part.paths.forEach((path, i) => note(`${shown}/${path}`, part.ids.at(i)));
    }
  }
  return { names, remote: request.remote ?? usual?.name };
}

function changeOf(inCache: boolean, onRemote: boolean): CloudChange | undefined {
  if (inCache === onRemote) return inCache ? undefined : "missing";
  return inCache ? "new" : "deleted";
}

/** An output with what is meant of its listing. */
interface ReadOut {
  readonly shown: string;
  readonly id: ObjectId;
  readonly part: Listing;
}

async function readOuts(
  project: Project,
  needs: readonly Need[],
  names: Record<string, CloudChange>,
): Promise<ReadOut[]> {
  const outs: ReadOut[] = [];
  for (const need of needs) {
    const shown = project.shown(need.path);
    const isFolder = isDirectoryId(need.id);
    const listing = isFolder ? await readListing(project.cache(need.hash), need.id) : undefined;
    outs.push({
      shown,
      id: need.id,
      part: listing === undefined ? emptyListing : listingPart(listing, need),
    });
    if (!isFolder || listing !== undefined) continue;
    project.context.reporter.warn(
      "Some of the cache files do not exist neither locally nor on remote. Missing cache files:\n" +
        `name: ${shown}, md5: ${need.id}`,
    );
    names[shown] ??= "deleted";
  }
  return outs;
}
