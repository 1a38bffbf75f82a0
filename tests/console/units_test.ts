import assert from "node:assert/strict";
import { duration, humanSize, joinWords, summary } from "../../src/console/units.ts";

Deno.test("humanSize() counts as DVC does", () => {
  // From `dvc list --size` and `dvc du` of DVC 3.67.1.
  const sizes: readonly [number, string][] = [
    [0, "0"],
    [999, "999"],
    [1000, "1000"],
    [1023, "1023"],
    [1024, "1.00k"],
    [1152, "1.12k"], // 1.125, a tie, goes to even
    [1160, "1.13k"],
    [1408, "1.38k"], // 1.375, a tie, goes to even
    [10234, "9.99k"],
    [10235, "10.0k"],
    [12345, "12.1k"],
    [102348, "99.9k"],
    [102349, "100k"],
    [1022976, "999k"],
    [1023500, "0.98M"],
    [1048576, "1.00M"],
    [5 * 1024 ** 3, "5.00G"],
    [3 * 1024 ** 4, "3.00T"],
    [2 * 1024 ** 5, "2.00P"],
  ];
  for (const [bytes, text] of sizes) assert.equal(humanSize(bytes), text, String(bytes));
});

Deno.test("duration() grows from tenths of a second to hours", () => {
  assert.deepEqual(
    [0, 440, 9949, 9950, 59_400, 61_000, 3_599_000, 3_723_000].map(duration),
    ["0.0 s", "0.4 s", "9.9 s", "10 s", "59 s", "1:01", "59:59", "1:02:03"],
  );
});

Deno.test("summary() leaves zeros out and joins the rest with commas and an and", () => {
  assert.equal(
    summary([["fetched", 1], ["added", 2], ["deleted", 0]]),
    "1 file fetched and 2 files added",
  );
  assert.equal(
    summary([["fetched", 2], ["added", 1], ["deleted", 3]]),
    "2 files fetched, 1 file added and 3 files deleted",
  );
  assert.equal(summary([["fetched", 0]]), "");
  assert.equal(joinWords([]), "");
});
