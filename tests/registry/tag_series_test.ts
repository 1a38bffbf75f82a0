import assert from "node:assert/strict";
import { newerInSeries } from "../../src/registry/tag_series.ts";

type Row = readonly [current: string, tags: readonly string[], newer: readonly string[]];

const rows: readonly Row[] = [
  ["cats-dogs-v1", ["cats-dogs-v1", "cats-dogs-v2", "cats-v3", "cats-dogs-v10"], [
    "cats-dogs-v2",
    "cats-dogs-v10",
  ]],
  ["cats-dogs-v2", ["cats-dogs-v1", "cats-dogs-v2"], []],
  ["v1.9", ["v1.10", "v1.2", "v2", "v1.9.1", "w3", "v1.9.0"], ["v1.9.1", "v1.10", "v2"]],
  ["1.0", ["1.0", "1.1", "2.0", "v3.0"], ["1.1", "2.0"]],
  ["v1.0.0", ["v1.1.0-rc.1", "v1.1.0", "v1.1.0-linux", "v2.0.0-beta"], ["v1.1.0"]],
  ["v1.1.0-rc.1", ["v1.1.0-rc.2", "v1.1.0", "v1.1.0-alpha", "v1.1.0-rc.10"], [
    "v1.1.0-rc.2",
    "v1.1.0-rc.10",
    "v1.1.0",
  ]],
  ["1.0b2", ["1.0b3", "1.0", "1.0a9", "1.0rc1"], ["1.0b3", "1.0rc1", "1.0"]],
  ["data-2024-01-15", ["data-2024-02-01", "data-2023-12-31", "data-2024-02", "data-2024-1-20"], [
    "data-2024-1-20",
    "data-2024-02-01",
  ]],
  ["exp-42-small", ["exp-43-small", "exp-43-large", "exp-5-small"], ["exp-43-small"]],
  ["v1.2-linux64", ["v1.3-linux64", "v1.3-linux32"], ["v1.3-linux64"]],
  ["data2-v3", ["data2-v4", "data3-v9"], ["data2-v4"]],
  ["50%-v1", ["50%-v2", "51%-v3"], ["50%-v2"]],
  ["build#9", ["build#10", "build#8", "other#11"], ["build#10"]],
  ["urgent!1", ["urgent!2"], ["urgent!2"]],
  ["2024_1", ["2024_2", "2024_1_1", "2025_1"], ["2024_2", "2025_1"]],
  ["team/data/v1", ["team/data/v2", "team/other/v3"], ["team/data/v2"]],
  ["v99999999999999999998", ["v99999999999999999999", "v9"], ["v99999999999999999999"]],
  // artifacts
  ["get-started-data@v1.0.0#1", [
    ...["get-started-data@v1.1.0", "get-started-data@v1.10.0#3", "get-started-data@v1.9.0#2"],
    ...["get-started@v2.0.0", "get-started-data@v3.0.0-rc1", "get-started-data#prod#4"],
  ], ["get-started-data@v1.1.0", "get-started-data@v1.9.0#2", "get-started-data@v1.10.0#3"]],
  ["p=mm@v1.9.0", ["p=mm@v1.10.0", "mm@v2.0.0", "p=mm@v1.11.0", "p=mm@v1.11.0!"], ["p=mm@v1.10.0"]],
  ["a@v1.0.0", ["a@v1.1.0#1", "a@v1.1.0!#2", "a@v1.1.0#3"], ["a@v1.1.0#3"]],
  ["a@v1.0.0-rc1", ["a@v1.0.0", "a@v1.0.0-rc2"], ["a@v1.0.0-rc2", "a@v1.0.0"]],
  ["model#prod#2", ["model#prod#3", "model#prod#10", "model#dev#4", "model#prod!#11"], [
    "model#prod#3",
    "model#prod#10",
  ]],
  // no tags that have successors
  ["main", ["v1", "main2"], []],
  ["4fc1e0ba2d", ["4fc1e0ba3d", "v1"], []],
  ["v1~2", ["v2~2", "v2"], []],
  ["v1^{}", ["v2^{}"], []],
  ["HEAD@{1}", ["HEAD@{2}"], []],
  ["", ["v1"], []],
];

Deno.test("newer tags of a series are found and put in order", () => {
  for (const [current, tags, newer] of rows) {
    assert.deepEqual(newerInSeries(tags, current), newer, current);
    assert.deepEqual(newerInSeries([...tags].reverse(), current), newer, `${current}, reversed`);
  }
});

Deno.test("prereleases count on request", () => {
  const tags = ["v1.1.0-rc.1", "v1.1.0", "a@v2.0.0-rc1"];
  assert.deepEqual(newerInSeries(tags, "v1.0.0", { prereleases: true }), ["v1.1.0-rc.1", "v1.1.0"]);
  assert.deepEqual(newerInSeries(tags, "a@v1.0.0", { prereleases: true }), ["a@v2.0.0-rc1"]);
});

Deno.test("odd tag names break nothing", () => {
  const names = [
    "%",
    "#",
    "!",
    "@",
    "a@",
    "a#",
    "@v1.0.0",
    "a@v1",
    "a=b=c@v1.0.0",
    "\u{1f600}1",
    "-",
    "v",
  ];
  const long = "1.".repeat(20_000);
  for (const current of [...names, long]) newerInSeries([...names, long, `${long}1`], current);
});
