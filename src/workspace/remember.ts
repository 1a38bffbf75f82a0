/**
 * What a checkout placed is known without reading it again.
 *
 * @module
 */
import type { HashState } from "../objects/hash_state.ts";
import { IdColumn } from "../objects/id_column.ts";
import type { LocalStore } from "../objects/local_store.ts";
import { lookThrough } from "../platform/files.ts";
import { compareInWalk } from "../platform/paths.ts";
import type { CheckoutPlan, Wanted } from "./checkout_plan.ts";
import type { Scan } from "./scan.ts";
import { Rows } from "./walk.ts";

/** Remembers the hashes of one output after all of its plan was placed. */
export function rememberPlaced(
  target: string,
  { current, plan, wanted }: {
    current: Scan;
    plan: CheckoutPlan;
    wanted: Wanted;
  },
  { path, store, state }: {
    path: string;
    store: LocalStore;
    state: HashState | undefined;
  },
): void {
  if (state === undefined || wanted.kind === "absent") return;
  // Columns in place of a list of objects: there may be a million of them.
  const { place, kept } = plan;
  const isFolder = current.kind === "directory";
  const pathOf = (i: number) =>
    i < place.length
      ? place.pathAt(i)
      : isFolder
      ? current.walk.paths[kept[i - place.length] ?? 0] ?? ""
      : "";
  const rows = new Rows();
  const ids = new IdColumn(place.length + (isFolder ? kept.length : 0));
  for (const i of inWalkOrder(place.length + (isFolder ? kept.length : 0), pathOf)) {
    const at = kept[i - place.length];
    if (at !== undefined && isFolder) {
      ids.copy(rows.count, current.hashes.words, at);
      rows.copy(current.walk, at);
      continue;
    }
    const file = pathOf(i);
    const facts = lookThrough(file === "" ? target : `${target}/${file}`);
    if (facts?.kind !== "file") continue;
    ids.set(rows.count, place.idAt(i));
    rows.add(file, facts);
  }
  state.remember(path, store.hash, {
    table: rows.table(),
    hashes: { ids, known: new Uint8Array(rows.count).fill(1) },
    listing: wanted.kind === "directory" ? wanted.id : undefined,
    looked: Date.now(),
  });
}

/** Positions of paths, sorted as a walk finds them that enters each folder where its name stands. */
function inWalkOrder(count: number, pathOf: (i: number) => string): Uint32Array {
  const order = new Uint32Array(count);
  let isSorted = true;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    if (i > 0 && isSorted) isSorted = compareInWalk(pathOf(i - 1), pathOf(i)) < 0;
  }
  return isSorted ? order : order.sort((i, j) => compareInWalk(pathOf(i), pathOf(j)));
}
