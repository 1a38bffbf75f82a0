/**
 * What a checkout placed is known without reading it again.
 *
 * @module
 */
import type { HashState } from "../objects/hash_state.ts";
import type { LocalStore } from "../objects/local_store.ts";
import type { ObjectId } from "../objects/object_id.ts";
import { lookThrough } from "../platform/files.ts";
import type { CheckoutPlan, Wanted } from "./checkout_plan.ts";
import type { Scan } from "./scan.ts";
import { Rows } from "./walk.ts";

/** Remembers the hashes of one output after it was placed. */
export function rememberPlaced(
  target: string,
  { current, plan, arrived, wanted }: {
    current: Scan;
    plan: CheckoutPlan;
    arrived: readonly { path: string; id: ObjectId }[];
    wanted: Wanted;
  },
  { path, store, state }: {
    path: string;
    store: LocalStore;
    state: HashState | undefined;
  },
): void {
  if (state === undefined || wanted.kind === "absent") return;
  const known: { path: string; key: string; id: string; at?: number }[] = [];
  for (const one of arrived) {
    known.push({ path: one.path, key: walkKey(one.path), id: one.id });
  }
  if (current.kind === "directory") {
    for (const at of plan.kept) {
      const kept = current.walk.paths[at] ?? "";
      known.push({ path: kept, key: walkKey(kept), id: current.hashes[at] ?? "", at });
    }
  }
  known.sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows = new Rows();
  const hashes: string[] = [];
  for (const one of known) {
    if (one.at !== undefined && current.kind === "directory") {
      rows.copy(current.walk, one.at);
    } else {
      const facts = lookThrough(one.path === "" ? target : `${target}/${one.path}`);
      if (facts?.kind !== "file") continue;
      rows.add(one.path, facts);
    }
    hashes.push(one.id);
  }
  state.remember(path, store.hash, {
    table: rows.table(),
    hashes,
    listing: wanted.kind === "directory" ? wanted.id : undefined,
    looked: Date.now(),
  });
}

/** Sorts paths as a walk that enters each folder where its name stands. */
function walkKey(path: string): string {
  return path.replaceAll("/", "\0");
}
