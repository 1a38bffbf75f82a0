/**
 * The end of an import: the stage file, the ignore rule, and the data's place in the workspace, in
 * an order that a killed run can be gone on from. What is in the cache can be placed at any time,
 * so it comes last: until then, the same command or `checkout` brings everything about.
 *
 * @module
 */
import { temporaryPathFor, writeFileAtomically } from "../platform/arrivals.ts";
import {
  lookAt,
  readFileIfThere,
  removeIfThere,
  removeTree,
  renameFile,
} from "../platform/files.ts";
import { refuseUnsafe } from "../registry/linked_way.ts";
import type { Project } from "../registry/project.ts";
import { checkoutOutput } from "../workspace/checkout.ts";
import type { Wanted } from "../workspace/checkout_plan.ts";
import { scan } from "../workspace/scan.ts";
import { scanOptions } from "./record.ts";
import type { GitTracking } from "./git_tracking.ts";

/**
 * Records new data and places it. When either fails or is interrupted, what was recorded is taken
 * back, and the error thrown.
 */
export async function recordAndPlace(
  project: Project,
  { path, stagePath, wanted, force, tracking, save }: {
    readonly path: string;
    readonly stagePath: string;
    /** Undefined: nothing is placed. */
    readonly wanted: Wanted | undefined;
    readonly force: boolean;
    readonly tracking: GitTracking;
    /** Writes the stage file. */
    readonly save: () => Promise<unknown>;
  },
): Promise<void> {
  const place = project.nativePath(stagePath);
  const before = readFileIfThere(place);
  try {
    await save();
    tracking.track(stagePath);
    await tracking.ignore(path);
    if (wanted !== undefined) await placeImport(project, { path, wanted, force });
  } catch (error) {
    tracking.rollback();
    if (before === undefined) removeIfThere(place);
    else writeFileAtomically(place, before);
    project.forgetCatalog();
    throw error;
  }
}

/**
 * Brings an import's data from the cache to its place. Where nothing was there before, it arrives
 * whole or not at all.
 */
export async function placeImport(
  project: Project,
  { path, wanted, force }: { path: string; wanted: Wanted; force: boolean },
): Promise<void> {
  await refuseUnsafe(project, path);
  const place = project.nativePath(path);
  const current = await scan(place, scanOptions(path, { project, hash: "md5" }));
  const isNew = wanted.kind === "directory" && lookAt(place) === undefined;
  const target = isNew ? temporaryPathFor(place) : place;
  try {
    const { failed } = await checkoutOutput(target, { current, wanted }, {
      path,
      store: project.cache("md5"),
      state: project.state,
      types: project.config.cache.types,
      force,
      unseen: isNew,
      context: project.context,
    });
    const [first] = failed;
    if (first !== undefined) throw first.error;
    if (isNew) renameFile(target, place);
  } catch (error) {
    if (isNew) removeTree(target);
    throw error;
  }
}
