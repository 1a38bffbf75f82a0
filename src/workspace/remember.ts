/**
 * What a checkout placed is known without reading it again.
 *
 * @module
 */
import { FactColumns, type KnownFiles } from "../objects/file_facts.ts";
import type { HashState } from "../objects/hash_state.ts";
import type { LocalStore } from "../objects/local_store.ts";
import { lookThrough } from "../platform/files.ts";
import { compareInWalk } from "../platform/paths.ts";
import type { CheckoutPlan, Wanted } from "./checkout_plan.ts";
import type { DirectoryScan, Scan } from "./scan.ts";

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
  state.remember(path, store.hash, {
    files: placedFiles(target, plan, current.kind === "directory" ? current : undefined),
    listing: wanted.kind === "directory" ? wanted.id : undefined,
    looked: Date.now(),
  });
}

/** The files placed, looked at now, and the kept ones as they were found. */
function placedFiles(
  target: string,
  { place, kept }: CheckoutPlan,
  current: DirectoryScan | undefined,
): KnownFiles {
  const facts = new FactColumns(place.length);
  const isThere = new Uint8Array(place.length);
  const nothing = { size: 0, mtime: 0, ctime: 0, inode: 0 };
  for (let i = 0; i < place.length; i++) {
    const file = place.pathAt(i);
    const found = lookThrough(file === "" ? target : `${target}/${file}`);
    if (found?.kind === "file") isThere[i] = 1;
    facts.add(found ?? nothing);
  }
  // Behind what was placed comes what was kept.
  const keptAt = (i: number) => kept[i - place.length] ?? 0;
  const pathOf = (i: number) =>
    i < place.length ? place.pathAt(i) : current?.walk.paths[keptAt(i)] ?? "";
  const count = place.length + (current === undefined ? 0 : kept.length);
  const order = inWalkOrder(count, place.length, pathOf);
  const at = (row: number) => order[row] ?? 0;
  return {
    count,
    path: (row) => pathOf(at(row)),
    fact(name, row) {
      const i = at(row);
      return i < place.length ? facts.get(name, i) : current?.walk[name][keptAt(i)] ?? 0;
    },
    isKnown: (row) => at(row) >= place.length || isThere[at(row)] === 1,
    copyId(row, to, index) {
      const i = at(row);
      if (i < place.length) place.copyId(i, to, index);
      else if (current !== undefined) to.copy(index, current.hashes.words, keptAt(i));
    },
  };
}

/**
 * Positions of paths, sorted as a walk finds them that enters each folder where its name stands.
 * Mostly, both what comes before `middle` and what follows is so sorted already.
 */
function inWalkOrder(
  count: number,
  middle: number,
  pathOf: (i: number) => string,
): Uint32Array {
  const order = new Uint32Array(count);
  let isSorted = true;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    if (i > 0 && i !== middle && isSorted) isSorted = compareInWalk(pathOf(i - 1), pathOf(i)) < 0;
  }
  if (!isSorted) return order.sort((i, j) => compareInWalk(pathOf(i), pathOf(j)));
  for (let at = 0, one = 0, other = middle; at < count; at++) {
    const takesOne = other >= count ||
      (one < middle && compareInWalk(pathOf(one), pathOf(other)) < 0);
    order[at] = takesOne ? one++ : other++;
  }
  return order;
}
