import assert from "node:assert/strict";
import { styled } from "../../src/console/color.ts";
import { displayWidth } from "../../src/console/display_width.ts";
import { tableLines } from "../../src/console/table.ts";

// Every expected text here is what DVC 3.67.1 prints for such rows.

Deno.test("columns are two spaces apart, without blanks at the end", () => {
  assert.deepEqual(
    tableLines([["a", "bb", undefined], ["ccc", "d", " x "]]),
    ["a    bb  -", "ccc  d   x"],
  );
  assert.deepEqual(tableLines([["1"], ["222", "c"], ["", "  d"]]), ["1    -", "222  c", "     d"]);
  assert.deepEqual(tableLines([]), []);
});

Deno.test("headings claim two columns more", () => {
  assert.deepEqual(
    tableLines([["a", "bb"], ["ccc", "d"]], { headers: ["Status", "P"] }),
    ["Status    P", "a         bb", "ccc       d"],
  );
});

Deno.test("markdown tables have a rule below the headings, also when empty", () => {
  const options = { headers: ["Status", "Path"], markdown: true };
  assert.deepEqual(tableLines([["a", "bb"], ["ccc", "日本"]], options), [
    "| Status   | Path   |",
    "|----------|--------|",
    "| a        | bb     |",
    "| ccc      | 日本   |",
  ]);
  assert.deepEqual(tableLines([], options), ["| Status   | Path   |", "|----------|--------|"]);
});

Deno.test("numbers stand at the right, and trees keep their blanks", () => {
  const rows = [["1", "b"], ["222", "├── c"], ["", "  d"]];
  assert.deepEqual(
    tableLines(rows, { right: [0], keepBlanks: true }),
    ["  1  b", "222  ├── c", "       d"],
  );
});

Deno.test("width counts columns of a terminal, not characters or colours", () => {
  const texts = ["abc", "日本", "👨‍👩‍👧", "👍🏽", "❤️", "e\u0301", "🇩🇪", "한국", styled("red", "abc")];
  assert.deepEqual(texts.map(displayWidth), [3, 4, 2, 2, 2, 1, 2, 4, 3]);
  const rows = [[styled("green", "abc"), "c"], ["é", "x"], ["👨‍👩‍👧", "z"]];
  assert.deepEqual(tableLines(rows), [`${styled("green", "abc")}  c`, "é    x", "👨‍👩‍👧   z"]);
});
