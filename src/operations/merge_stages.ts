/**
 * Git's merge driver for `.dvc` files: three versions of a stage file become one.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { emptyListing, type Listing } from "../objects/listing.ts";
import { listingBlocks } from "../objects/listing_bytes.ts";
import { mergeListings } from "../objects/merge_listings.ts";
import { isObjectId, objectId } from "../objects/object_id.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { lookThrough, readFileIfThere } from "../platform/files.ts";
import { absolutePath } from "../platform/paths.ts";
import { openProject, type Project } from "../registry/project.ts";
import { decodeStageText, parseStageFile } from "../stages/read.ts";
import type { Out, StageFile } from "../stages/stage_file.ts";
import { stageValue } from "../stages/stage_value.ts";
import { printStageFile } from "../stages/write.ts";
import { listingOfFiles, refreshedFiles } from "../stages/versioned_files.ts";
import { pythonEquals } from "../platform/yaml_changes.ts";
import { findListing } from "./listings.ts";

/** The three files, as Git names them. */
export interface MergeRequest {
  readonly ancestor: string;
  /** Gets the result. */
  readonly our: string;
  readonly their: string;
}

/** Merges. Throws, and leaves our version alone, where people have to decide. */
export async function mergeStages(request: MergeRequest, context: Context): Promise<void> {
  const project = openProject(context);
  const read = async (typed: string) => {
    const path = absolutePath(typed, context.directory);
    const bytes = readFileIfThere(path);
    if (bytes === undefined) throw new DvtError("not-found", `'${typed}' does not exist`);
    const text = decodeStageText(bytes, typed);
    return { path, text, stage: await parseStageFile(text, typed) };
  };
  const our = await read(request.our);
  const ancestor = await read(request.ancestor);
  const their = await read(request.their);
  const outs = await mergedOuts(project, {
    ancestor: ancestor.stage,
    our: our.stage,
    their: their.stage,
  });
  const next = { ...our.stage, outs };
  const text = await printStageFile(next, our.text.trim() === "" ? undefined : our.text);
  if (text !== our.text) writeFileAtomically(our.path, text);
}

async function mergedOuts(
  project: Project,
  { ancestor, our, their }: { ancestor: StageFile; our: StageFile; their: StageFile },
): Promise<readonly Out[]> {
  if (their.outs.length === 0) return our.outs;
  if (our.outs.length === 0) return their.outs;
  for (const stage of [ancestor, our, their]) refuseOtherStages(stage);
  const [mine] = our.outs;
  const [other] = their.outs;
  const [base] = ancestor.outs;
  if (mine === undefined || other === undefined) return our.outs;
  for (const out of [base, mine, other]) {
    if (out !== undefined) refuseOtherOutput(mine, out, our);
  }
  const [before, left, right] = await Promise.all([
    base === undefined ? emptyListing : listingOf(project, base),
    listingOf(project, mine),
    listingOf(project, other),
  ]);
  const merged = mergeListings(before, left, right);
  if (merged.conflicts !== undefined) {
    throw new DvtError(
      "conflict",
      `unable to auto-merge the following paths:\n${merged.conflicts.join("\n")}`,
      { hint: `take one side's '${mine.path}', bring the other's changes in, and add it again` },
    );
  }
  return [recorded(project, mine, { listing: merged.listing, other })];
}

function refuseOtherStages(stage: StageFile): void {
  if (stage.cmd === undefined && stage.deps.length === 0 && stage.outs.length <= 1) return;
  throw new DvtError(
    "failed",
    "unable to auto-merge DVC files that weren't created by `dvc add`",
  );
}

function refuseOtherOutput(mine: Out, other: Out, stage: StageFile): void {
  const options = (out: Out) => {
    const { md5: _md5, size: _size, nfiles: _nfiles, files: _files, ...rest } = out;
    return stageValue({ ...stage, deps: [], outs: [rest] });
  };
  if (!pythonEquals(options(mine), options(other))) {
    throw new DvtError("failed", "unable to auto-merge outputs with different options");
  }
  if (other.md5?.endsWith(".dir") === true) return;
  throw new DvtError("failed", "unable to auto-merge outputs that are not directories");
}

async function listingOf(project: Project, out: Out): Promise<Listing> {
  const { md5: id, hash } = out;
  const remote = out.remote ?? project.defaultRemote;
  const listing = listingOfFiles(out.files) ??
    (id !== undefined && isObjectId(id)
      ? await findListing(project, { id, hash, remote })
      : undefined);
  if (listing !== undefined) return listing;
  throw new DvtError(
    "missing-data",
    `the listing of '${out.path}' (${id}) is neither in the cache nor on a remote`,
    { hint: "fetch it on the branch that it belongs to: dvt fetch" },
  );
}

function recorded(
  project: Project,
  out: Out,
  { listing, other }: { listing: Listing; other: Out },
): Out {
  const cache = project.cache(out.hash);
  const id = objectId(`${hashBlocks(listingBlocks(listing))}.dir`);
  if (!cache.lists(id)) cache.insertBlocks(id, listingBlocks(listing));
  const { size: _size, ...rest } = out;
  let size: number | undefined = 0;
  for (const one of listing.ids) {
    const bytes = lookThrough(cache.pathOf(one))?.size;
    size = size === undefined || bytes === undefined ? undefined : size + bytes;
  }
  return {
    ...rest,
    md5: id,
    nfiles: listing.paths.length,
    ...(size === undefined ? {} : { size }),
    ...(out.files === undefined
      ? {}
      : { files: refreshedFiles(listing, [...other.files ?? [], ...out.files], new Map()) }),
  };
}
