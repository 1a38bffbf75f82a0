import assert from "node:assert/strict";
import type { Listing } from "../../src/objects/listing.ts";
import { makeListing } from "../../src/objects/listing.ts";
import { listingBlocks, ListingReader, parseListing } from "../../src/objects/listing_bytes.ts";
import type { ObjectId } from "../../src/objects/object_id.ts";
import { DvtError } from "../../src/platform/error.ts";
import { Chance } from "../support/chance.ts";

const chance = new Chance(20261129);
const name = `${"0".repeat(32)}.dir` as ObjectId;
const words = [
  "a",
  "file",
  "x y",
  "é",
  "日本",
  "😀",
  'q"q',
  "back\\slash",
  "tab\t",
  "-",
  ".b",
  "A~1",
];

const someId = () =>
  Array.from({ length: 32 }, () => chance.below(16).toString(16)).join("") as ObjectId;

function someListing(count: number): Listing {
  const paths = new Set<string>();
  for (let i = 0; i < count; i++) {
    const parts = Array.from({ length: 1 + chance.below(3) }, () => chance.pick(words));
    paths.add(`${parts.join("/")}${chance.below(1e6)}`);
  }
  return makeListing([...paths], [...paths].map(someId));
}

function bytesOf(listing: Listing): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...listingBlocks(listing)].flatMap((block) => [...block]));
}

/** Gives a reader bytes in blocks of random sizes that are overwritten once they were taken. */
function readInBlocks(bytes: Uint8Array): Listing | undefined {
  const reader = new ListingReader();
  for (let at = 0; at < bytes.length;) {
    const size = 1 + chance.below(chance.below(2) === 0 ? 7 : 400);
    const block = bytes.slice(at, at + size);
    if (!reader.push(block)) return undefined;
    block.fill(0x7d);
    at += size;
  }
  return reader.finish();
}

const entriesOf = (listing: Listing) =>
  listing.paths.map((path, i) => `${listing.ids.at(i)} ${path}`);

Deno.test("a listing that comes in blocks is the one that was written", () => {
  for (let round = 0; round < 200; round++) {
    const listing = someListing(chance.below(40));
    const found = readInBlocks(bytesOf(listing));
    assert.ok(found !== undefined);
    assert.deepEqual(entriesOf(found), entriesOf(listing));
    assert.deepEqual(entriesOf(parseListing(bytesOf(listing), name)), entriesOf(listing));
  }
});

Deno.test("a listing read in blocks is never another than the one that JSON says", () => {
  let plain = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = bytesOf(someListing(1 + chance.below(4)));
    for (let change = 0; change <= chance.below(3); change++) {
      const at = chance.below(bytes.length);
      const odd = [0x22, 0x5c, 0x7d, 0x5d, 0x2c, 0x2f, 0x2e, 0x00, 0x0a, 0x41, 0x61, 0xff];
      bytes[at] = chance.pick(odd);
    }
    const found = readInBlocks(bytes);
    if (found === undefined) continue; // the general reader has the last word
    plain++;
    assert.deepEqual(entriesOf(found), entriesOf(parseListing(bytes, name)));
  }
  assert.ok(plain > 500, "the changes left nothing to compare");
});

Deno.test("other layouts are left to the general reader, which tells what is wrong", () => {
  const md5 = "d41d8cd98f00b204e9800998ecf8427e";
  const entry = (path: string) => `{"md5": "${md5}", "relpath": ${JSON.stringify(path)}}`;
  const others: readonly (readonly [text: string, answer: RegExp | number])[] = [
    [`[{"relpath": "a", "md5": "${md5}"}]`, 1],
    [`[{"md5":"${md5}","relpath":"a"}]`, 1],
    [`[${entry("a")}, ${entry("b")}]\n`, 2],
    [`[ ]`, 0],
    [`[${entry("../a")}]`, /would leave the folder/],
    [`[${entry("a\0")}]`, /would leave the folder/],
    [`[${entry(".git/hooks/x")}]`, /would leave the folder/],
    [`[${entry("a")}, ${entry("a")}]`, /twice/],
    [`[${entry("a").replace(md5, md5.toUpperCase())}]`, /not an MD5/],
    [`[${entry("a").replace(md5, `${md5}.dir`)}]`, /not an MD5/],
    [`[${entry("a")}`, /not JSON/],
    [`[${entry("a")}]]`, /not JSON/],
    [`[{"md5": "${md5}", "relpath": "a\n"}]`, /not JSON/],
    [`{}`, /not a list/],
    [``, /not JSON/],
  ];
  for (const [text, answer] of others) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(readInBlocks(bytes), undefined, text);
    if (typeof answer === "number") {
      assert.equal(parseListing(bytes, name).paths.length, answer, text);
    } else {
      assert.throws(
        () => parseListing(bytes, name),
        (error: unknown) => error instanceof DvtError && answer.test(error.message),
        text,
      );
    }
  }
});

Deno.test("an entry that does not end is not waited for", () => {
  const reader = new ListingReader();
  assert.ok(reader.push(new TextEncoder().encode(`[{"md5": "${"0".repeat(32)}", "relpath": "`)));
  const more = new Uint8Array(16 << 10).fill(0x61);
  let taken = 0;
  while (reader.push(more)) taken++;
  assert.ok(taken <= 4);
  assert.equal(reader.finish(), undefined);
});
