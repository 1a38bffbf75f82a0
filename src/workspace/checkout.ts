/**
 * Makes one output of the workspace what it is recorded to be, safely: nothing old goes before the
 * new is complete, and work that exists nowhere else goes only on request.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  changeMode,
  exists,
  isDirectory,
  listDirectory,
  lookAt,
  makeDirectory,
  removeEmptyDirectory,
  removeIfThere,
  removeTree,
  renameFile,
  temporaryName,
} from "../platform/files.ts";
import { parentDirectory, parentPath } from "../platform/paths.ts";
import { syncFiles } from "../platform/sync.ts";
import type { DeliveryFailure } from "../objects/deliver.ts";
import type { Context } from "../platform/context.ts";
import type { HashState } from "../objects/hash_state.ts";
import type { LocalStore } from "../objects/local_store.ts";
import { type CheckoutPlan, planCheckout, type Wanted } from "./checkout_plan.ts";
import { type LinkType, place } from "./place.ts";
import { rememberPlaced } from "./remember.ts";
import type { Scan } from "./scan.ts";

/** What a checkout of one output works with. */
export interface CheckoutOptions {
  /** The output's path relative to the project's root. */
  readonly path: string;
  readonly store: LocalStore;
  readonly state: HashState | undefined;
  readonly types: readonly LinkType[];
  readonly force: boolean;
  readonly relink?: boolean;
  /** Nobody sees the target before it is complete: it gets its name then. */
  readonly unseen?: boolean;
  readonly context: Context;
}

/** What a checkout did to one output. */
export interface CheckoutResult {
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  readonly relinked: number;
  readonly failed: readonly DeliveryFailure[];
  /** No configured link type works between cache and workspace. */
  readonly notLinked: boolean;
}

const nothing: CheckoutResult = {
  added: 0,
  modified: 0,
  deleted: 0,
  relinked: 0,
  failed: [],
  notLinked: false,
};

/** Brings the output at a native path from its scanned state to the wanted one. */
export async function checkoutOutput(
  target: string,
  { current, wanted }: { current: Scan; wanted: Wanted },
  options: CheckoutOptions,
): Promise<CheckoutResult> {
  const plan = planCheckout(current, wanted, {
    store: options.store,
    relink: options.relink ?? false,
  });
  if (plan.place.length === 0 && plan.remove.length === 0 && !plan.changesKind) {
    if (wanted.kind === "directory" && current.kind === "missing") {
      makeDirectory(target);
      return { ...nothing, added: 1 };
    }
    if (wanted.kind === "file" && wanted.isexec && addExecutableBit(target)) {
      return { ...nothing, modified: 1 };
    }
    return nothing;
  }
  if (plan.unsaved.length > 0 && !options.force) mayLose(target, plan, options);
  const failed = missingFrom(options.store, target, plan);
  if (failed.length > 0) return { ...nothing, failed };

  await syncFiles(plan.unsettled, options.context.signal);
  const aside = plan.changesKind ? moveAside(target) : undefined;
  let result: CheckoutResult;
  try {
    result = await placeAll(target, { current, wanted, plan }, options);
  } catch (error) {
    restore(target, aside);
    throw error;
  }
  if (result.failed.length > 0) {
    restore(target, aside);
    return result;
  }
  if (aside !== undefined) removeTree(aside);
  else removeFiles(target, plan.remove, wanted.kind === "absent");
  return result;
}

function missingFrom(store: LocalStore, target: string, plan: CheckoutPlan): DeliveryFailure[] {
  const failures: DeliveryFailure[] = [];
  for (const { path, id } of plan.place) {
    if (store.lists(id)) continue;
    const error = new DvtError("missing-data", `object ${id} is not in the cache`);
    failures.push({ id, target: below(target, path), error });
  }
  return failures;
}

function mayLose(target: string, plan: CheckoutPlan, { context }: CheckoutOptions): void {
  const paths = plan.unsaved.map((path) => below(target, path));
  const answer = context.confirm(
    paths.length === 1
      ? `file '${paths[0]}' was changed and its content is saved nowhere. Replace it?`
      : `${paths.length} files below '${target}' were changed and are saved nowhere. Replace them?`,
  );
  if (answer === true) return;
  throw new DvtError(
    "conflict",
    "Can't remove the following unsaved files without confirmation. Use `--force` to force.\n" +
      paths.join("\n"),
  );
}

async function placeAll(
  target: string,
  { current, wanted, plan }: { current: Scan; wanted: Wanted; plan: CheckoutPlan },
  options: CheckoutOptions,
): Promise<CheckoutResult> {
  using progress = options.context.reporter.progress("Checking out", { files: plan.place.length });
  if (wanted.kind === "directory") makeFolders(target, plan);
  else if (wanted.kind === "file") makeDirectory(parentDirectory(target));
  const deliveries = {
    *[Symbol.iterator]() {
      for (const { path, id } of plan.place) yield { id, target: below(target, path) };
    },
  };
  const { failed, used } = await place(deliveries, options.store, {
    types: options.types,
    signal: options.context.signal,
    progress,
    unseen: options.unseen ?? false,
  });
  if (wanted.kind === "file" && wanted.isexec && failed.length === 0) addExecutableBit(target);
  if (failed.length === 0) {
    rememberPlaced(target, { current, plan, wanted }, options);
  }
  const { replaced } = plan.place;
  return {
    added: plan.place.length - replaced,
    modified: options.relink === true ? 0 : replaced,
    relinked: options.relink === true ? replaced : 0,
    deleted: plan.remove.length,
    failed,
    notLinked: used === undefined,
  };
}

function below(target: string, path: string): string {
  return path === "" ? target : `${target}/${path}`;
}

/** Makes the folders of all files; a link or file in the way of a folder is never walked through. */
function makeFolders(target: string, plan: CheckoutPlan): void {
  const ready = new Set<string>();
  const fresh = new Set<string>();
  const create = (folder: string) => {
    makeDirectory(below(target, folder));
    fresh.add(folder);
  };
  const make = (folder: string): void => {
    if (ready.has(folder)) return;
    if (folder !== "") make(parentPath(folder));
    const place = below(target, folder);
    const facts = lookAt(place);
    // The output itself may be a link that the user made to another disk; what is below may not.
    if (facts === undefined) create(folder);
    else if (facts.kind === "link" && folder === "" && isDirectory(place)) { /* kept */ }
    else if (facts.kind !== "directory") {
      if (!plan.remove.includes(folder)) {
        throw new DvtError("conflict", `'${place}' is in the way of a folder`, {
          hint: "move it away and run the command again",
        });
      }
      removeIfThere(place); // a tracked file that became a folder; its content is saved
      create(folder);
    }
    ready.add(folder);
  };
  make("");
  for (const { path } of plan.place) make(parentPath(path));
  // A folder that became a file: its files go first, since both cannot have the name.
  for (const { path } of plan.place) {
    if (fresh.has(parentPath(path))) continue;
    const place = below(target, path);
    if (lookAt(place)?.kind !== "directory") continue;
    removeFiles(target, plan.remove.filter((one) => one.startsWith(path + "/")), false);
    if (listDirectory(place)?.length === 0) removeTree(place);
  }
}

function removeFiles(target: string, paths: readonly string[], wholeOutput: boolean): void {
  const folders = new Set<string>();
  for (const path of paths) {
    removeIfThere(below(target, path));
    for (let folder = parentPath(path); folder !== ""; folder = parentPath(folder)) {
      folders.add(folder);
    }
  }
  if (wholeOutput && isDirectory(target)) folders.add("");
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (exists(below(target, folder))) removeEmptyDirectory(below(target, folder));
  }
}

function moveAside(target: string): string {
  const aside = `${parentDirectory(target)}/${temporaryName()}`;
  renameFile(target, aside);
  return aside;
}

function restore(target: string, aside: string | undefined): void {
  if (aside === undefined) return;
  removeTree(target);
  renameFile(aside, target);
}

/** As DVC: only the owner gets the bit, whatever the umask. */
function addExecutableBit(target: string): boolean {
  const facts = lookAt(target);
  if (facts?.kind !== "file" || (facts.mode & 0o100) !== 0) return false;
  changeMode(target, facts.mode | 0o100);
  return true;
}
