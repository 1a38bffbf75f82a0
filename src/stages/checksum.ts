/**
 * The checksum of a stage: the `md5` at the top of an import's stage file.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import {
  byCodePoints,
  entriesOf,
  floatText,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainKey,
  type PlainValue,
  TypedScalar,
} from "../platform/yaml_value.ts";
import type { StageFile } from "./stage_file.ts";
import { stageValue } from "./stage_value.ts";

/** Keys that say nothing about what a stage makes, wherever they stand. */
const passedOver = new Set([
  "desc",
  "type",
  "labels",
  "meta",
  "locked",
  "frozen",
  "metric",
  "persist",
  "isexec",
  "size",
  "nfiles",
]);

/** The checksum that DVC gives a stage; what the stage has for one now does not matter. */
export function stageChecksum(
  stage: StageFile,
  md5: (bytes: Uint8Array) => string = md5Hex,
): string {
  const { md5: _, ...value } = stageValue(stage);
  return md5(new TextEncoder().encode(sortedJson(value, passedOver)));
}

/** JSON as Python's `json.dumps(value, sort_keys=True)` writes it, some keys left out. */
function sortedJson(value: PlainValue, without: ReadonlySet<string>): string {
  if (isPlainList(value)) {
    return `[${value.map((item) => sortedJson(item, without)).join(", ")}]`;
  }
  if (isPlainMap(value)) {
    const entries = entriesOf(value)
      .filter(([key]) => typeof key !== "string" || !without.has(key))
      .map(([key, item]) => [jsonKey(key), sortedJson(item, without)] as const)
      .sort(([left], [right]) => byCodePoints(left, right));
    return `{${entries.map(([key, item]) => `${quote(key)}: ${item}`).join(", ")}}`;
  }
  if (typeof value === "string") return quote(value);
  return value instanceof TypedScalar && value.type === "timestamp"
    ? quote(value.text)
    : jsonKey(value);
}

function jsonKey(key: PlainKey): string {
  if (typeof key === "boolean" || key === null) return `${key}`;
  if (typeof key !== "number" || Number.isSafeInteger(key)) return keyText(key);
  if (Number.isNaN(key)) return "NaN";
  return Number.isFinite(key) ? floatText(key) : key > 0 ? "Infinity" : "-Infinity";
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  ).replaceAll("\\u007f", "\x7f");
}
