import assert from "node:assert/strict";
import { type FileFactsTable, knownFiles, nothingKnown } from "../../src/objects/file_facts.ts";
import { HashState } from "../../src/objects/hash_state.ts";
import { IdColumn } from "../../src/objects/id_column.ts";
import { encodeNames, NameMatcher } from "../../src/objects/names_in_order.ts";
import type { ObjectId } from "../../src/objects/object_id.ts";
import { compareCodePoints } from "../../src/objects/listing.ts";
import { ObjectNames } from "../../src/objects/object_names.ts";
import { compareInWalk } from "../../src/platform/paths.ts";
import { PathFinder } from "../../src/workspace/path_finder.ts";
import { Chance } from "../support/chance.ts";

const chance = new Chance(20261128);
const number = (below: number) => chance.below(below);
/** Few different beginnings, so that names crowd in one place. */
const someId = () =>
  (number(4).toString().repeat(8) +
    Array.from({ length: 24 }, () => number(3)).join("")) as ObjectId;

Deno.test("an id column gives back what it took", () => {
  const ids = Array.from({ length: 3000 }, someId);
  const column = new IdColumn();
  for (const id of ids) column.push(id);
  assert.deepEqual([...column], ids);
  assert.deepEqual([...IdColumn.of(ids)], ids);
  assert.deepEqual([...column.clone()], ids);
  assert.equal(column.at(17), ids[17]);
  assert.throws(() => column.at(3000), RangeError);
  assert.throws(() => column.at(-1), RangeError);
  assert.throws(() => column.push(`${ids[0]}.dir`), RangeError);
  assert.ok(column.every((id) => id.length === 32));
});

Deno.test("a set of object names does what a set of texts does", () => {
  const names = new ObjectNames();
  const texts = new Set<string>();
  const pool = Array.from({ length: 2000 }, someId);
  pool.push("0".repeat(32) as ObjectId, `${pool[0]}.dir` as ObjectId);
  for (let step = 0; step < 40_000; step++) {
    const id = chance.pick(pool);
    if (number(5) < (step < 20_000 ? 3 : 2)) {
      names.add(id);
      texts.add(id);
    } else if (number(2) === 0) {
      names.delete(id);
      texts.delete(id);
    }
    assert.equal(names.has(id), texts.has(id));
  }
  for (const id of pool) assert.equal(names.has(id), texts.has(id), id);
});

Deno.test("a name that only looks like an object's is not taken for one", () => {
  const names = new ObjectNames();
  const id = "abcdef0123456789abcdef0123456789" as ObjectId;
  names.add(id.toUpperCase());
  names.add(`${id} `);
  assert.equal(names.has(id), false);
  names.add(id);
  assert.equal(names.has(id), true);
});

Deno.test("names are found in the order of a walk, whatever came or went", () => {
  const parts = ["a", "a-b", "a.txt", "b", "ü", "数据", "\ufeffmark", "😀", "z", "zz", "\uffff"];
  const pool = [...parts, ...parts.flatMap((one) => parts.map((two) => `${one}/${two}`))]
    .sort(compareInWalk);
  for (let round = 0; round < 200; round++) {
    const there = pool.filter(() => chance.isTrue(0.7));
    const asked = pool.filter(() => chance.isTrue(round % 3 === 0 ? 0.2 : 0.8));
    const bytes = joined(
      encodeNames((i) => there[i] ?? "", Uint32Array.from(there, (_, i) => i)),
    );
    const matcher = () => {
      const begun = new NameMatcher(asked);
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + number(round % 2 === 0 ? 7 : bytes.length);
        begun.push(bytes.slice(at, end));
        at = end;
      }
      return begun;
    };
    const found = matcher().finish(there.length) ?? assert.fail();
    asked.forEach((name, i) => assert.equal(found[i], there.indexOf(name), name));
    assert.equal(matcher().finish(there.length + 1), undefined);
  }
  assert.deepEqual(new NameMatcher(["a"]).finish(0), Int32Array.of(-1));
  assert.deepEqual(new NameMatcher(["", "a"]).finish(1), Int32Array.of(0, -1), "the empty name");
});

Deno.test("paths are found in any order, best in their own", () => {
  const paths = Array.from(
    { length: 3000 },
    (_, i) => `${i % 50}/${i % 7 === 0 ? "x.y" : "x"}/${i}`,
  );
  for (const compare of [compareInWalk, compareCodePoints]) {
    const there = paths.filter(() => chance.isTrue(0.9)).sort(compare);
    for (const order of [compareInWalk, compareCodePoints, undefined]) {
      const asked = paths.filter(() => chance.isTrue(0.9));
      if (order === undefined) asked.reverse();
      else asked.sort(order);
      const finder = new PathFinder(there, compare);
      const positions = new Map(there.map((path, at) => [path, at]));
      for (const path of asked) assert.equal(finder.find(path), positions.get(path) ?? -1, path);
    }
  }
  assert.equal(new PathFinder([], compareInWalk).find("a"), -1);
});

function joined(blocks: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from([...blocks].flatMap((block) => [...block]));
}

function table(paths: readonly string[], size = (i: number) => i): FileFactsTable {
  const column = (of: (i: number) => number) => Float64Array.from(paths, (_, i) => of(i));
  return {
    paths,
    sizes: column(size),
    mtimes: column((i) => 1000.5 + i),
    ctimes: column((i) => 2000.25 + i),
    inodes: column((i) => 2 ** 50 + i),
  };
}

Deno.test("a hash state knows the files that are as they were, and no others", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const state = new HashState(`${folder}/state`);
    const paths = Array.from({ length: 5000 }, (_, i) => `${i % 7 === 0 ? "ü" : "f"}/${i}`)
      .sort(compareInWalk);
    const hashes = nothingKnown(paths.length);
    paths.forEach((_, i) => {
      if (i === 13) return;
      hashes.ids.set(i, someId());
      hashes.known[i] = 1;
    });
    const listing = `${someId()}.dir`;
    const looked = Date.now();
    state.remember("data", "md5", { files: knownFiles(table(paths), hashes), listing, looked });

    const all = state.recall("data", "md5", table(paths));
    assert.equal(all.listing, undefined, "one file was not known");
    paths.forEach((_, i) => {
      assert.equal(all.known[i], i === 13 ? 0 : 1);
      if (i !== 13) assert.equal(all.ids.at(i), hashes.ids.at(i));
    });
    // One came and one went: the others stand at other positions now.
    const other = ["a", ...paths.slice(0, 100), ...paths.slice(101)];
    const was = table(paths);
    const moved = (column: Float64Array) =>
      Float64Array.from([7, ...column.subarray(0, 100), ...column.subarray(101)]);
    const odd = state.recall("data", "md5", {
      paths: other,
      sizes: moved(was.sizes),
      mtimes: moved(was.mtimes),
      ctimes: moved(was.ctimes),
      inodes: moved(was.inodes),
    });
    other.forEach((path, i) => {
      const at = paths.indexOf(path);
      assert.equal(odd.known[i], at < 0 || at === 13 ? 0 : 1, path);
      if (odd.known[i] === 1) assert.equal(odd.ids.at(i), hashes.ids.at(at));
    });
    const changed = state.recall("data", "md5", table(paths, (i) => i === 99 ? 1 : i));
    assert.equal(changed.known[99], 0);
    assert.equal(changed.known[100], 1);
    assert.equal(state.recall("data", "md5-dos2unix", table(paths)).known.includes(1), false);
    assert.equal(state.recall("other", "md5", table(paths)).known.includes(1), false);
    // What is no file of ours is passed by: a link, which might lead to a pipe, and a folder.
    Deno.symlinkSync("data", `${folder}/state/link`);
    Deno.mkdirSync(`${folder}/state/folder`);
    for (const key of ["link", "folder"]) {
      assert.equal(state.recall(key, "md5", table(paths)).known.includes(1), false, key);
    }

    hashes.known[13] = 1;
    hashes.ids.set(13, someId());
    state.remember("data", "md5", { files: knownFiles(table(paths), hashes), listing, looked });
    assert.equal(state.recall("data", "md5", table(paths)).listing, listing);
    assert.equal(state.recall("data", "md5", table(paths.slice(1))).listing, undefined);
    // Written by a run at the moment of a change: not to be trusted.
    state.remember("data", "md5", {
      files: knownFiles(table(paths), hashes),
      listing,
      looked: 1000,
    });
    assert.equal(state.recall("data", "md5", table(paths)).known.includes(1), false);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
