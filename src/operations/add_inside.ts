/**
 * Adds, renews or drops one piece of a tracked folder.
 *
 * @module
 */
import { readListing } from "../objects/read_listing.ts";
import { hashBlocks } from "../objects/hash_blocks.ts";
import { type Listing, makeListing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { type ObjectId, objectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import type { TrackedOut } from "../registry/tracked.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { listingOfFiles, refreshedFiles } from "../stages/versioned_files.ts";
import { scan } from "../workspace/scan.ts";
import { scanOptions, sizesOf } from "./record.ts";
import type { GitTracking } from "./git_tracking.ts";
import { saveStage } from "./save_stage.ts";

/** Brings the listing of a tracked folder up to date at one path; answers the saved stage. */
export async function addInside(
  tracked: TrackedOut,
  path: string,
  { project, request, tracking }: {
    project: Project;
    request: { readonly commit: boolean };
    tracking: GitTracking;
  },
): Promise<StageFile> {
  const { out } = tracked;
  if (out.md5 !== undefined && !out.md5.endsWith(".dir")) {
    throw new DvtError(
      "conflict",
      `Cannot modify '${project.shown(tracked.path)}' which is being tracked as a file`,
      { exitCode: 1 },
    );
  }
  const old = await presentListing(tracked, project);
  const inside = path.slice(tracked.path.length + 1);
  const found = await scan(
    project.nativePath(path),
    scanOptions(path, { project, hash: "md5", commit: request.commit }),
  );
  const fresh = new Map<string, ObjectId>();
  let size = 0;
  if (found.kind === "file") {
    fresh.set(inside, found.id);
    size = found.size;
  } else if (found.kind === "directory") {
    const { paths, ids } = found.listing();
    paths.forEach((one, i) => fresh.set(`${inside}/${one}`, ids.at(i)));
    size = found.size;
  } else if (!old.paths.some((one) => one === inside || one.startsWith(`${inside}/`))) {
    throw new DvtError(
      "not-found",
      `output '${project.shown(path)}' does not exist: [Errno 2] No such file or directory: ` +
        `'${project.nativePath(path)}'`,
      { exitCode: 1 },
    );
  }
  const { listing, change } = merge(old, inside, fresh);
  const id = `${hashBlocks(listingBlocks(listing))}.dir` as ObjectId;
  if (request.commit && !await project.cache("md5").has(id)) {
    project.cache("md5").insertBlocks(id, listingBlocks(listing));
  }
  const stage = {
    ...tracked.stage,
    outs: tracked.stage.outs.map((one) =>
      one === out
        ? recorded(out, { id, listing, change, size, sizes: sizesOf(found, inside) })
        : one
    ),
  };
  await saveStage(project, stage);
  tracking.track(stage.path);
  await tracking.ignore(tracked.path);
  return stage;
}

async function presentListing(tracked: TrackedOut, project: Project): Promise<Listing> {
  const { md5, hash, files } = tracked.out;
  const spelled = listingOfFiles(files);
  if (spelled !== undefined) return spelled;
  const id = md5?.endsWith(".dir") === true ? objectId(md5) : undefined;
  const cache = project.cache(hash);
  if (id !== undefined && !await cache.has(id)) await fetchListing(project, tracked);
  const listing = id === undefined ? undefined : await readListing(cache, id);
  if (listing === undefined) {
    throw new DvtError(
      "missing-data",
      `the listing of '${project.shown(tracked.path)}' is not in the cache`,
      { hint: `run "dvt fetch ${project.shown(tracked.stage.path)}" first`, exitCode: 1 },
    );
  }
  return listing;
}

/** A folder need not be here for a piece of it to change: its listing is enough. */
async function fetchListing(project: Project, tracked: TrackedOut): Promise<void> {
  const { md5, hash, remote } = tracked.out;
  const name = remote ?? project.defaultRemote;
  if (name === undefined || md5 === undefined) return;
  const { download } = await import("../objects/transfer.ts");
  const store = await project.remote(project.remoteConfig(name, "fetch"), hash);
  await download([objectId(md5)], { from: store, to: project.cache(hash) }, {
    signal: project.context.signal,
  });
}

type MergeChange = "none" | "added" | "changed";

function merge(
  old: Listing,
  inside: string,
  fresh: ReadonlyMap<string, ObjectId>,
): { listing: Listing; change: MergeChange } {
  const paths: string[] = [];
  const ids: ObjectId[] = [];
  const before = new Map<string, ObjectId>();
  old.paths.forEach((path, i) => {
    const id = old.ids.at(i);
    if (path === inside || path.startsWith(`${inside}/`)) before.set(path, id);
    // A file that became a folder, or the reverse, takes the other's place.
    else if (!inside.startsWith(`${path}/`)) {
      paths.push(path);
      ids.push(id);
    } else before.set(path, id);
  });
  let change: MergeChange = "none";
  for (const [path, id] of fresh) {
    paths.push(path);
    ids.push(id);
    if (!before.has(path)) change = change === "none" ? "added" : change;
    else if (before.get(path) !== id) change = "changed";
  }
  for (const path of before.keys()) if (!fresh.has(path)) change = "changed";
  return { listing: makeListing(paths, ids), change };
}

/** As DVC: the size is only known where nothing but new files came. */
function recorded(
  out: Out,
  { id, listing, change, size, sizes }: {
    id: ObjectId;
    listing: Listing;
    change: MergeChange;
    size: number;
    /** Of the files that are new or changed. */
    sizes: ReadonlyMap<string, number>;
  },
): Out {
  if (change === "none") return out;
  const nfiles = listing.paths.length;
  const { size: oldSize, ...old } = out;
  const files = out.files === undefined ? {} : { files: refreshedFiles(listing, out.files, sizes) };
  const rest = { ...old, ...files };
  return change === "added" && oldSize !== undefined
    ? { ...rest, md5: id, nfiles, hash: "md5", size: oldSize + size }
    : { ...rest, md5: id, nfiles, hash: "md5" };
}
