import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  convertLineEnds,
  LEGACY_CHUNK,
  looksLikeText,
} from "../../../src/platform/digest/dos2unix.ts";
import { createHasher } from "../../../src/platform/digest/hasher.ts";

const encoder = new TextEncoder();

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function legacy(bytes: Uint8Array, piece = bytes.length): string {
  const hasher = createHasher("md5-dos2unix");
  for (let at = 0; at < bytes.length; at += piece) hasher.update(bytes.subarray(at, at + piece));
  return hasher.digestHex();
}

function converted(text: string): string {
  const bytes = encoder.encode(text);
  return new TextDecoder().decode(bytes.subarray(0, convertLineEnds(bytes)));
}

Deno.test("CRLF becomes LF and a lone CR stays", () => {
  for (
    const text of [
      "",
      "a",
      "\r",
      "\n",
      "\r\n",
      "\r\r\n",
      "\r\n\r\n",
      "a\rb\r\nc\r",
      "\n\r",
      "x\r\n\ry\r\n",
    ]
  ) {
    assert.equal(converted(text), text.replaceAll("\r\n", "\n"), JSON.stringify(text));
  }
});

Deno.test("text is what has no NUL and at most 30 % odd bytes in its first 512", () => {
  assert.ok(looksLikeText(new Uint8Array(0)));
  assert.ok(!looksLikeText(encoder.encode("a\0")));
  assert.ok(looksLikeText(new Uint8Array([200, 200, 200, 65, 65, 65, 65, 65, 65, 65])));
  assert.ok(!looksLikeText(new Uint8Array([200, 200, 200, 200, 65, 65, 65, 65, 65, 65])));
  const late = new Uint8Array(600).fill(65);
  late.fill(0, 512);
  assert.ok(looksLikeText(late));
});

Deno.test("the legacy hash converts text, keeps binary data, and does not mind how bytes come", () => {
  const text = encoder.encode("one\r\ntwo\r\n");
  const binary = encoder.encode("one\r\n\0two\r\n");
  for (const piece of [1, 2, 3, 100]) {
    assert.equal(legacy(text, piece), md5(encoder.encode("one\ntwo\n")));
    assert.equal(legacy(binary, piece), md5(binary));
  }
  assert.equal(legacy(new Uint8Array(0)), md5(new Uint8Array(0)));
});

Deno.test("every MiB is judged on its own, and CRLF across its border stays", () => {
  const border = new Uint8Array(LEGACY_CHUNK + 3).fill(65);
  border.set([13, 10, 13], LEGACY_CHUNK - 1);
  border.set([10], LEGACY_CHUNK + 2);
  const kept = new Uint8Array(LEGACY_CHUNK + 2).fill(65);
  kept.set([13, 10, 10], LEGACY_CHUNK - 1);
  for (const piece of [border.length, 65536, 65537]) assert.equal(legacy(border, piece), md5(kept));

  const mixed = new Uint8Array(LEGACY_CHUNK + 4).fill(65);
  mixed.set([0, 13, 10], 0);
  mixed.set([13, 10], LEGACY_CHUNK);
  const half = new Uint8Array(LEGACY_CHUNK + 3).fill(65);
  half.set(mixed.subarray(0, LEGACY_CHUNK));
  half[LEGACY_CHUNK] = 10;
  assert.equal(legacy(mixed), md5(half));
});

Deno.test("a hasher starts anew after its digest", () => {
  for (const hash of ["md5", "md5-dos2unix"] as const) {
    const hasher = createHasher(hash);
    hasher.update(encoder.encode("first"));
    hasher.digestHex();
    assert.equal(hasher.digestHex(), md5(new Uint8Array(0)));
    hasher.update(encoder.encode("second"));
    assert.equal(hasher.digestHex(), md5(encoder.encode("second")));
  }
});

Deno.test("the legacy hash is what DVC 3.67.1 computes", () => {
  const ascii = (text: string) => encoder.encode(text);
  const odd = (count: number) => {
    const bytes = ascii("A".repeat(98) + "\r\n");
    return bytes.fill(200, 0, count);
  };
  const full = "A".repeat(LEGACY_CHUNK - 1);
  const golden: [Uint8Array, string][] = [
    [ascii("id,name\r\n1,one\r\n"), "871e9c62557b69bb3aaf6288f3e39517"],
    [ascii("id\0\r\n1\r\n"), "969170e909302aa93ae5c5b4b14bb0a5"],
    [odd(31), "ff998aac5bf59db35fa30ac963a712c1"],
    [odd(30), "8e4b6e66690c1296981e28c81d149da1"],
    [ascii(`${full}\r\n\r\n`), "6a6b1fd354064d368011e97d748e1af1"],
    [ascii(`\0${full}one\r\ntwo\r\n`), "3f68a3e1a84e8d8759d9bd5bae244ea8"],
  ];
  for (const [bytes, digest] of golden) {
    for (const piece of [bytes.length, 65537]) assert.equal(legacy(bytes, piece), digest);
  }
});
